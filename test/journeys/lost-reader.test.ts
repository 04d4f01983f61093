import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fixtureSuites, makeWorkplace, requireBuild, startProgram, type Workplace} from '../rig/built-program.ts';
import {lacks} from '../rig/needed-tools.ts';
import {findRunFolder, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;
const ARGS = ['run', 'waiting', '--suites', fixtureSuites] as const;

const hasStarted = ({folder}: Workplace) => until(() => existsSync(join(folder, 'notes')), 'it runs', PATIENCE_MS);
const release = ({folder}: Workplace) => writeFileSync(join(folder, 'released'), '');
const isFinished = (run: string) =>
	until(
		() => readWholeJournal(run).at(-1)?.type === 'closed' && !existsSync(join(run, 'run.lock')),
		'it ends',
		PATIENCE_MS,
	);

suite('a run that nobody looks at any more', () => {
	test('goes on to its end when the pipe that it prints to is closed', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const program = startProgram(place, [...ARGS, '--json']);
		await hasStarted(place);

		program.closeOutput();
		release(place);
		const {code} = await program.ended;

		assert.equal(code, 0);
		const facts = readWholeJournal(await findRunFolder(place));
		assert.equal(facts.filter(({type}) => type === 'committed').length, 2);
		assert.equal(facts.at(-1)?.type, 'closed');
	});

	test('goes on to its end when its terminal is gone with the connection', {skip: lacks('tmux')}, async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const tmux = (...args: readonly string[]) =>
			execFileSync('tmux', ['-S', join(place.folder, 'tmux'), '-f', '/dev/null', ...args], {
				cwd: place.folder,
				env: place.env,
			});
		const program = [process.execPath, requireBuild(), ...ARGS].map((word) => `'${word}'`).join(' ');
		tmux('new-session', '-d', '-x', '80', '-y', '24', `exec ${program}`);
		await hasStarted(place);
		const run = await findRunFolder(place);

		tmux('kill-server');
		release(place);
		await isFinished(run);

		const closed = readWholeJournal(run).at(-1);
		assert.equal(closed?.type === 'closed' && closed.reason, 'finished');
	});
});
