import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createGpuWindow} from '../../source/engine/gpu-window.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {gpuSample} from '../rig/gpu-sample.ts';

type Step = 'begin' | 'end' | readonly [second: number, sample: Partial<GpuSample>];

const watch = (...steps: readonly Step[]) => {
	const gpuWindow = createGpuWindow(({processes}) => (processes ?? []).map(({pid}) => `pid ${pid}`));
	for (const step of steps) {
		if (step === 'begin') gpuWindow.begin();
		else if (step === 'end') gpuWindow.end();
		else gpuWindow.take(gpuSample(0, step[1]), step[0] * 1000);
	}
	return gpuWindow.finish();
};
const measured = (...steps: readonly Step[]) => watch(...steps).telemetry ?? assert.fail('no telemetry');

const VIOLATIONS = {power: 0, thermal: 0, syncBoost: null, boardLimit: null, lowUtilization: 0, reliability: 0};

suite('the telemetry of a result', () => {
	test('has mean and maximum of the samples in the measured window, and leaves the others out', () => {
		const {celsius, powerWatts, window} = measured(
			[0, {celsius: 30, powerWatts: 80}],
			'begin',
			[1, {celsius: 60, powerWatts: 300}],
			[2, {celsius: 62, powerWatts: 310}],
			[3, {celsius: 67, powerWatts: 320}],
			'end',
			[4, {celsius: 99, powerWatts: 99}],
		);

		assert.deepEqual(celsius, {mean: 63, max: 67, n: 3});
		assert.deepEqual(powerWatts, {mean: 310, max: 320, n: 3});
		assert.equal(window, 'measure');
	});

	test('has none of them for fewer than three samples, and says how many there were', () => {
		const {celsius, smClockMHz} = measured('begin', [1, {celsius: 60}], [2, {celsius: 61, smClockMHz: null}], 'end');

		assert.deepEqual(celsius, {mean: null, max: null, n: 2});
		assert.deepEqual(smClockMHz, {mean: null, max: null, n: 1});
	});

	test('has energy and throttle time as differences of the counters around the window', () => {
		const {energyJ, throttledMs, countersS} = measured(
			[0, {energyJ: 100, violationMs: VIOLATIONS}],
			[1, {energyJ: 180, violationMs: {...VIOLATIONS, power: 5}}],
			'begin',
			[2, {energyJ: 500, violationMs: {...VIOLATIONS, power: 105}}],
			'end',
			[3, {energyJ: 800, violationMs: {...VIOLATIONS, power: 205}}],
			[4, {energyJ: 880, violationMs: {...VIOLATIONS, power: 205}}],
		);

		assert.equal(energyJ, 620);
		assert.deepEqual(throttledMs, {power: 200, thermal: 0, lowUtilization: 0, reliability: 0});
		assert.equal(countersS, 2);
	});

	test('has null for what a card does not count, and for a counter that began anew', () => {
		assert.equal(measured([0, {}], 'begin', [1, {}], 'end', [2, {}]).energyJ, null);
		assert.equal(measured([0, {energyJ: 900}], 'begin', [1, {energyJ: 5}], 'end').energyJ, null);
		assert.deepEqual(measured([0, {}], 'begin', [1, {}], 'end').throttledMs, {});
	});

	test('has the link as it was under load, and the most memory from launch to end', () => {
		const {pcieGeneration, pcieWidth, peakMemoryMiB} = measured(
			[0, {pcieGeneration: 1, pcieWidth: 16, memoryUsedMiB: 9000}],
			'begin',
			[1, {pcieGeneration: 5, pcieWidth: 8, memoryUsedMiB: 7000}],
			'end',
		);

		assert.deepEqual([pcieGeneration, pcieWidth, peakMemoryMiB], [5, 8, 9000]);
	});

	test('is of the whole process where the program never said when it measured', () => {
		const {window, celsius, energyJ} = measured(
			[0, {celsius: 40, energyJ: 10}],
			[1, {celsius: 50, energyJ: 20}],
			[2, {celsius: 60, energyJ: 40}],
		);

		assert.deepEqual([window, celsius.mean, energyJ], ['process', 50, 30]);
	});

	test('is null without a single sample', () => {
		assert.deepEqual(watch('begin', 'end'), {telemetry: null, doubts: []});
	});
});

suite('a result is doubted', () => {
	test('when another program used its GPU in the measured window, and not before or after', () => {
		const processes = [{pid: 5150, memoryMiB: 10}];

		assert.deepEqual(watch([0, {}], 'begin', [1, {processes}], [2, {processes}], 'end').doubts, [
			'another program used GPU 0 meanwhile: pid 5150',
		]);
		assert.deepEqual(watch([0, {processes}], 'begin', [1, {}], 'end', [2, {processes}]).doubts, []);
	});

	test('when its GPU slowed itself down, seen by a sample or by the counter alone', () => {
		assert.deepEqual(watch('begin', [1, {throttleReasons: '0x40'}], 'end').doubts, [
			'GPU 0 slowed itself down meanwhile: hardware thermal slowdown',
		]);
		assert.deepEqual(
			watch([0, {violationMs: VIOLATIONS}], 'begin', [1, {violationMs: {...VIOLATIONS, thermal: 40}}], 'end').doubts,
			['GPU 0 slowed itself down meanwhile: for 40 ms by heat, in the 1 s around the window'],
		);
	});

	test('when its GPU reported an error meanwhile, and not for one from before', () => {
		assert.deepEqual(watch([0, {xid: null}], 'begin', [1, {xid: 31}], 'end').doubts, [
			'GPU 0 reported Xid 31 meanwhile',
		]);
		assert.deepEqual(watch([0, {xid: 31}], 'begin', [1, {xid: 31}], 'end').doubts, []);
	});

	test('not for a power limit that was reached, which is how many GPUs are meant to run', () => {
		assert.deepEqual(watch('begin', [1, {throttleReasons: '0x4'}], 'end').doubts, []);
	});
});
