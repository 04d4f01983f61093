import assert from 'node:assert/strict';
import {existsSync, writeFileSync} from 'node:fs';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fixtureSuites, makeWorkplace, runProgram} from '../rig/built-program.ts';
import {countCommitted, findRunFolder, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;

suite('a run that goes on, controlled by commands', () => {
	test('is paused, skipped from, retried and continued, each with who asked', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const ask = async (...words: readonly string[]) => {
			const {code, stdout, stderr} = await runProgram(place, words);
			return {code, said: stdout + stderr};
		};
		await ask('run', 'short_runs', '--detach', '--suites', fixtureSuites);
		const run = await findRunFolder(place);
		await until(() => countCommitted(run) === 2, 'the third and the fourth run', PATIENCE_MS);

		assert.equal((await ask('pause', '--reason', 'lunch')).code, 0);
		writeFileSync(join(place.folder, 'released'), '');
		await until(() => countCommitted(run) === 4, 'they have ended', PATIENCE_MS);
		assert.match((await ask('status')).said, /live[\s\S]*left 2/);
		assert.equal((await ask('skip', 'number-5', '--reason', 'not today')).code, 0);
		assert.deepEqual(await ask('skip', 'no-such-thing').then(({code}) => code), 2);
		assert.equal((await ask('set', 'max_workers=1')).code, 0);
		assert.match((await ask('set', 'max_workers=none')).said, /try: warpdeck set max_workers=2/);
		assert.match((await ask('retry')).said, /What should be tried again\?/);
		assert.equal((await ask('retry', 'number-5')).code, 0);
		assert.equal((await ask('continue')).code, 0);
		await until(() => readWholeJournal(run).at(-1)?.type === 'closed', 'it ends', PATIENCE_MS);
		await until(() => !existsSync(join(run, 'run.lock')), 'its runner is gone', PATIENCE_MS);

		assert.deepEqual(
			readResults(run).map(({status}) => status),
			Array.from({length: 6}, () => 'succeeded'),
		);
		const asked = readWholeJournal(run).filter((fact) => 'by' in fact && fact.by !== undefined);
		assert.deepEqual(
			asked.map(({type}) => type),
			['run-paused', 'skipped', 'workers-set', 'requeued', 'run-continued'],
		);
		// Asked from no terminal, so that none is named.
		assert.deepEqual(new Set(asked.map((fact) => 'by' in fact && fact.by)), new Set([userInfo().username]));
		assert.match((await ask('pause')).said, /No runner works on/);
	});
});
