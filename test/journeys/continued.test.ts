import assert from 'node:assert/strict';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {fixtureSuites, makeWorkplace, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import {listRunFolders, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;
const RUN = ['run', 'waiting', '--suites', fixtureSuites] as const;

suite('a suite that is started again while a run of it is unfinished', () => {
	let place: Workplace;
	let first = '';

	const isOver = (run: string) => !existsSync(join(run, 'run.lock'));

	before(async () => {
		place = makeWorkplace();
		await runProgram(place, [...RUN, '--detach']);
		[first = ''] = listRunFolders(place);
		await until(() => existsSync(join(place.folder, 'notes')), 'a workload runs', PATIENCE_MS);
		await runProgram(place, ['stop', '--now']);
		await until(() => isOver(first), 'it is stopped', PATIENCE_MS);
		writeFileSync(join(place.folder, 'released'), '');
	});
	after(() => place.remove());

	test('asks on a terminal, and Ctrl-C there starts nothing', async () => {
		const screen = openProgram(place, RUN, {timeoutMs: PATIENCE_MS});
		await screen.until(/is unfinished: 2 of the same[\s\S]*Go on with it\?/);
		screen.press('\x03');
		const {exitCode, signal} = await screen.exited;

		assert.ok(exitCode === 130 || signal === 2, `exit code ${exitCode}, signal ${signal}`);
		assert.deepEqual(listRunFolders(place), [first]);
		assert.ok(isOver(first));
	});

	test('asks on a terminal, and no starts another one that mentions the first', async () => {
		const screen = openProgram(place, RUN, {timeoutMs: PATIENCE_MS});
		await screen.until(/is unfinished: 2 of the same[\s\S]*Go on with it\?/);
		screen.press('n\r');
		await screen.until(/SUMMARY waiting {2}finished/);
		screen.press('q');
		await screen.exited;
		const [second = '', ...others] = listRunFolders(place);

		assert.deepEqual(others, [first]);
		assert.ok(
			readWholeJournal(second).some(
				(fact) => fact.type === 'noted' && /An unfinished run of this suite/.test(fact.message),
			),
		);
	});

	test('goes on with a run of the same configuration only, and with --yes does not ask', async () => {
		// The newest run has succeeded by now, so that there is nothing to go on with.
		const place2 = makeWorkplace();
		await runProgram(place2, [...RUN, '--detach']);
		await until(() => existsSync(join(place2.folder, 'notes')), 'a workload runs', PATIENCE_MS);
		await runProgram(place2, ['stop', '--now']);
		const [unfinished = ''] = listRunFolders(place2);
		await until(() => isOver(unfinished), 'it is stopped', PATIENCE_MS);
		writeFileSync(join(place2.folder, 'released'), '');

		const other = await runProgram(place2, [...RUN, '--yes', 'experiment.test.timeout_s=60']);
		assert.equal(listRunFolders(place2).length, 2);
		assert.match(other.stdout, /has 2 left of another configuration/);
		await runProgram(place2, [...RUN, '--fresh']);
		assert.equal(listRunFolders(place2).length, 3);
		place2.remove();
	});

	test('with --yes goes on where the run stopped', async (t) => {
		const place3 = makeWorkplace();
		t.after(place3.remove);
		await runProgram(place3, [...RUN, '--detach']);
		await until(() => existsSync(join(place3.folder, 'notes')), 'a workload runs', PATIENCE_MS);
		await runProgram(place3, ['stop', '--now']);
		const [run = ''] = listRunFolders(place3);
		await until(() => isOver(run), 'it is stopped', PATIENCE_MS);
		writeFileSync(join(place3.folder, 'released'), '');

		const {code} = await runProgram(place3, [...RUN, '--yes']);

		assert.equal(code, 0);
		assert.deepEqual(listRunFolders(place3), [run]);
		assert.deepEqual(
			readResults(run).map(({status, attempts}) => [status, attempts]),
			[
				['succeeded', 2],
				['succeeded', 1],
			],
		);
	});
});
