import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Conditions, ExperimentResult, GpuTelemetry, Outcome} from '../../source/domain/experiment.ts';
import type {JsonObject} from '../../source/domain/json.ts';
import {type Attempt, judgeAttempt} from '../../source/engine/judge.ts';
import type {Observation} from '../../source/engine/observe.ts';
import type {ProcessReport} from '../../source/engine/ports.ts';
import {cell, clocked, experiment, PARAMS} from '../rig/story.ts';

const METRICS = {samples: 1000, batches: 100, window_s: 2, throughput_samples_per_s: 500};
const said = (changes: Partial<Observation> = {}): Observation => ({
	ready: {event: 'ready', device: 'cuda', versions: {torch: '2.11.0'}},
	result: {metrics: METRICS, effective: PARAMS},
	error: null,
	degraded: [],
	placements: [],
	latencyMs: [4, 5, 6],
	phasesS: {measure: 2},
	...changes,
});
const REPORT: ProcessReport = {
	end: {kind: 'exited', code: 0},
	peakHostMemoryMiB: 900,
	droppedLogBytes: 0,
	stderrTail: '',
	stdoutTail: '',
	leftOvers: 0,
};

const judge = (changes: Partial<Attempt> = {}, observed: Partial<Observation> = {}): ExperimentResult =>
	judgeAttempt({
		experiment: {...experiment(cell({numaNode: null})), binding: {kind: 'off', reason: 'no node'}},
		outcome: {kind: 'exited', code: 0},
		report: REPORT,
		observation: said(observed),
		gpu: {telemetry: null, doubts: []},
		startedAt: 1000,
		endedAt: 11_000,
		argv: ['python3', 'vit_pipeline.py'],
		isBundled: true,
		nodeCpus: [],
		usualClockMHz: null,
		stdoutLog: 'logs/a.stdout',
		stderrLog: 'logs/a.stderr',
		simulated: false,
		...changes,
	});
const judgeClaim = (metrics: JsonObject, effective: JsonObject = {}): ExperimentResult =>
	judge({}, {result: {metrics: {...METRICS, ...metrics}, effective: {...PARAMS, ...effective}}});

suite('a result', () => {
	test('is a success where the workload did what was declared and its figures agree', () => {
		const result = judge();

		assert.deepEqual([result.status, result.degraded, result.failure], ['succeeded', [], null]);
		assert.deepEqual([result.throughputSamplesPerS, result.windowS, result.durationS], [500, 2, 10]);
		assert.equal(result.latencyMs.n, 3);
	});

	// Process time holds imports, data and compilation; published penalties were made of it.
	test('keeps the throughput that was measured apart from the time that the process took', () => {
		const {throughputSamplesPerS, durationS} = judge({endedAt: 101_000});

		assert.deepEqual([throughputSamplesPerS, durationS], [500, 100]);
	});

	test('is degraded by a planted knob that the workload ignores (A7.2)', () => {
		const result = judgeClaim({}, {batch_size: 5});

		assert.equal(result.status, 'degraded');
		assert.match(result.degraded.join(), /batch_size: declared 10, effective 5/);
	});

	for (const [what, metrics, reason] of [
		['samples that do not fit its batches', {samples: 900, throughput_samples_per_s: 450}, /inconsistent: 900 samples/],
		['a throughput that its samples contradict', {throughput_samples_per_s: 700}, /inconsistent: 700 samples\/s/],
		['a window longer than its life', {window_s: 20, throughput_samples_per_s: 50}, /inconsistent: .*20 s/],
	] as const) {
		test(`is degraded by ${what}`, () => {
			const result = judgeClaim(metrics);

			assert.equal(result.status, 'degraded');
			assert.match(result.degraded.join(), reason);
		});
	}

	test('is degraded where it ran on another device than planned', () => {
		const result = judge({}, {ready: {event: 'ready', device: 'cpu', versions: {}}});

		assert.match(result.degraded.join(), /device: planned cuda, the workload ran on cpu/);
		assert.deepEqual([result.status, result.device], ['degraded', 'cpu']);
	});

	test('is degraded by what it left running', () => {
		assert.match(judge({report: {...REPORT, leftOvers: 2}}).degraded.join(), /2 processes were left over/);
	});

	test('is degraded by what the workload itself says', () => {
		const result = judge({}, {degraded: ['the compiler gave up']});

		assert.deepEqual([result.status, result.degraded], ['degraded', ['the compiler gave up']]);
	});

	test('of a user’s program needs no claim: it counts by its exit code', () => {
		const silent = {ready: null, result: null, latencyMs: [], phasesS: {}};

		assert.equal(judge({isBundled: false}, silent).status, 'succeeded');
		assert.equal(judge({isBundled: false, outcome: {kind: 'exited', code: 1}}, silent).status, 'failed');
	});

	test('of a user’s program is held to what it claims: no window is longer than its process', () => {
		const metrics = {window_s: 5000, throughput_samples_per_s: 1e9};

		const result = judge({isBundled: false, endedAt: 1000}, {result: {metrics, effective: {}}});

		assert.equal(result.status, 'degraded');
		assert.deepEqual(result.degraded, ['inconsistent: it measured for 5000 s, but its process lived 0 s']);
	});

	test('of a user’s program is held to the node that it was bound to', () => {
		const placements = [{what: 'pool', nodePages: {'2': 100}, pageKiB: 4, cpusAllowed: null, reason: null}];

		const {status, degraded, invalid} = judge(
			{isBundled: false, experiment: experiment(cell())},
			{result: null, placements},
		);

		assert.deepEqual(
			[status, degraded, invalid],
			['invalid', [], ['pages: 0.0 % on node 0, 100.0 % elsewhere (pool)']],
		);
	});

	for (const rate of [0, -500, 'fast', null]) {
		test(`has no throughput where the program says ${JSON.stringify(rate)}`, () => {
			const {throughputSamplesPerS} = judgeClaim({throughput_samples_per_s: rate});

			assert.equal(throughputSamplesPerS, null);
		});
	}

	test('of a bundled workload that said none is a failure, although it exited with 0', () => {
		const {status, failure} = judge({}, {result: null});

		assert.deepEqual([status, failure?.kind], ['failed', 'no-result']);
	});

	test('is simulated where no hardware produced it', () => {
		assert.equal(judge({simulated: true}).simulated, true);
	});
});

suite('a result is invalid', () => {
	const MISPLACED = [{what: 'pool', nodePages: {'2': 100}, pageKiB: 4, cpusAllowed: null, reason: null}];
	const bound = experiment(cell());
	const FOREIGN = {kind: 'foreign', reason: 'another program used GPU 0 meanwhile: pid 5150'} as const;
	const THERMAL = {kind: 'slowdown', reason: 'GPU 0 slowed itself down meanwhile: HW thermal slowdown'} as const;
	const XID = {kind: 'error', reason: 'GPU 0 reported Xid 31 meanwhile'} as const;
	const at = (meanMHz: number | null, window: GpuTelemetry['window'] = 'measure') => ({
		gpu: {telemetry: clocked(meanMHz, {window}), doubts: []},
	});

	for (const [what, doubt] of [
		['another program used its GPU', FOREIGN],
		['its GPU slowed itself down', THERMAL],
	] as const) {
		test(`when ${what}: its numbers stay, and its reason is told apart from what degrades`, () => {
			const {status, invalid, degraded, throughputSamplesPerS} = judge({gpu: {telemetry: null, doubts: [doubt]}});

			assert.deepEqual([status, invalid, degraded, throughputSamplesPerS], ['invalid', [doubt.reason], [], 500]);
		});
	}

	test('no more than degraded by an Xid error that it survived', () => {
		const {status, degraded} = judge({gpu: {telemetry: null, doubts: [XID]}});

		assert.deepEqual([status, degraded], ['degraded', [XID.reason]]);
	});

	test('no more than degraded by what its suite said that it goes on beside', () => {
		const gpu = {telemetry: null, doubts: [FOREIGN, THERMAL]};
		const judgeWith = (conditions: Conditions) => judge({gpu, experiment: {...experiment(cell()), conditions}});

		const both = judgeWith({foreign: 'ignore', throttling: 'ignore'});
		assert.deepEqual([both.status, both.degraded], ['degraded', [FOREIGN.reason, THERMAL.reason]]);
		const one = judgeWith({foreign: 'ignore'});
		assert.deepEqual([one.status, one.invalid, one.degraded], ['invalid', [THERMAL.reason], [FOREIGN.reason]]);
	});

	test('when its CPUs were outside its node', () => {
		const placements = [{what: 'pool', nodePages: {'0': 100}, pageKiB: 4, cpusAllowed: '0-9', reason: null}];

		const {status, invalid} = judge({experiment: bound, nodeCpus: [0, 1, 2, 3]}, {placements});

		assert.deepEqual([status, invalid], ['invalid', ['CPUs: 4-9 allowed, which node 0 does not have']]);
	});

	test('when its clock was under 75 % of the usual one, and not at 75 %', () => {
		const slow = judge({...at(1400), usualClockMHz: 2000});

		assert.deepEqual(
			[slow.status, slow.invalid],
			['invalid', ['clock: GPU 0 ran at 1400 MHz, 70 % of the usual 2000 MHz']],
		);
		assert.equal(judge({...at(1500), usualClockMHz: 2000}).status, 'succeeded');
	});

	test('never by a clock that nobody knows, or of which nobody knows what is usual', () => {
		for (const known of [
			{...at(null), usualClockMHz: 2000},
			{...at(300), usualClockMHz: null},
			{...at(300, 'process'), usualClockMHz: 2000},
		])
			assert.equal(judge(known).status, 'succeeded');
	});

	test('under a profiler, whose name it keeps', () => {
		const {status, invalid, profiled} = judge({profiled: 'nsys'});

		assert.deepEqual([status, profiled], ['invalid', 'nsys']);
		assert.match(invalid?.join() ?? '', /^profiled: nsys ran around it/);
	});

	test('with everything that degrades it beside its own reasons', () => {
		const {status, degraded, invalid} = judge(
			{experiment: bound},
			{placements: MISPLACED, degraded: ['the compiler gave up']},
		);

		assert.deepEqual([status, degraded, invalid?.length], ['invalid', ['the compiler gave up'], 1]);
	});

	test('not where it failed: what did not come out cannot be doubted', () => {
		const {status, invalid} = judge({outcome: {kind: 'exited', code: 1}, experiment: bound}, {placements: MISPLACED});

		assert.deepEqual([status, invalid], ['failed', []]);
	});

	test('not as a warm-up, which stands in no figure: it is degraded', () => {
		const {status, invalid, degraded} = judge(
			{experiment: {...bound, role: 'warm-up', block: 0}},
			{placements: MISPLACED},
		);

		assert.deepEqual([status, invalid, degraded.length], ['degraded', [], 1]);
	});
});

suite('a failure', () => {
	for (const [outcome, kind, exitCode] of [
		[{kind: 'exited', code: 3}, 'exit', 3],
		[{kind: 'signalled', signal: 'SIGSEGV'}, 'signal', null],
		[{kind: 'timed-out', limitMs: 600_000}, 'timeout', 124],
		[{kind: 'stopped', by: 'user'}, 'stopped', null],
		[{kind: 'not-spawned', message: 'ENOENT'}, 'not-spawned', null],
		[{kind: 'abandoned', message: 'the driver hangs'}, 'lost', null],
	] as const satisfies readonly (readonly [Outcome, string, number | null])[]) {
		test(`of kind ${kind} is what a program that is ${outcome.kind} leaves, with advice`, () => {
			const result = judge({outcome}, {result: null});

			assert.deepEqual([result.status, result.failure?.kind, result.exitCode], ['failed', kind, exitCode]);
			assert.notEqual(result.failure?.advice, '');
		});
	}

	test('keeps the end of stderr, and a success does not', () => {
		const report = {...REPORT, stderrTail: 'Traceback …'};

		assert.equal(judge({report, outcome: {kind: 'exited', code: 1}}).errorTail, 'Traceback …');
		assert.equal(judge({report}).errorTail, null);
	});

	test('is not doubted as well: what did not come out is not inconsistent', () => {
		assert.deepEqual(judge({outcome: {kind: 'exited', code: 1}, report: {...REPORT, leftOvers: 3}}).degraded, []);
	});
});

suite('the peak of host memory', () => {
	for (const [seen, claimed, peak] of [
		[900, 1200, 1200],
		[900, null, 900],
		[null, 1200, 1200],
		[null, null, null],
	] as const) {
		test(`is the larger of what was seen (${seen}) and what the workload says (${claimed})`, () => {
			const metrics = claimed === null ? METRICS : {...METRICS, peak_host_memory_mib: claimed};
			const observed = {result: {metrics, effective: PARAMS}};

			assert.equal(judge({report: {...REPORT, peakHostMemoryMiB: seen}}, observed).peakHostMemoryMiB, peak);
		});
	}
});
