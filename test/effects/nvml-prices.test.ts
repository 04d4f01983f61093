import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {readGpus} from './nvml-reader.ts';
import {type NvmlStub, nvmlStub} from './nvml-stub.ts';

const FAN_AND_COUNTERS = [
	'value nvmlDeviceGetFanSpeed 0 30',
	'value nvmlDeviceGetTotalEnergyConsumption 0 81234567891',
	'value nvmlDeviceGetViolationStatus:0 0 1250500000',
];
const CALLS = {
	quick: ['Temperature', 'UtilizationRates', 'MemoryInfo_v2', 'PowerUsage', 'ComputeRunningProcesses_v3'],
	steady: ['CurrPcieLinkWidth', 'TotalEccErrors'],
	fixed: ['PowerManagementLimit', 'MigMode', 'FanSpeed'],
	counters: ['TotalEnergyConsumption', ...[0, 1, 2, 3, 4, 5].map((policy) => `ViolationStatus:${policy}`)],
} as const;
const countAll = ({countCalls}: NvmlStub, names: readonly string[], gpu: number): readonly number[] =>
	names.map((name) => countCalls(`nvmlDeviceGet${name}`, gpu));

suite('what NVML is asked', () => {
	test('is cheap at every tick, else seldom, and at an edge what is dear', async (t) => {
		const stub = nvmlStub(t, ['count']);
		const {next, markEdge} = readGpus(t, stub);
		for (let tick = 0; tick < 5; tick++) await next();

		assert.ok(Math.min(...countAll(stub, CALLS.quick, 1)) >= 5);
		assert.deepEqual(countAll(stub, CALLS.steady, 1), [1, 1]);
		assert.deepEqual(countAll(stub, CALLS.fixed, 1), [1, 1, 1]);
		assert.deepEqual(countAll(stub, CALLS.counters, 1), [0, 0, 0, 0, 0, 0, 0]);

		await markEdge(1);
		await next();
		await next();

		assert.deepEqual(countAll(stub, CALLS.counters, 1), [1, 1, 1, 1, 1, 1, 1]);
		assert.deepEqual(countAll(stub, CALLS.counters, 0), [0, 0, 0, 0, 0, 0, 0]);
		assert.deepEqual(countAll(stub, CALLS.steady, 1), [2, 2]);
		assert.deepEqual(countAll(stub, CALLS.fixed, 1), [1, 1, 1]);
	});

	test('is known for a while where it seldom changes, and is asked anew behind an edge', async (t) => {
		const stub = nvmlStub(t, ['value nvmlDeviceGetFanSpeed 0 30']);
		const {next, find, markEdge} = readGpus(t, stub, [0]);
		await next();

		stub.say('value nvmlDeviceGetFanSpeed 0 40', 'value nvmlDeviceGetTemperature 0 50');
		const kept = await find('the new temperature', ({celsius}) => celsius === 50);
		await markEdge(0);
		const anew = await find('the new speed', ({fanPercent}) => fanPercent === 40);

		assert.deepEqual([kept?.fanPercent, anew?.celsius], [30, 50]);
	});

	test('has every program as soon as it comes, and no more when it is gone', async (t) => {
		const stub = nvmlStub(t);
		const {next, find} = readGpus(t, stub, [0]);
		await next();

		stub.say('process 0 4242 1024');
		await find('the program', ({processes}) => processes?.[0]?.memoryMiB === 1024);
		stub.say('process 0 4242 2048');
		await find('more memory', ({processes}) => processes?.[0]?.memoryMiB === 2048);
		stub.say();
		await next();
		const [last] = await next();

		assert.deepEqual(last?.processes, []);
	});

	test('gives energy (J) and time held down (ms) at an edge, and at no other time', async (t) => {
		const {next, markEdge, ticks} = readGpus(t, nvmlStub(t, FAN_AND_COUNTERS));
		await next();

		const {gpuIndex, celsius, energyJ, violationMs, unavailable} = await markEdge(0);
		await next();

		assert.deepEqual([gpuIndex, celsius, energyJ], [0, 32, 81_234_567.891]);
		assert.deepEqual([violationMs?.power, violationMs?.thermal, unavailable], [1250.5, 1.5, undefined]);
		assert.ok(ticks.flat().every((sample) => sample.energyJ === undefined && sample.violationMs === undefined));
	});

	test('gives PCIe traffic only when it was wanted, and then once', async (t) => {
		const {next, find, reader, ticks} = readGpus(t, nvmlStub(t), [0]);
		await next();

		reader.wish('traffic 0');

		const sample = await find('traffic', ({pcieRxMiBPerS}) => pcieRxMiBPerS !== undefined);
		await next();
		assert.deepEqual([sample?.pcieRxMiBPerS, sample?.pcieTxMiBPerS], [2, 1]);
		assert.equal(ticks.filter(([one]) => one?.pcieRxMiBPerS !== undefined).length, 1);
	});
});
