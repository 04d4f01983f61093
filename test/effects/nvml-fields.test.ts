import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, type TestContext, test} from 'node:test';
import {openNvmlProcess} from '../../source/effects/nvml-process.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {until} from '../rig/until.ts';
import {type NvmlStub, nvmlStub, uuidOf} from './nvml-stub.ts';

const RECORDING = new URL('../../fixtures/nvidia-smi/h200x8-query-gpu.csv', import.meta.url);
const GPUS = [0, 1, 2, 3, 4, 5, 6, 7];

/** Samples of the real process with the real koffi, on the stub. */
function read(t: TestContext, {env}: NvmlStub, indexes: readonly number[] = [0, 1], everyMs = 50) {
	const ticks: (readonly GpuSample[])[] = [];
	const ends: string[] = [];
	const gpus = indexes.map((gpuIndex) => ({gpuIndex, uuid: uuidOf(gpuIndex)}));
	const onEnd = (how: string) => ends.push(how);
	const reader = openNvmlProcess({
		gpus,
		everyMs,
		env,
		onSamples: (samples) => ticks.push(samples),
		onRefused: onEnd,
		onEnd,
	});
	t.after(reader.close);
	const next = async (): Promise<readonly GpuSample[]> => {
		const {length} = ticks;
		await until(() => ticks.length > length || ends.length > 0, 'a tick', 20_000);
		assert.deepEqual(ends, []);
		return ticks.at(-1) ?? [];
	};
	/** The first sample of the first GPU of which this is true. */
	const find = async (what: string, is: (sample: GpuSample) => boolean) => {
		await until(() => ticks.some(([first]) => first && is(first)), what, 20_000);
		return ticks.map(([first]) => first).find((first) => first && is(first));
	};
	return {ticks, next, find, reader};
}

const first = async (t: TestContext, lines: readonly string[], options = {}): Promise<GpuSample> => {
	const [sample] = await read(t, nvmlStub(t, lines, options), [0]).next();
	assert.ok(sample);
	return sample;
};

suite('what NVML tells of a GPU', () => {
	test('is what nvidia-smi told of the same eight GPUs', async (t) => {
		const [, ...lines] = readFileSync(RECORDING, 'utf8').trim().split('\n');

		const samples = await read(t, nvmlStub(t), GPUS).next();

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
		const {fanPercent, unavailable} = await first(t, []);

		assert.deepEqual([fanPercent, unavailable], [null, {fanPercent: 'not-supported'}]);
	});

	test('is null with the driver’s words where it fails, field by field', async (t) => {
		const {celsius, utilizationPercent, memoryUtilizationPercent, powerWatts, unavailable} = await first(t, [
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
		const {next, find} = read(t, stub, [0]);
		await next();

		stub.say();

		const sample = await find('a temperature', ({celsius}) => celsius !== null);
		assert.deepEqual(sample?.unavailable, {fanPercent: 'not-supported'});
	});

	test('has fan, memory errors and counters of energy (J) and of time held down (ms)', async (t) => {
		const {fanPercent, eccCorrected, eccUncorrected, energyJ, violationMs, unavailable} = await first(t, [
			'value nvmlDeviceGetFanSpeed 0 30',
			'value nvmlDeviceGetTotalEccErrors 0 7',
			'value nvmlDeviceGetTotalEccErrors:uncorrected 0 2',
			'value nvmlDeviceGetTotalEnergyConsumption 0 81234567891',
			'value nvmlDeviceGetViolationStatus:0 0 1250500000',
		]);

		assert.deepEqual([fanPercent, eccCorrected, eccUncorrected, energyJ], [30, 7, 2, 81_234_567.891]);
		assert.deepEqual([violationMs?.power, violationMs?.thermal, unavailable], [1250.5, 1.5, undefined]);
	});

	test('has no time held down by one policy where only that is not counted', async (t) => {
		const {violationMs, unavailable} = await first(t, ['error nvmlDeviceGetViolationStatus:1 0 3']);

		assert.deepEqual([violationMs?.power, violationMs?.thermal], [0, null]);
		assert.equal(unavailable?.['violationMs.thermal'], 'not-supported');
	});

	test('has the programs that compute there, also where their memory is not told', async (t) => {
		const {processes} = await first(t, ['process 0 4242 1024', 'process 0 77 -1', 'process 1 5 5']);

		assert.deepEqual(processes, [
			{pid: 4242, memoryMiB: 1024},
			{pid: 77, memoryMiB: null},
		]);
	});

	test('has every program, however many there are', async (t) => {
		const lines = Array.from({length: 90}, (_, index) => `process 0 ${1000 + index} 10`);

		const {processes} = await first(t, lines);

		assert.deepEqual([processes?.length, processes?.[89]?.pid], [90, 1089]);
	});

	test('has the same programs from drivers that tell a counter more of each', async (t) => {
		const {processes} = await first(t, ['wide', 'process 0 4242 1024', 'process 0 4243 5']);

		assert.deepEqual(processes, [
			{pid: 4242, memoryMiB: 1024},
			{pid: 4243, memoryMiB: 5},
		]);
	});

	test('tells programs that cannot be listed from none', async (t) => {
		const {processes, unavailable} = await first(t, ['error nvmlDeviceGetComputeRunningProcesses_v3 0 4']);

		assert.deepEqual([processes, unavailable?.processes], [null, 'Insufficient Permissions']);
	});

	test('has the instances of a GPU in MIG mode with their memory', async (t) => {
		const [plain, divided] = await read(t, nvmlStub(t, ['mig 1 2'])).next();

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
		const {throttleReasons, memoryUsedMiB, memoryTotalMiB, unavailable} = await first(t, [], {old: true});

		assert.deepEqual([throttleReasons, memoryUsedMiB, memoryTotalMiB], ['0x0000000000000001', 615, 143_771]);
		assert.deepEqual(unavailable, {fanPercent: 'not-supported'});
	});

	test('keeps its slow values where a driver takes its time, while the quick ones go on', async (t) => {
		const stub = nvmlStub(t, ['slow nvmlDeviceGetFanSpeed 0 30', 'value nvmlDeviceGetFanSpeed 0 30']);
		const {next, find} = read(t, stub, [0], 300);
		await next();

		stub.say('value nvmlDeviceGetFanSpeed 0 40', 'value nvmlDeviceGetTemperature 0 50');
		await next();
		await next();
		await next();
		await next();

		const sample = await find('the new temperature', ({celsius}) => celsius === 50);
		assert.equal(sample?.fanPercent, 30);
		assert.equal((await next())[0]?.fanPercent, 30);
	});

	test('has PCIe traffic only when it was asked for, and then once', async (t) => {
		const {next, find, reader, ticks} = read(t, nvmlStub(t), [0]);
		await next();

		reader.write('0');

		const sample = await find('traffic', ({pcieRxMiBPerS}) => pcieRxMiBPerS !== undefined);
		await next();
		assert.deepEqual([sample?.pcieRxMiBPerS, sample?.pcieTxMiBPerS], [2, 1]);
		assert.equal(ticks.filter(([one]) => one?.pcieRxMiBPerS !== undefined).length, 1);
	});
});

suite('a GPU in trouble', () => {
	test('that is lost has no value and says why, and the others go on', async (t) => {
		const [lost, other] = await read(t, nvmlStub(t, ['lost 0'])).next();

		assert.match(lost?.lost ?? '', /^GPU is lost/);
		assert.deepEqual([lost?.celsius, lost?.powerWatts, lost?.energyJ], [null, null, undefined]);
		assert.deepEqual([other?.celsius, other?.lost], [33, null]);
	});

	test('that is lost on the way tells its Xid, and is there again when it answers', async (t) => {
		const stub = nvmlStub(t);
		const {next, find} = read(t, stub, [0]);
		await next();

		stub.say('lost 0', 'xid 0 79');
		const gone = await find('the loss', ({lost, xid}) => lost !== null && xid === 79);
		stub.say('xid 0 79');
		await next();
		const [back] = await next();

		assert.deepEqual([gone?.lost, gone?.celsius], ['GPU is lost', null]);
		assert.deepEqual([back?.lost, back?.celsius, back?.xid], [null, 32, 79]);
	});

	test('that NVML does not know by its UUID is lost, too', async (t) => {
		const samples = await read(t, nvmlStub(t, ['gpus 1'])).next();

		assert.deepEqual(
			samples.map(({lost}) => lost),
			[null, `Not Found (${uuidOf(1)})`],
		);
	});

	test('that must be reset is lost until then', async (t) => {
		const {lost, celsius} = await first(t, ['error nvmlDeviceGetUtilizationRates 0 16']);

		assert.deepEqual([lost, celsius], ['GPU requires reset', null]);
	});

	test('that this user may not ask is not lost, and says of every field why it is unknown', async (t) => {
		const {lost, celsius, powerWatts, unavailable} = await first(t, ['error nvmlDeviceGetHandleByUUID 0 4']);

		const reason = `Insufficient Permissions (${uuidOf(0)})`;
		assert.deepEqual([lost, celsius, powerWatts], [null, null, null]);
		assert.deepEqual([unavailable?.celsius, unavailable?.powerWatts], [reason, reason]);
	});

	test('keeps its latest Xid to itself', async (t) => {
		const stub = nvmlStub(t);
		const {next, ticks} = read(t, stub);
		await next();

		stub.say('xid 1 31', 'xid 1 43');
		await until(() => ticks.at(-1)?.[1]?.xid === 43, 'the Xid');

		assert.equal(ticks.at(-1)?.[0]?.xid, null);
	});

	test('of which no Xid can be told says so', async (t) => {
		const {xid, unavailable} = await first(t, ['error nvmlDeviceRegisterEvents 0 3']);

		assert.deepEqual([xid, unavailable?.xid], [null, 'not-supported']);
	});
});
