import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {findUnfinished} from '../../source/cli/find-unfinished.ts';
import {UserError} from '../../source/domain/errors.ts';
import type {Fact, FactEvent} from '../../source/journal/event.ts';
import {encodeFact} from '../../source/journal/format.ts';
import {cell, failed, opened, planned, ran, spoilt, stamp} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const one = cell({runId: 'one'});
const begun = [opened(), planned([one])];
const finished: Fact = {type: 'closed', reason: 'finished'};
const succeeded = [...begun, ...ran('one'), finished];

function keepRun(baseDir: string, time: string, facts: readonly Fact[]): string {
	const path = join(baseDir, 'study/2026-01-01', time);
	mkdirSync(path, {recursive: true});
	const lines = stamp(facts).map((event) => encodeFact(event as FactEvent));
	writeFileSync(join(path, 'journal.jsonl'), lines.join(''));
	return path;
}

suite('the run that a resume without RUN goes on with', () => {
	for (const [what, facts] of [
		['was never closed', begun],
		['was stopped', [...begun, {type: 'closed', reason: 'stopped'}]],
		['has a failure', [...begun, ...failed('one'), finished]],
		['has an invalid result', [...begun, ...spoilt('one'), finished]],
		['has only its end left to write', [...begun, ...ran('one')]],
	] as const) {
		test(`is the newest that is unfinished, past newer ones that are not: one that ${what}`, async (context) => {
			const folder = makeTemporaryFolder(context);
			keepRun(folder, '08-00-00', begun);
			const wanted = keepRun(folder, '09-00-00', facts as readonly Fact[]);
			keepRun(folder, '10-00-00', succeeded);

			assert.equal(await findUnfinished([folder]), wanted);
		});
	}

	test('is none when every run has succeeded', async (context) => {
		const folder = makeTemporaryFolder(context);
		keepRun(folder, '09-00-00', succeeded);

		assert.equal(await findUnfinished([folder]), null);
	});

	test('is never a simulated one', async (context) => {
		const folder = makeTemporaryFolder(context);
		const wanted = keepRun(folder, '09-00-00', begun);
		keepRun(folder, '10-00-00', [opened({simulated: true}), planned([one])]);

		assert.equal(await findUnfinished([folder]), wanted);
	});

	test('is the one that RUN names, as a folder, a time, or a day and a time, finished or not', async (context) => {
		const folder = makeTemporaryFolder(context);
		const path = keepRun(folder, '09-00-00', succeeded);
		const elsewhere = keepRun(makeTemporaryFolder(context), '11-00-00', begun);

		assert.equal(await findUnfinished([folder], '09-00-00'), path);
		assert.equal(await findUnfinished([folder], '2026-01-01/09-00-00'), path);
		assert.equal(await findUnfinished([folder], elsewhere), elsewhere);
	});

	test('is not there in an empty folder, which is refused with what to type', async (context) => {
		await assert.rejects(findUnfinished([makeTemporaryFolder(context)]), UserError);
	});
});
