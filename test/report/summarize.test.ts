import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {summarize} from '../../source/report/summarize.ts';
import {
	cell,
	committed,
	ended,
	failed,
	launching,
	opened,
	planned,
	play,
	ran,
	STORY_START,
	started,
} from '../rig/story.ts';

const A = cell({model: 'a'});
const B = cell({model: 'b'});
const C = cell({model: 'c', gpuId: 1});
const [a, b, c] = [A.runId, B.runId, C.runId];

suite('a summary', () => {
	test('counts cells by how they ended, and those that have not', () => {
		const state = play(
			opened(),
			planned([A, B, C, cell({model: 'd'})]),
			...ran(a),
			...failed(b),
			...ran(c, {status: 'degraded', degraded: ['depth: declared 2, effective 4']}),
		);

		const {total, succeeded, degraded, failed: failures, unfinished, successRatePercent} = summarize(state, 0);

		assert.deepEqual([total, succeeded, degraded, failures, unfinished, successRatePercent], [4, 1, 1, 1, 1, 50]);
	});

	test('gives a repeated cell the state of the one that it repeats, and lists a failure once', () => {
		const again = cell({model: 'b', runId: `${b}_2`, duplicateOf: b});

		const summary = summarize(play(opened(), planned([A, B, again]), ...ran(a), ...failed(b)), 0);

		assert.deepEqual([summary.total, summary.distinct, summary.executions, summary.failed], [3, 2, 2, 2]);
		assert.deepEqual(
			summary.failures.map(({runId}) => runId),
			[b],
		);
	});

	test('calls a cell of several blocks a success only when all of them are', () => {
		const partly = play(opened(), planned([A], {blocks: 2}), ...ran(a));
		const wholly = play(opened(), planned([A], {blocks: 2}), ...ran(a), ...ran(`${a}.b2`));
		const broken = play(opened(), planned([A], {blocks: 2}), ...ran(a), ...failed(`${a}.b2`));

		assert.deepEqual([summarize(partly, 0).unfinished, summarize(partly, 0).succeeded], [1, 0]);
		assert.equal(summarize(wholly, 0).succeeded, 1);
		assert.equal(summarize(broken, 0).failed, 1);
	});

	test('counts a process that ended but is not committed as unfinished, because its result may yet fail', () => {
		const state = play(opened(), planned([A]), launching(a), started(a), ended(a));

		assert.equal(summarize(state, 0).unfinished, 1);
		assert.equal(
			summarize(play(opened(), planned([A]), launching(a), started(a), ended(a), committed(a)), 0).unfinished,
			0,
		);
	});

	test('measures its time to now while it runs, and to its end once it is closed', () => {
		const running = play(opened(), planned([A]));
		const closed = play(opened(), planned([A]), {type: 'closed', reason: 'drained'});

		assert.deepEqual([summarize(running, STORY_START + 90_000).elapsedS, summarize(running, 0).state], [90, 'running']);
		assert.deepEqual([summarize(closed, STORY_START + 90_000).elapsedS, summarize(closed, 0).state], [2, 'drained']);
	});

	test('of an empty journal is empty, not a crash', () => {
		const {total, successRatePercent, penalties} = summarize(play(), 5);

		assert.deepEqual([total, successRatePercent, penalties.kind], [0, null, 'none']);
	});

	test('groups by GPU and node in the order of their numbers, and by model as planned', () => {
		const last = cell({gpuId: 10, numaNode: 2, model: 'a'});
		const two = cell({gpuId: 2, numaNode: null, model: 'z'});

		const lanes = [...opened().lanes, {id: 'gpu10', gpuId: 10, gpuUuid: null, label: 'GPU 10'}];
		const {groups} = summarize(play(opened({lanes}), planned([last, two, A]), ...ran(a)), 0);

		assert.deepEqual(
			groups.byGpu.map(({label, succeeded, total}) => `${label} ${succeeded}/${total}`),
			['GPU 0 1/1', 'GPU 2 0/1', 'GPU 10 0/1'],
		);
		assert.deepEqual(
			[...groups.byNode, ...groups.byModel].map(({label}) => label),
			['node 0', 'node 2', 'no node', 'a', 'z'],
		);
	});

	test('groups by GPU only what a GPU was planned for or measured, whatever the suite names', () => {
		const lanes = [{id: 'cpu0', gpuId: null, gpuUuid: null, label: 'CPU'}];
		const change = {lane: 'cpu0', device: 'cpu'} as const;
		const story = [opened({lanes}), planned([A, B, C], {change}), ...ran(a, {device: 'cpu'}), ...ran(c)];

		const {byGpu} = summarize(play(...story), 0).groups;

		assert.deepEqual(
			byGpu.map(({label, succeeded, total}) => `${label} ${succeeded}/${total}`),
			['GPU 1 1/1', 'no GPU 1/2'],
		);
	});

	test('groups the cells of a sweep by suite, and names what was planned, tried and how sure the rate is', () => {
		const jobs = ['quick_test', 'numa_study'].map((name) => ({suite: name, overrides: [], workload: 0}));
		const cells = [A, B, {...C, job: 1}];
		const {groups} = summarize(play(opened({jobs}), planned(cells), ...ran(a), ...failed(c)), 0);

		assert.deepEqual(
			groups.bySuite.map(({label, total, succeeded, failed: broken, unfinished}) => [
				label,
				total,
				succeeded,
				broken,
				unfinished,
			]),
			[
				['quick_test', 2, 1, 0, 1],
				['numa_study', 1, 0, 1, 0],
			],
		);
		assert.deepEqual(
			groups.bySuite.map(({successRatePercent, triedRatePercent, interval}) => [
				successRatePercent,
				triedRatePercent,
				interval?.lowPercent.toFixed(1),
			]),
			[
				[50, 100, '20.7'],
				[0, 0, '0.0'],
			],
		);
	});

	test('counts failed cells by reason so that they add up, a repeated cell with the one that it repeats', () => {
		const repeated = cell({model: 'b', runId: 'again', duplicateOf: b});
		const failure = {kind: 'timeout', message: 'm', advice: 'a'} as const;

		const {reasons, failed: count} = summarize(
			play(opened(), planned([A, B, C, repeated]), ...failed(a), ...failed(b, {failure}), ...ran(c)),
			0,
		);

		assert.equal(count, 3);
		assert.deepEqual(reasons, [
			{kind: 'timeout', count: 2, plannedPercent: 50, firstRunId: b},
			{kind: 'exit', count: 1, plannedPercent: 25, firstRunId: a},
		]);
	});

	test('does not let a repeated cell narrow the interval', () => {
		const repeated = cell({model: 'a', runId: 'again', duplicateOf: a});
		const alone = summarize(play(opened(), planned([A]), ...ran(a)), 0);
		const twice = summarize(play(opened(), planned([A, repeated]), ...ran(a)), 0);

		assert.equal(twice.succeeded, 2);
		assert.deepEqual(twice.interval, alone.interval);
	});

	test('counts reasons of degraded results by cell, the most frequent first', () => {
		const state = play(
			opened(),
			planned([A, B, C]),
			...ran(a, {status: 'degraded', degraded: ['rare']}),
			...ran(b, {status: 'degraded', degraded: ['often']}),
			...ran(c, {status: 'degraded', degraded: ['often']}),
		);

		assert.deepEqual(summarize(state, 0).degradations, [
			{reason: 'often', count: 2, firstRunId: b},
			{reason: 'rare', count: 1, firstRunId: a},
		]);
	});

	test('is simulated when the run is, and when a single result is', () => {
		assert.equal(summarize(play(opened({simulated: true})), 0).simulated, true);
		assert.equal(summarize(play(opened(), planned([A]), ...ran(a, {simulated: true})), 0).simulated, true);
		assert.equal(summarize(play(opened(), planned([A]), ...ran(a)), 0).simulated, false);
	});

	test('repeats notices and warnings once, and no mere information', () => {
		const warning = {type: 'noted', level: 'warning', message: 'disk is nearly full'} as const;
		const state = play(opened({notices: ['measured on the CPU']}), warning, warning, {
			...warning,
			level: 'info',
			message: 'hello',
		});

		assert.deepEqual(summarize(state, 0).notes, ['measured on the CPU', 'disk is nearly full']);
	});
});

suite('throughput', () => {
	test('is averaged by model and device, never across devices', () => {
		const D = cell({model: 'a', gpuId: 1});
		const state = play(
			opened(),
			planned([A, C, D]),
			...ran(a, {throughputSamplesPerS: 900}),
			...ran(D.runId, {throughputSamplesPerS: 1100, latencyMs: {p50: null, p90: null, p99: null, mean: null, n: 0}}),
			...ran(c, {device: 'cpu-reference', throughputSamplesPerS: 5}),
		);

		assert.deepEqual(summarize(state, 0).throughput, [
			{model: 'a', device: 'cuda', n: 2, meanSamplesPerS: 1000, minSamplesPerS: 900, maxSamplesPerS: 1100, p50Ms: 9},
			{model: 'c', device: 'cpu-reference', n: 1, meanSamplesPerS: 5, minSamplesPerS: 5, maxSamplesPerS: 5, p50Ms: 9},
		]);
	});

	test('counts a shared result once, and leaves degraded and failed ones out with a note', () => {
		const again = cell({model: 'a', runId: `${a}_2`, duplicateOf: a});
		const state = play(
			opened(),
			planned([A, again, B, C]),
			...ran(a),
			...ran(b, {status: 'degraded', degraded: ['x']}),
			...failed(c),
		);

		const {throughput, notes} = summarize(state, 0);

		assert.deepEqual(
			throughput.map(({model, n}) => [model, n]),
			[['a', 1]],
		);
		assert.match(notes.join(), /1 degraded result is left out/);
	});
});
