import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {readPresence} from '../../source/effects/run-presence.ts';
import {fixtureSuites, makeWorkplace, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import {findByAxis, findRunFolder, listTagged, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;
const RUN = ['run', 'waiting', '--suites', fixtureSuites] as const;
const CTRL_C = '\x03';

const release = ({folder}: Workplace) => writeFileSync(join(folder, 'released'), '');
const readHolder = (run: string) => JSON.parse(readFileSync(join(run, 'run.lock'), 'utf8')) as {readonly pid: number};
const isOver = (run: string) => readPresence(run, Date.now()).kind !== 'alive';

/** What a terminal shows once the first workload runs; nothing of it is left after the test. */
async function openWaiting(t: TestContext) {
	const place = makeWorkplace();
	const screen = openProgram(place, RUN, {timeoutMs: PATIENCE_MS});
	let run = '';
	t.after(async () => {
		release(place);
		if (run !== '') await until(() => isOver(run), 'the runner is gone', PATIENCE_MS);
		screen.kill('SIGKILL');
		await screen.exited;
		place.remove();
	});
	await screen.until(/number-1 .*running/);
	run = await findRunFolder(place);
	await until(() => existsSync(join(place.folder, 'notes')), 'a workload runs', PATIENCE_MS);
	const attach = () => openProgram(place, ['attach'], {timeoutMs: PATIENCE_MS});
	return {place, screen, run, attach};
}

suite('a run that was started in a terminal', () => {
	test('is a process of its own in a session of its own, with neither Ink nor the terminal in it', async (t) => {
		const {screen, run} = await openWaiting(t);
		const {pid} = readHolder(run);
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
		const [, , , session, terminal] = fields;

		assert.notEqual(pid, screen.pid);
		assert.deepEqual([session, terminal], [String(pid), '0']);
		assert.ok(existsSync(join(run, 'runner.log')));
	});

	test('goes on when its terminal is killed, is attached to from another one, and ends there with its exit code', async (t) => {
		const {place, screen, run, attach} = await openWaiting(t);

		screen.kill('SIGKILL');
		await screen.exited;
		const second = attach();
		await second.until(/number-1 .*running/);
		release(place);
		await second.until(/SUMMARY waiting {2}finished/);
		second.press('q');
		const {exitCode} = await second.exited;

		assert.equal(exitCode, 0);
		assert.match(second.text(), /results\.json/);
		assert.equal(readWholeJournal(run).at(-1)?.type, 'closed');
	});

	test('goes on when its screen gets SIGHUP, and the terminal is given back', async (t) => {
		const {place, screen, run} = await openWaiting(t);

		screen.kill('SIGHUP');
		await screen.exited;
		release(place);
		await until(() => isOver(run), 'it ends', PATIENCE_MS);

		assert.ok(!screen.isAlternate() && screen.isCursorShown());
		assert.deepEqual(
			readResults(run).map(({status}) => status),
			['succeeded', 'succeeded'],
		);
	});

	for (const [name, key] of [
		['q', 'q'],
		['Ctrl-C', CTRL_C],
	] as const) {
		test(`goes on when the screen is left by ${name}, which says how to come back`, async (t) => {
			const {screen, run} = await openWaiting(t);

			screen.press(key);
			const {exitCode} = await screen.exited;

			assert.equal(exitCode, 0);
			assert.ok(!screen.isAlternate() && screen.isCursorShown());
			assert.match(screen.text(), /The run goes on\.\s+look: warpdeck attach outputs\/waiting/);
			assert.ok(!isOver(run));
		});
	}

	test('is ended by X and y, and the screen that started it has its exit code', async (t) => {
		const {screen, run} = await openWaiting(t);

		await until(
			async () => {
				screen.press('X');
				return /y {2}stop the run/.test(await screen.until(/stop the run|being asked/));
			},
			'the question',
			PATIENCE_MS,
		);
		screen.press('y');
		const {exitCode} = await screen.exited;

		assert.equal(exitCode, 130);
		assert.match(screen.text(), /warpdeck resume/);
		assert.equal(findByAxis(readResults(run), 1).failure?.kind, 'stopped');
		assert.deepEqual(listTagged(run), []);
	});

	test('is controlled by its first screen; another one reads only and says who has it, until the first leaves', async (t) => {
		const {screen, attach} = await openWaiting(t);

		const second = attach();
		await second.until(/READ ONLY: the control is held by .* on pts\/\d+/);
		second.press('X');
		await second.until(/a command always may: warpdeck stop/);
		screen.press('q');
		await screen.exited;
		await second.until((text) => !text.includes('READ ONLY'));
		second.press('q');
		await second.exited;
	});

	test('whose runner is killed is said to have none, with what to type', async (t) => {
		const {place, screen, run} = await openWaiting(t);

		process.kill(readHolder(run).pid, 'SIGKILL');
		await screen.until(/NO RUNNER/);
		screen.press('q');
		const {exitCode} = await screen.exited;

		assert.equal(exitCode, 137);
		assert.match(screen.text(), /try: warpdeck resume outputs\/waiting/);
		release(place);
		await until(() => listTagged(run).length === 0, 'its workload has ended', PATIENCE_MS);
	});
});

suite('a run that was started with --detach', () => {
	test('prints its folder and returns; status, list and stop know it', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const started = await runProgram(place, [...RUN, '--detach']);
		const folder = started.stdout.trim();
		const run = await findRunFolder(place);
		await until(() => existsSync(join(place.folder, 'notes')), 'a workload runs', PATIENCE_MS);

		assert.equal(started.code, 0);
		assert.match(folder, /^outputs\/waiting\/[\d-]+\/[\d-]+$/);
		const status = JSON.parse((await runProgram(place, ['status', folder, '--json'])).stdout);
		assert.deepEqual([status.life, status.pid, status.running], ['live', readHolder(run).pid, 1]);
		assert.match((await runProgram(place, ['list'])).stdout, /live, not closed/);
		const stopped = await runProgram(place, ['stop']);
		assert.deepEqual([stopped.code, stopped.stderr], [0, '']);
		await until(() => isOver(run), 'it ends', PATIENCE_MS);
		assert.match((await runProgram(place, ['list'])).stdout, / stopped {2}ok 0/);
		const again = await runProgram(place, ['stop']);
		assert.equal(again.code, 2);
		assert.match(again.stderr, /No runner works on/);
	});

	test('is asked through its folder where its socket is not reached', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		await runProgram(place, [...RUN, '--detach']);
		const run = await findRunFolder(place);
		const lock = JSON.parse(readFileSync(join(run, 'run.lock'), 'utf8'));
		const {control, ...unreachable} = lock;
		assert.equal(typeof control, 'string');
		writeFileSync(join(run, 'run.lock'), `${JSON.stringify(unreachable)}\n`);

		const stopped = await runProgram(place, ['stop']);

		assert.deepEqual([stopped.code, stopped.stderr], [0, '']);
		await until(() => isOver(run), 'it ends', PATIENCE_MS);
	});

	test('is refused as without it: its reason, advice and exit code come to whoever typed it', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);

		const unknown = await runProgram(place, [
			'run',
			'waiting',
			'experiment.no_such_key=1',
			'--detach',
			'--suites',
			fixtureSuites,
		]);
		const impossible = await runProgram(place, [...RUN, '--detach', 'experiment.hardware.numa_nodes=[77]']);

		assert.equal(unknown.code, 2);
		assert.match(unknown.stderr, /no_such_key[\s\S]*try: /);
		assert.equal(impossible.code, 3);
		assert.match(impossible.stderr, /This machine cannot run it\.[\s\S]*77/);
	});
});
