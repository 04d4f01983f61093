import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {readFirst, readGpus} from './nvml-reader.ts';
import {nvmlStub} from './nvml-stub.ts';

const RECORDING = new URL('../../fixtures/nvidia-smi/h200x8-query-gpu.csv', import.meta.url);
const GPUS = [0, 1, 2, 3, 4, 5, 6, 7];

suite('what NVML tells of a GPU', () => {
	test('is what nvidia-smi told of the same eight GPUs', async (t) => {
		const [, ...lines] = readFileSync(RECORDING, 'utf8').trim().split('\n');

		const samples = await readGpus(t, nvmlStub(t), GPUS).next();

		const told = samples.map((sample) => [
			sample.gpuIndex,
			sample.celsius,
			`${sample.utilizationPercent} %`,
			`${sample.memoryUtilizationPercent} %`,
			`${sample.memoryTotalMiB} MiB`,
			`${sample.memoryUsedMiB} MiB`,
			`${sample.powerWatts?.toFixed(2)} W`,
			`${sample.powerLimitWatts?.toFixed(2)} W`,
			`${sample.smClockMHz} MHz`,
			`${sample.memoryClockMHz} MHz`,
			sample.throttleReasons,
			`P${sample.pState}`,
			sample.pcieGeneration,
			sample.pcieWidth,
			sample.eccUncorrected,
		]);
		const columns = [1, 5, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 19, 20, 21];
		const recorded = lines.map((line) => line.split(', ')).map((values) => columns.map((column) => values[column]));
		assert.deepEqual(
			told.map((values) => values.map(String)),
			recorded,
		);
	});

	test('is null with its reason where the card does not have it, and never 0', async (t) => {
		const {fanPercent, unavailable} = await readFirst(t, []);

		assert.deepEqual([fanPercent, unavailable], [null, {fanPercent: 'not-supported'}]);
	});

	test('is null with the driver’s words where it fails, field by field', async (t) => {
		const {celsius, utilizationPercent, memoryUtilizationPercent, powerWatts, unavailable} = await readFirst(t, [
			'error nvmlDeviceGetTemperature 0 999',
			'error nvmlDeviceGetUtilizationRates 0 4',
		]);

		assert.deepEqual([celsius, utilizationPercent, memoryUtilizationPercent, powerWatts], [null, null, null, 79.32]);
		assert.deepEqual(unavailable, {
			celsius: 'Unknown Error',
			utilizationPercent: 'Insufficient Permissions',
			memoryUtilizationPercent: 'Insufficient Permissions',
			fanPercent: 'not-supported',
		});
	});

	test('comes back with the next sample after an error', async (t) => {
		const stub = nvmlStub(t, ['error nvmlDeviceGetTemperature 0 999']);
		const {next, find} = readGpus(t, stub, [0]);
		await next();

		stub.say();

		const sample = await find('a temperature', ({celsius}) => celsius !== null);
		assert.deepEqual(sample?.unavailable, {fanPercent: 'not-supported'});
	});

	test('has fan and memory errors', async (t) => {
		const {fanPercent, eccCorrected, eccUncorrected, unavailable} = await readFirst(t, [
			'value nvmlDeviceGetFanSpeed 0 30',
			'value nvmlDeviceGetTotalEccErrors 0 7',
			'value nvmlDeviceGetTotalEccErrors:uncorrected 0 2',
		]);

		assert.deepEqual([fanPercent, eccCorrected, eccUncorrected, unavailable], [30, 7, 2, undefined]);
	});

	test('has no time held down by one policy where only that is not counted', async (t) => {
		const {next, markEdge} = readGpus(t, nvmlStub(t, ['error nvmlDeviceGetViolationStatus:1 0 3']), [0]);
		await next();

		const {violationMs, unavailable} = await markEdge(0);

		assert.deepEqual([violationMs?.power, violationMs?.thermal], [0, null]);
		assert.equal(unavailable?.['violationMs.thermal'], 'not-supported');
	});

	test('has the programs that compute there, also where their memory is not told', async (t) => {
		const {processes} = await readFirst(t, ['process 0 4242 1024', 'process 0 77 -1', 'process 1 5 5']);

		assert.deepEqual(processes, [
			{pid: 4242, memoryMiB: 1024},
			{pid: 77, memoryMiB: null},
		]);
	});

	test('has every program, however many there are', async (t) => {
		const lines = Array.from({length: 90}, (_, index) => `process 0 ${1000 + index} 10`);

		const {processes} = await readFirst(t, lines);

		assert.deepEqual([processes?.length, processes?.[89]?.pid], [90, 1089]);
	});

	test('has the same programs from drivers that tell a counter more of each', async (t) => {
		const {processes} = await readFirst(t, ['wide', 'process 0 4242 1024', 'process 0 4243 5']);

		assert.deepEqual(processes, [
			{pid: 4242, memoryMiB: 1024},
			{pid: 4243, memoryMiB: 5},
		]);
	});

	test('tells programs that cannot be listed from none', async (t) => {
		const {processes, unavailable} = await readFirst(t, ['error nvmlDeviceGetComputeRunningProcesses_v3 0 4']);

		assert.deepEqual([processes, unavailable?.processes], [null, 'Insufficient Permissions']);
	});

	test('has the instances of a GPU in MIG mode with their memory', async (t) => {
		const [plain, divided] = await readGpus(t, nvmlStub(t, ['mig 1 2'])).next();

		assert.deepEqual(
			[plain?.mig, divided?.mig],
			[
				null,
				[
					{uuid: 'MIG-00000001-0000-4000-8000-000000000000', memoryUsedMiB: 100},
					{uuid: 'MIG-00000001-0000-4000-8000-000000000001', memoryUsedMiB: 200},
				],
			],
		);
	});

	test('comes from an older driver by older names, where reserved memory counts as used', async (t) => {
		const {throttleReasons, memoryUsedMiB, memoryTotalMiB, unavailable} = await readFirst(t, [], {old: true});

		assert.deepEqual([throttleReasons, memoryUsedMiB, memoryTotalMiB], ['0x0000000000000001', 615, 143_771]);
		assert.deepEqual(unavailable, {fanPercent: 'not-supported'});
	});
});
