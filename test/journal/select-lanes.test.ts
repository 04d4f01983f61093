import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {type LaneView, selectLanes} from '../../source/journal/select.ts';
import type {RunState} from '../../source/journal/state.ts';
import {
	cell,
	ended,
	failed,
	gpu,
	launching,
	opened,
	planned,
	play,
	ran,
	spoilt,
	started,
	topology,
} from '../rig/story.ts';

const cells = ['a', 'b', 'c', 'd'].map((model) => cell({model}));
const id = (model: string) => `gpu0_numa0_${model}`;

const laneOf = (state: RunState, laneId = 'gpu0', now = state.at): LaneView => {
	const lane = selectLanes(state, now).find((one) => one.id === laneId);
	assert.ok(lane);
	return lane;
};

suite('a lane', () => {
	test('shows what runs, since when, in which phase and how far', () => {
		const state = play(
			opened(),
			planned(cells),
			launching(id('a')),
			started(id('a')),
			{type: 'phase', id: id('a'), name: 'measure'},
			{type: 'progress', id: id('a'), done: 3, total: 9},
		);

		const {running, queue} = laneOf(state, 'gpu0', state.at + 500);

		assert.deepEqual(running, {
			id: id('a'),
			model: 'a',
			numaNode: 0,
			placement: 'local',
			attempt: 1,
			stage: 'running',
			phase: {name: 'measure', forMs: 1500, usuallyMs: null},
			progress: {done: 3, total: 9},
			elapsedMs: 2500,
			suspendedMs: null,
			silentMs: 500,
		});
		assert.deepEqual(queue, {next: [id('b'), id('c'), id('d')], count: 3, held: false});
	});

	test('tells how long its phase usually takes: by the same model on any lane, else by itself, else not at all', () => {
		const both = [...cells, ...['a', 'b'].map((model) => cell({gpuId: 1, model}))];
		const measured = (phasesS: {readonly load: number}) => ran('gpu1_numa0_b', {phasesS});
		const loading = (model: string) => [
			launching(id(model)),
			started(id(model)),
			{type: 'phase', id: id(model), name: 'load'} as const,
		];
		const usual = (...told: readonly (Fact | Measurement)[]) =>
			laneOf(play(opened(), planned(both), ...told)).running?.phase?.usuallyMs;

		assert.equal(usual(...measured({load: 13}), ...loading('b')), 13_000);
		assert.equal(usual(...measured({load: 13}), ...ran(id('a'), {phasesS: {load: 4}}), ...loading('b')), 13_000);
		assert.equal(usual(...measured({load: 13}), ...ran(id('a'), {phasesS: {load: 4}}), ...loading('c')), 4000);
		assert.equal(usual(...failed(id('a'), {phasesS: {load: 99}}), ...loading('c')), null);
	});

	test('does not tell how long a warm worker usually loads, because it loads once and then has everything', () => {
		const warm = planned(cells, {change: {isolation: 'block'}});
		const loading = [launching(id('b')), started(id('b')), {type: 'phase', id: id('b'), name: 'load'} as const];

		const {running} = laneOf(play(opened(), warm, ...ran(id('a'), {phasesS: {load: 0.04}}), ...loading));

		assert.equal(running?.phase?.usuallyMs, null);
	});

	test('knows local memory from remote by the topology, and neither where the machine does not say', () => {
		const on = (numaNode: number | null, gpus = topology().gpus) => {
			const runId = numaNode === null ? 'gpu0_a' : `gpu0_numa${numaNode}_a`;
			const start = [opened({topology: topology({gpus})}), planned([cell({model: 'a', numaNode})])];
			return laneOf(play(...start, launching(runId))).running?.placement;
		};

		assert.deepEqual([on(0), on(2), on(null)], ['local', 'remote', null]);
		assert.equal(on(0, [gpu(0, null)]), null);
	});

	test('is called by its number, and says its GPU apart, because names of GPUs are long', () => {
		const named = {id: 'gpu0', gpuId: 0, gpuUuid: null, label: 'GPU 0 Story GPU'};
		const cpu = {id: 'cpu0', gpuId: null, gpuUuid: null, label: 'CPU'};
		const state = play(opened({lanes: [named, cpu]}));

		const names = selectLanes(state, state.at).map(({label, gpu: own}) => [label, own?.name ?? null]);

		assert.deepEqual(names, [
			['GPU 0', 'Story GPU'],
			['CPU', null],
		]);
	});

	test('says that an experiment has ended while its result is not yet committed, and stops its clock', () => {
		const state = play(opened(), planned(cells), launching(id('a')), started(id('a')), ended(id('a')));

		const {running} = laneOf(state, 'gpu0', state.at + 60_000);

		assert.equal(running?.stage, 'ended');
		assert.equal(running?.elapsedMs, 1000);
	});

	test('counts successes and failures apart and leaves them out of the queue', () => {
		const state = play(opened(), planned(cells), ...ran(id('a')), ...failed(id('b')));

		const {succeeded, failed: bad, total, running, queue} = laneOf(state);

		assert.deepEqual([succeeded, bad, total, running], [1, 1, 4, null]);
		assert.deepEqual(queue.next, [id('c'), id('d')]);
	});

	test('tells that its queue is held back once nothing more will start', () => {
		assert.ok(laneOf(play(opened(), planned(cells), {type: 'draining', by: 'the user'})).queue.held);
	});

	test('gives its latest latencies a median from 20 of them on', () => {
		const measured = (count: number) =>
			laneOf(
				play(opened(), planned(cells), launching(id('a')), started(id('a')), {
					type: 'samples',
					id: id('a'),
					latencyMs: Array.from({length: count}, (_, index) => count - index),
				}),
			).latest;

		assert.equal(measured(19)?.p50, null);
		assert.equal(measured(20)?.p50, 10.5);
		assert.equal(measured(21)?.p50, 11);
		assert.equal(measured(20)?.last, 1);
	});

	test('shows its own GPU with the age of the sample, a lane without one its host', () => {
		const sample = {
			gpuIndex: 0,
			celsius: 61,
			utilizationPercent: null,
			memoryUsedMiB: null,
			memoryTotalMiB: null,
			powerWatts: null,
			powerLimitWatts: null,
			smClockMHz: null,
			memoryClockMHz: null,
			throttleReasons: null,
		};
		const state = play(opened(), {type: 'gpus', samples: [sample]});

		assert.deepEqual(laneOf(state, 'gpu0', state.at + 7000).telemetry, {
			kind: 'gpu',
			sample,
			ageMs: 7000,
			isStale: true,
		});
		assert.deepEqual(laneOf(state, 'gpu1').telemetry, {kind: 'none', of: 'gpu'});
		assert.deepEqual(laneOf(state, 'cpu0').telemetry, {kind: 'none', of: 'host'});
	});
});

suite('a lane with an invalid result', () => {
	test('counts it apart, and learns no usual duration from it', () => {
		const state = play(opened(), planned(cells), ...spoilt(id('a')), launching(id('b')), started(id('b')), {
			type: 'phase',
			id: id('b'),
			name: 'measure',
		});

		const {succeeded, invalid, failed: bad, running} = laneOf(state);

		assert.deepEqual([succeeded, invalid, bad], [0, 1, 0]);
		assert.equal(running?.phase?.usuallyMs, null);
	});
});
