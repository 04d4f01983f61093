import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {findRun, listRuns} from '../../source/effects/find-run.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const MORNING = 'quick_test/2026-11-21/09-15-00';
const NOON = 'numa_study/2026-11-21/12-00-00';
const NOON_AGAIN = 'numa_study/2026-11-21/12-00-00-2';
const NOON_TENTH = 'numa_study/2026-11-21/12-00-00-10';
const SWEEP = 'quick_test_multirun/2026-11-20/23-59-59';

function makeRuns(context: TestContext, ...runs: readonly string[]): string {
	const base = makeTemporaryFolder(context);
	for (const run of runs) {
		mkdirSync(join(base, run), {recursive: true});
		writeFileSync(join(base, run, 'journal.jsonl'), '');
	}
	return base;
}

const refusal = (query: string | undefined, ...baseDirs: readonly string[]): Promise<UserError> =>
	findRun(baseDirs, query).then(
		(path) => assert.fail(`found ${path}`),
		(error: unknown) => (error instanceof UserError ? error : assert.fail(String(error))),
	);

suite('RUN', () => {
	test('that is left out is the newest of all base folders, and a tenth run of a second is newer than the second', async (context) => {
		const base = makeRuns(context, MORNING, NOON, NOON_AGAIN, NOON_TENTH, SWEEP);
		const older = makeRuns(context, 'other/2026-11-19/00-00-00');

		assert.equal(await findRun([older, base]), join(base, NOON_TENTH));
	});

	for (const [query, run] of [
		['09', MORNING],
		['2026-11-21/09-', MORNING],
		['2026-11-20', SWEEP],
		['quick_test/', MORNING],
		['numa_study/2026-11-21/12-00-00-2', NOON_AGAIN],
		['12-00-00', NOON],
	] as const) {
		test(`may be the beginning ${query} of what names one run`, async (context) => {
			const base = makeRuns(context, MORNING, NOON, NOON_AGAIN, NOON_TENTH, SWEEP);

			assert.equal(await findRun([base], query), join(base, run));
		});
	}

	test('may be a folder anywhere', async (context) => {
		const base = makeRuns(context, 'moved');

		assert.equal(await findRun([], join(base, 'moved')), join(base, 'moved'));
	});

	test('that means several names them, so that one can be typed', async (context) => {
		const {message, tryThis} = await refusal('12', makeRuns(context, MORNING, NOON, NOON_AGAIN));

		assert.equal(message, '2 runs begin with "12".');
		assert.deepEqual(tryThis.slice(1), [NOON_AGAIN, NOON]);
	});

	test('that means none names the newest ones', async (context) => {
		const {message, tryThis} = await refusal('31', makeRuns(context, MORNING, NOON));

		assert.equal(message, 'No run begins with "31".');
		assert.deepEqual(tryThis.slice(1), [NOON, MORNING]);
	});

	test('where nothing ever ran says how to run something', async (context) => {
		const base = makeRuns(context);
		const {message, tryThis} = await refusal(undefined, base, join(base, 'missing'));

		assert.match(message, /^There is no run in /);
		assert.match(tryThis[0], /warpdeck run/);
	});
});

suite('the list of runs', () => {
	test('holds what has a journal, the newest first, and nothing else that lies around', (context) => {
		const base = makeRuns(context, MORNING, SWEEP, NOON, 'notes/2026-11-21/scratch', 'deep/er/2026-11-21/09-00-00');
		mkdirSync(join(base, 'quick_test/2026-11-22/10-00-00'), {recursive: true});
		writeFileSync(join(base, 'README'), '');

		assert.deepEqual(
			listRuns(base).map(({name, day, time}) => `${name}/${day}/${time}`),
			[NOON, MORNING, SWEEP],
		);
	});
});
