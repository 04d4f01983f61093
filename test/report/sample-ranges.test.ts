import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {GpuSample} from '../../source/journal/event.ts';
import {summarizeGpuSamples, summarizeHostSamples} from '../../source/report/sample-ranges.ts';

const NOTHING: GpuSample = {
	gpuIndex: 0,
	celsius: null,
	utilizationPercent: null,
	memoryUsedMiB: null,
	memoryTotalMiB: null,
	powerWatts: null,
	powerLimitWatts: null,
	smClockMHz: null,
	memoryClockMHz: null,
	throttleReasons: null,
};

suite('the samples of a GPU while an experiment ran', () => {
	test('are told as lowest, mean, highest and number, and what the tool did not tell counts nowhere', () => {
		const [temperature, utilization] = summarizeGpuSamples([
			{at: 1000, sample: {...NOTHING, celsius: 60}},
			{at: 2000, sample: NOTHING},
			{at: 3000, sample: {...NOTHING, celsius: 63}},
		]);

		assert.deepEqual(temperature, {
			name: 'temperature',
			unit: 'C',
			min: 60,
			mean: 61.5,
			max: 63,
			n: 2,
			series: [
				{at: 1000, value: 60},
				{at: 3000, value: 63},
			],
		});
		assert.deepEqual(utilization, {name: 'utilization', unit: '%', min: null, mean: null, max: null, n: 0, series: []});
	});

	test('of a CPU lane are those of its machine', () => {
		const sample = {cpuPercent: 50, memoryUsedMiB: 1024, memoryTotalMiB: 2048, swapUsedMiB: null, diskFreeMiB: null};
		const ranges = summarizeHostSamples([{at: 1, sample}]);

		assert.deepEqual(
			ranges.map(({name, max, n}) => [name, max, n]),
			[
				['host CPU', 50, 1],
				['host memory', 1024, 1],
				['host swap', null, 0],
			],
		);
	});
});
