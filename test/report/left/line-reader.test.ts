import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {CommandOutput} from '../../../source/domain/command-output-keys.ts';
import type {WorkloadLine} from '../../../source/domain/workload-protocol.ts';
import {createLineReader} from '../../../source/report/left/line-reader.ts';

/** What comes of lines that follow each other by a second; one that begins with `!` is of stderr. */
function read(rules: CommandOutput, lines: readonly string[], stepMs = 1000) {
	const said: WorkloadLine[] = [];
	const reader = createLineReader(rules, (line) => said.push(line));
	for (const [index, line] of lines.entries()) {
		const isError = line.startsWith('!');
		reader.read(isError ? 'stderr' : 'stdout', isError ? line.slice(1) : line, index * stepMs);
	}
	const left = reader.finish();
	const metrics = Object.fromEntries(
		[...left.metrics].map(([name, found]) => [name, found.kind === 'found' ? found.value : null]),
	);
	return {...left, said, metrics};
}

suite('numbers in the lines of a program', () => {
	test('are taken by the first group, the one that took something, or the one called value', () => {
		const rules = {
			metrics: {a: 'a=(\\d+)', b: '(?:b=(\\d+)|B=(\\d+))', c: '(\\w+)=(?<value>\\d+) c'},
		};

		assert.deepEqual(read(rules, ['a=1', 'B=2', 'x=3 c']).metrics, {a: 1, b: 2, c: 3});
	});

	test('are those of the stream that the suite names', () => {
		const rules = {metrics: {out: 'n=(\\d+)', err: {pattern: 'n=(\\d+)', from: 'stderr'}}} as const;

		assert.deepEqual(read(rules, ['n=1', '!n=2']).metrics, {out: 1, err: 2});
	});

	test('are read through colours and out of a line that was written again and again', () => {
		const rules = {metrics: {n: '^n=(\\d+)$', m: {pattern: 'm=(\\d+)', take: 'count'}}} as const;

		assert.deepEqual(read(rules, ['\u001b[31mn=\u001b[1m7\u001b[0m', 'm=1\rm=2\rm=3']).metrics, {n: 7, m: 3});
	});

	test('of a line without an end are not looked for behind 64 KiB', () => {
		const {metrics, cutLines} = read({metrics: {n: 'n=(\\d+)'}}, [`${'x'.repeat(70_000)} n=1`]);

		assert.deepEqual([metrics, cutLines], [{n: null}, 1]);
	});
});

suite('latencies in the lines of a program', () => {
	test('are milliseconds whatever unit they are in, and those that are none are counted', () => {
		const {said, degraded} = read({samples: {pattern: '^Run \\d+: (\\S+?)s$', unit: 's'}}, [
			'Run 1: 5.18s',
			'Run 2: 0.5s',
			'Run 3: -1s',
			'Run 4: nans',
		]);

		assert.deepEqual(said, [
			{event: 'samples', latency_ms: [5180]},
			{event: 'samples', latency_ms: [500]},
		]);
		assert.deepEqual(degraded, ['samples: 2 of them are no latencies and were left out']);
	});

	test('go on in parcels, because a program may print thousands a second', () => {
		const {said} = read(
			{samples: '^(\\d+)$'},
			Array.from({length: 1200}, (_, index) => `${index}`),
			0.01,
		);
		const sizes = said.map((line) => (line.event === 'samples' ? line.latency_ms.length : 0));

		assert.equal(
			sizes.reduce((sum, size) => sum + size),
			1200,
		);
		assert.ok(sizes.length <= 4, `${sizes}`);
	});
});

suite('how a program says that it did well', () => {
	const rules: CommandOutput = {
		success_pattern: '^done$',
		failure_pattern: '^ERROR',
		degraded_pattern: 'not compiled',
		computed_on: {cuda: '^GPU: (.+)$', cpu: '^on the CPU$'},
	};

	test('is by lines of either stream', () => {
		const {hasSucceeded, failure, degraded, computedOn} = read(rules, [
			'GPU: H200',
			'!ERROR one',
			'ERROR two',
			'was not compiled',
			'was not compiled',
			'!done',
		]);

		assert.deepEqual([hasSucceeded, failure], [true, 'ERROR one']);
		assert.deepEqual(degraded, ['it said: was not compiled']);
		assert.deepEqual(computedOn, {device: 'cuda', name: 'H200'});
	});

	test('is quoted without what a terminal would obey', () => {
		const {failure} = read(rules, ['ERROR \u001b]0;owned\u0007\u001b[2J\u009b2Jgone']);

		assert.equal(failure, 'ERROR 2Jgone');
	});

	test('is the last word on where it computed', () => {
		assert.deepEqual(read(rules, ['GPU: H200', 'on the CPU']).computedOn, {device: 'cpu', name: null});
	});
});
