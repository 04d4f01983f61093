import assert from 'node:assert/strict';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fixtureSuites, makeWorkplace, openProgram, startProgram, type Workplace} from '../rig/built-program.ts';
import {findByAxis, findRunFolder, listTagged, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const GRACE_MS = 5000;
const listArguments = (name: string) => ['run', name, '--headless', '--suites', fixtureSuites];
const hasStarted = ({folder}: Workplace) => until(() => existsSync(join(folder, 'notes')), 'a workload runs', 90_000);
const release = ({folder}: Workplace) => writeFileSync(join(folder, 'released'), '');

async function startWaiting(t: TestContext, name: string) {
	const place = makeWorkplace();
	const program = startProgram(place, listArguments(name));
	t.after(async () => {
		program.signal('SIGKILL');
		release(place);
		await program.ended;
		place.remove();
	});
	await hasStarted(place);
	const says = (text: RegExp) => until(() => text.test(program.stdout()), `it prints ${text}`, 90_000);
	return {place, program, says};
}

suite('Ctrl-C on a run without a screen', () => {
	test('once lets the running experiment end, starts no other, and is exit code 130', async (t) => {
		const place = makeWorkplace();
		const terminal = openProgram(place, listArguments('waiting'));
		t.after(() => {
			release(place);
			place.remove();
		});
		await hasStarted(place);

		terminal.press('\x03');
		await terminal.until(/nothing more is started/);
		release(place);
		const {exitCode} = await terminal.exited;
		const run = await findRunFolder(place);

		assert.equal(exitCode, 130);
		assert.deepEqual(
			readResults(run).map(({status}) => status),
			['succeeded', 'waiting'],
		);
		assert.deepEqual(listTagged(run), []);
	});

	test('twice ends what runs', async (t) => {
		const {place, program, says} = await startWaiting(t, 'waiting');

		program.signal('SIGINT');
		await says(/nothing more is started/);
		program.signal('SIGINT');
		const {code, stdout} = await program.ended;
		const run = await findRunFolder(place);

		assert.equal(code, 130);
		assert.match(stdout, /warpdeck resume/);
		assert.equal(findByAxis(readResults(run), 1).failure?.kind, 'stopped');
		assert.equal(findByAxis(readResults(run), 2).attempts, 0);
		assert.deepEqual(listTagged(run), []);
	});

	test('three times does not wait for a workload that ignores being asked', async (t) => {
		const {place, program, says} = await startWaiting(t, 'deaf');

		program.signal('SIGINT');
		await says(/nothing more is started/);
		program.signal('SIGINT');
		await says(/what runs is ended/);
		program.signal('SIGINT');
		const {code} = await program.ended;
		const run = await findRunFolder(place);
		const atOf = (type: string) => readWholeJournal(run).find((fact) => fact.type === type)?.at ?? Number.NaN;

		assert.equal(code, 130);
		assert.ok(atOf('ended') - atOf('stopping') < GRACE_MS, 'it waited for the grace to pass');
		assert.deepEqual(listTagged(run), []);
	});
});

suite('SIGTERM to a run without a screen', () => {
	test('ends what runs and leaves results that say so', async (t) => {
		const {place, program} = await startWaiting(t, 'waiting');

		program.signal('SIGTERM');
		const {code} = await program.ended;
		const run = await findRunFolder(place);

		assert.equal(code, 130);
		assert.match(findByAxis(readResults(run), 1).failure?.message ?? '', /SIGTERM/);
		assert.deepEqual(listTagged(run), []);
	});
});
