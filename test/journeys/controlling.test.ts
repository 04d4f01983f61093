import assert from 'node:assert/strict';
import {existsSync, writeFileSync} from 'node:fs';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fixtureSuites, makeWorkplace, openProgram, runProgram} from '../rig/built-program.ts';
import {findRunFolder, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;

suite('a run that is controlled from its screen', () => {
	test('starts nothing while it is paused, leaves out what is skipped, and its journal says who asked', async (t) => {
		const place = makeWorkplace();
		const screen = openProgram(place, ['run', 'waiting', '--suites', fixtureSuites]);
		t.after(async () => {
			writeFileSync(join(place.folder, 'released'), '');
			screen.kill('SIGTERM');
			await screen.exited;
			place.remove();
		});
		await screen.until(/number-1 .*running/);
		await until(() => existsSync(join(place.folder, 'notes')), 'a workload runs', PATIENCE_MS);

		screen.press('P');
		await screen.until(/paused by/);
		writeFileSync(join(place.folder, 'released'), '');
		await screen.until(/1 ok .*1 waiting/);
		screen.press('\t');
		await screen.until(/waiting +number-2/);
		screen.press('jx');
		await screen.until(/number-2 will not be tried/);
		screen.press('\t');
		await screen.until(/1 skipped/);
		screen.press('q');
		const {exitCode} = await screen.exited;
		const run = await findRunFolder(place);

		assert.equal(exitCode, 1);
		assert.deepEqual(
			readResults(run).map(({status}) => status),
			['succeeded', 'skipped'],
		);
		const asked = readWholeJournal(run).flatMap((fact) =>
			fact.type === 'run-paused' || fact.type === 'skipped' ? [`${fact.type} by ${fact.by}`] : [],
		);
		const {username} = userInfo();
		// Who, and at which terminal.
		assert.deepEqual(
			asked.map((line) => line.replace(/ on pts\/\d+$/, '')),
			[`run-paused by ${username}`, `skipped by ${username}`],
		);
	});
});

suite('a run whose suite has rules', () => {
	const run = (place: ReturnType<typeof makeWorkplace>, ...overrides: readonly string[]) =>
		runProgram(place, ['run', 'endings', '--suites', fixtureSuites, ...overrides]);

	test('starts nothing more after so many failures, and ends with 1', async (t) => {
		const place = makeWorkplace();
		t.after(() => place.remove());
		const {code, stdout} = await run(place, 'experiment.stop_after.failures=1', 'experiment.max_workers=1');

		assert.equal(code, 1);
		assert.match(stdout, /drain .*experiment\.stop_after\.failures=1: 1 failed/);
	});

	test('tries a timeout once more, and says that it was the rule', async (t) => {
		const place = makeWorkplace();
		t.after(() => place.remove());
		const {stdout} = await run(place);

		assert.match(stdout, /again .* \(policy\): timeout: further try 1 of 1/);
	});

	test('refuses a rule that would change nothing, before anything starts', async (t) => {
		const place = makeWorkplace();
		t.after(() => place.remove());
		const {code, stderr} = await run(place, '+experiment.retry.ladder={batch_size:[4]}');

		assert.equal(code, 2);
		assert.match(stderr, /ladder\.batch_size would change nothing/);
	});
});
