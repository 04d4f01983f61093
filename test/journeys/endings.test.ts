import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {type Ended, fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {
	findByAxis,
	findRunFolder,
	listRunFolders,
	listTagged,
	type ResultRecord,
	readJson,
	readResults,
} from '../rig/run-files.ts';

const GRACE_MS = 5000;

suite('a run whose experiments end in every bad way', () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';
	let records: readonly ResultRecord[] = [];

	before(async () => {
		place = makeWorkplace();
		ended = await runProgram(place, ['run', 'endings', '--suites', fixtureSuites]);
		run = await findRunFolder(place);
		records = readResults(run);
	});
	after(() => place.remove());

	const assertFailure = (ending: string, kind: string, exitCode: number | null, message: RegExp) => {
		const {failure, exit_code, status} = findByAxis(records, ending);
		assert.equal(status, 'failed');
		assert.equal(failure?.kind, kind);
		assert.equal(exit_code, exitCode);
		assert.match(failure?.message ?? '', message);
		assert.notEqual(failure?.advice, '');
	};

	test('ends with exit code 1 and a summary of the failures', () => {
		assert.equal(ended.code, 1);
		assert.equal(ended.stderr, '');
		assert.match(ended.stdout, /Failures \(5\)/);
		const summary = readJson<{readonly failures_by_reason: object}>(run, 'experiment_summary.json');
		assert.deepEqual(summary.failures_by_reason, {
			timeout: 1,
			exit: 1,
			signal: 1,
			'missing-module': 1,
			'cuda-out-of-memory': 1,
		});
	});

	test('ends a deaf workload that outlives its limit, with the grandchild that left its session', () => {
		assertFailure('hide', 'timeout', 124, /1 s/);
		const {duration} = findByAxis(records, 'hide');
		assert.ok(Number(duration) * 1000 >= GRACE_MS, `${duration} s are less than the limit and the grace`);
		assert.deepEqual(listTagged(run), []);
	});

	test('names an exit code', () => assertFailure('code', 'exit', 7, /code 7/));
	test('names a signal that it did not send', () => assertFailure('segv', 'signal', null, /SIGSEGV/));
	test('names a missing module of Python', () => assertFailure('module', 'missing-module', 1, /vit_pytorch/));
	test('knows CUDA out of memory by its text', () => assertFailure('cuda-oom', 'cuda-out-of-memory', 1, /200\.00 GiB/));

	test('lets the other lane go on while one waits for the deaf workload', () => {
		const ok = findByAxis(records, 'ok');
		assert.equal(ok.status, 'succeeded');
		assert.deepEqual(ok.metrics, {answer: 42});
		const deafEnd = Date.parse(String(findByAxis(records, 'hide').start_time)) + GRACE_MS;
		assert.ok(Date.parse(String(ok.start_time)) < deafEnd, 'it waited for another lane');
	});
});

suite('a run of a program that is not there', () => {
	const runCommand = (place: Workplace, ...words: readonly string[]) =>
		runProgram(place, ['run', 'endings', ...words, '~experiment.axes.ending', '--suites', fixtureSuites]);

	test('is refused before anything is started, and names the program', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);

		const {code, stderr} = await runCommand(place, 'experiment.workload.command=[no-such-program-here]');

		assert.equal(code, 3);
		assert.match(stderr, /no-such-program-here/);
		assert.deepEqual(listRunFolders(place), []);
	});

	test('any more is a failure that names the program, and exit code 1', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		writeFileSync(join(place.folder, 'once.sh'), '#!/bin/sh\nrm "$0"\n', {mode: 0o755});

		const {code} = await runCommand(place, 'experiment.workload.command=[./once.sh]', 'experiment.blocks=2');
		const [record] = readResults(await findRunFolder(place));

		assert.equal(code, 1);
		assert.equal(record?.failure?.kind, 'not-spawned');
		assert.match(record?.failure?.message ?? '', /once\.sh/);
	});
});
