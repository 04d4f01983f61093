import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createKeepPhase} from '../../source/cli/keep-phase.ts';
import {verifyArchive} from '../../source/effects/run-archive.ts';
import type {RunStore} from '../../source/engine/ports.ts';
import {phase, phasedRun} from '../rig/phased-run.ts';
import {play, ran} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

/** Phase one has committed `a` and `a.b2`, phase two `b`. */
function prepare(context: TestContext, archiveDir?: string) {
	const place = makeTemporaryFolder(context);
	const folder = join(place, 'outputs/study/2026-11-28/23-00-00');
	for (const name of ['results', 'logs', 'profiles/b']) mkdirSync(join(folder, name), {recursive: true});
	const phases = [
		{phase: phase('one', {backup: true}), runs: ['a:0', 'a.b2:0']},
		{phase: phase('two'), runs: ['b:1']},
	];
	const played = play(...phasedRun(phases), ...['a', 'a.b2', 'b'].flatMap((id) => ran(id)));
	const {opened} = played;
	assert.ok(opened);
	const output = {...opened.output, ...(archiveDir === undefined ? {} : {archiveDir: join(place, archiveDir)})};
	const state = {...played, opened: {...opened, output}};
	const names = ['journal.jsonl', 'profiles/b/report', 'logs/b.attempt2.stdout', 'logs/progress-gpu0.log'];
	const own = ['a', 'a.b2', 'b'].flatMap((id) => [`results/${id}.json`, `logs/${id}.stdout`, `logs/${id}.stderr`]);
	for (const name of [...names, ...own]) writeFileSync(join(folder, name), `${name}\n`);
	const store = {flush: async () => {}} as RunStore;
	return {place, folder, keep: createKeepPhase({path: folder, store}, () => state)};
}

suite('a phase that is kept', () => {
	test('is one file with its own results and what belongs to none, and its hash', async (context) => {
		const {folder, keep} = prepare(context);
		const kept = await keep('one');
		assert.ok(kept.type === 'phase-kept', JSON.stringify(kept));
		const {manifest, faults} = await verifyArchive(kept.path);

		assert.match(kept.path.slice(folder.length), /^\/backups\/one\.tar\.(zst|gz)$/);
		assert.deepEqual(faults, []);
		assert.deepEqual(
			manifest.files.map(({path}) => path),
			[
				'journal.jsonl',
				...['logs/a.b2.stderr', 'logs/a.b2.stdout', 'logs/a.stderr', 'logs/a.stdout', 'logs/progress-gpu0.log'],
				...['results/a.b2.json', 'results/a.json'],
			],
		);
		assert.equal(kept.sha256, createHash('sha256').update(readFileSync(kept.path)).digest('hex'));
	});

	test('is kept under another name when it is kept again, and leaves nothing unfinished', async (context) => {
		const {place, keep} = prepare(context, 'kept');
		const [first, second] = [await keep('one'), await keep('one')];
		assert.ok(first.type === 'phase-kept' && second.type === 'phase-kept');

		const names = [first, second].map(({path}) => basename(path).replace(/\.tar.*/, ''));
		assert.deepEqual(names, ['study_2026-11-28_23-00-00_one', 'study_2026-11-28_23-00-00_one-2']);
		assert.equal(readdirSync(join(place, 'kept')).length, 2);
	});

	test('that cannot be kept is told, and nothing is left behind', async (context) => {
		const {place, folder, keep} = prepare(context, 'kept');
		writeFileSync(join(place, 'kept'), 'a file, where a folder should be');
		assert.deepEqual((await keep('one')).type, 'phase-not-kept');

		const other = prepare(context);
		writeFileSync(join(other.folder, 'results/a.json.gone'), '');
		const {rmSync} = await import('node:fs');
		rmSync(join(other.folder, 'results/a.json'));
		const kept = await other.keep('one');
		assert.ok(kept.type === 'phase-not-kept');
		assert.match(kept.problem, /results\/a\.json is missing/);
		assert.deepEqual(readdirSync(join(other.folder, 'backups')), []);
		assert.ok(!readdirSync(folder).includes('backups'));
	});
});
