import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createGpuWindow} from '../../source/engine/gpu-window.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {gpuSample} from '../rig/gpu-sample.ts';

/** A moment in seconds, and what happens then. */
type Step = readonly [second: number, what: 'launch' | 'begin' | 'end' | Partial<GpuSample>];

/** Edges that were marked are told by the second in which they were. */
async function play(...steps: readonly Step[]) {
	let now = 0;
	const edges: number[] = [];
	const gpuWindow = createGpuWindow({
		listForeign: ({processes}) => (processes ?? []).map(({pid}) => `pid ${pid}`),
		markEdge: async () => void edges.push(now),
	});
	for (const [second, what] of steps) {
		now = second;
		if (typeof what === 'string') gpuWindow[what](second * 1000);
		else gpuWindow.take(gpuSample(0, what), second * 1000);
	}
	return {...(await gpuWindow.finish(now * 1000)), edges};
}

const measure = async (...steps: readonly Step[]) => (await play(...steps)).telemetry ?? assert.fail('no telemetry');
const doubt = async (...steps: readonly Step[]) =>
	(await play(...steps)).doubts.map(({kind, reason}) => `${kind}: ${reason}`);

const VIOLATIONS = {power: 0, thermal: 0, syncBoost: null, boardLimit: null, lowUtilization: 0, reliability: 0};

suite('the telemetry of a result', () => {
	test('has mean and maximum of the samples in the measured window, and leaves the others out', async () => {
		const {celsius, powerWatts, window} = await measure(
			[0, {celsius: 30, powerWatts: 80}],
			[0.5, 'begin'],
			[1, {celsius: 60, powerWatts: 300}],
			[2, {celsius: 62, powerWatts: 310}],
			[3, {celsius: 67, powerWatts: 320}],
			[3.5, 'end'],
			[4, {celsius: 99, powerWatts: 99}],
		);

		assert.deepEqual(celsius, {mean: 63, max: 67, n: 3});
		assert.deepEqual(powerWatts, {mean: 310, max: 320, n: 3});
		assert.equal(window, 'measure');
	});

	test('has none of them for fewer than three samples, and says how many there were', async () => {
		const {celsius, smClockMHz} = await measure(
			[0, 'begin'],
			[1, {celsius: 60}],
			[2, {celsius: 61, smClockMHz: null}],
			[3, 'end'],
		);

		assert.deepEqual(celsius, {mean: null, max: null, n: 2});
		assert.deepEqual(smClockMHz, {mean: null, max: null, n: 1});
	});

	test('counts no sample that was taken for its counters', async () => {
		const {celsius} = await measure([0, 'begin'], [0.01, {celsius: 20, energyJ: 5}], [1, {celsius: 60}], [2, 'end']);

		assert.equal(celsius.n, 1);
	});

	test('has the link as it was under load, and the most memory from launch to end', async () => {
		const {pcieGeneration, pcieWidth, peakMemoryMiB} = await measure(
			[0, {pcieGeneration: 1, pcieWidth: 16, memoryUsedMiB: 9000}],
			[1, 'begin'],
			[2, {pcieGeneration: 5, pcieWidth: 8, memoryUsedMiB: 7000}],
			[3, 'end'],
		);

		assert.deepEqual([pcieGeneration, pcieWidth, peakMemoryMiB], [5, 8, 9000]);
	});

	test('is of the whole process where the program never said when it measured', async () => {
		const {window, celsius} = await measure([0, 'launch'], [1, {celsius: 40}], [2, {celsius: 50}], [3, {celsius: 60}]);

		assert.deepEqual([window, celsius.mean], ['process', 50]);
	});

	test('is null without a single sample', async () => {
		const {telemetry, doubts} = await play([0, 'begin'], [1, 'end']);

		assert.deepEqual([telemetry, doubts], [null, []]);
	});
});

suite('the counters of a window', () => {
	const counted = (energyJ: number, power = 0) => ({energyJ, violationMs: {...VIOLATIONS, power}});

	test('are asked for where it begins and where it ends, and not between', async () => {
		const {edges} = await play([0, 'launch'], [5, 'begin'], [6, 'begin'], [7, {}], [25, 'end'], [26, 'end'], [27, {}]);

		assert.deepEqual(edges, [0, 5, 25]);
	});

	test('give energy and throttle time as differences, with the seconds that they cover', async () => {
		const {energyJ, throttledMs, countersS} = await measure(
			[0, counted(100, 3)],
			[5, 'begin'],
			[5.02, counted(500, 5)],
			[6, {}],
			[25, 'end'],
			[25.03, counted(6500, 205)],
			[30, counted(9000, 305)],
		);

		assert.deepEqual([energyJ, countersS?.toFixed(2)], [6000, '20.01']);
		assert.deepEqual(throttledMs, {power: 200, thermal: 0, lowUtilization: 0, reliability: 0});
	});

	test('are unknown where they came too late for its length, or not at all', async () => {
		const late = await measure([5, 'begin'], [5.2, counted(1)], [6, 'end'], [6.01, counted(200)]);
		const open = await measure([5, 'begin'], [5.01, counted(1)], [6, 'end'], [7, {}]);
		const short = await measure([5, 'begin'], [5.01, 'end'], [5.02, counted(1)], [5.03, counted(2)]);

		for (const {energyJ, throttledMs, countersS} of [late, open, short])
			assert.deepEqual([energyJ, throttledMs, countersS], [null, {}, null]);
	});

	test('are null for what a card does not count, and for one that began anew', async () => {
		const none = await measure([0, 'begin'], [0.1, {energyJ: null}], [9, 'end'], [9.1, {energyJ: null}]);
		const anew = await measure([0, 'begin'], [0.1, {energyJ: 900}], [9, 'end'], [9.1, {energyJ: 5}]);

		assert.deepEqual([none.energyJ, anew.energyJ, none.throttledMs], [null, null, {}]);
	});

	test('are asked for again at the end of a program that never said when it measured', async () => {
		const {edges, telemetry} = await play([0, 'launch'], [0.01, counted(10)], [9, {}]);

		assert.deepEqual([edges, telemetry?.window, telemetry?.energyJ], [[0, 9], 'process', null]);
	});

	test('are waited for when the program ends with its window', async () => {
		const answer = Promise.withResolvers<void>();
		const gpuWindow = createGpuWindow({listForeign: () => [], markEdge: () => answer.promise});
		gpuWindow.begin(1000);
		gpuWindow.take(gpuSample(0, {energyJ: 10}), 1010);

		const finished = gpuWindow.finish(21_000);
		gpuWindow.take(gpuSample(0, {energyJ: 510}), 21_010);
		answer.resolve();

		const {telemetry} = await finished;
		assert.deepEqual([telemetry?.energyJ, telemetry?.countersS], [500, 20]);
	});
});

suite('a result is doubted', () => {
	test('when another program used its GPU in the measured window, and not before or after', async () => {
		const processes = [{pid: 5150, memoryMiB: 10}];

		assert.deepEqual(await doubt([0, {}], [1, 'begin'], [2, {processes}], [3, {processes}], [4, 'end']), [
			'foreign: another program used GPU 0 meanwhile: pid 5150',
		]);
		assert.deepEqual(await doubt([0, {processes}], [1, 'begin'], [2, {}], [3, 'end'], [4, {processes}]), []);
	});

	test('when its GPU slowed itself down, seen by a sample or by the counter alone', async () => {
		assert.deepEqual(await doubt([0, 'begin'], [1, {throttleReasons: '0x40'}], [2, 'end']), [
			'slowdown: GPU 0 slowed itself down meanwhile: HW thermal slowdown',
		]);
		const before = {violationMs: VIOLATIONS};
		const after = {violationMs: {...VIOLATIONS, thermal: 40}};
		assert.deepEqual(await doubt([0, 'begin'], [0, before], [1, 'end'], [1, after]), [
			'slowdown: GPU 0 slowed itself down meanwhile: for 40 ms by heat, in the 1 s around the window',
		]);
	});

	test('when its GPU reported an error meanwhile, and not for one from before', async () => {
		assert.deepEqual(await doubt([0, {xid: null}], [1, 'begin'], [2, {xid: 31}], [3, 'end']), [
			'error: GPU 0 reported Xid 31 meanwhile',
		]);
		assert.deepEqual(await doubt([0, {xid: 31}], [1, 'begin'], [2, {xid: 31}], [3, 'end']), []);
	});

	test('not for a power limit that was reached, which is how many GPUs are meant to run', async () => {
		assert.deepEqual(await doubt([0, 'begin'], [1, {throttleReasons: '0x4'}], [2, 'end']), []);
	});
});
