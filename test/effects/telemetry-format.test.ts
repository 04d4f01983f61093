import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {
	createTickCollector,
	parseBadField,
	parseInventory,
	parsePciAddress,
	parseSampleLine,
	replaceField,
	SAMPLE_FIELDS,
} from '../../source/effects/telemetry-format.ts';
import type {GpuSample} from '../../source/journal/event.ts';

const readFixture = (name: string) =>
	readFileSync(new URL(`../../fixtures/nvidia-smi/${name}`, import.meta.url), 'utf8')
		.trim()
		.split('\n');

const unknown = {
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

suite('a sample line', () => {
	test('of the query that we ask is read value by value', () => {
		const line = '3, 45, 97, 20480, 143771, 512.25, 700.00, 1980, 3201, 0x0000000000000004';

		assert.deepEqual(parseSampleLine(line), {
			gpuIndex: 3,
			celsius: 45,
			utilizationPercent: 97,
			memoryUsedMiB: 20480,
			memoryTotalMiB: 143771,
			powerWatts: 512.25,
			powerLimitWatts: 700,
			smClockMHz: 1980,
			memoryClockMHz: 3201,
			throttleReasons: '0x0000000000000004',
		});
	});

	for (const said of ['[N/A]', '[Not Supported]', '[Unknown Error]', '[GPU is lost]', 'N/A', 'ERR!', '', '0x', '1e3']) {
		test(`with "${said}" everywhere gives unknown values, never zero`, () => {
			const line = ['1', ...SAMPLE_FIELDS.slice(1).map(() => said)].join(', ');

			assert.deepEqual(parseSampleLine(line), {gpuIndex: 1, ...unknown});
		});
	}

	for (const line of [
		'',
		'No devices were found',
		'0, 45',
		'[GPU is lost], 1, 2, 3, 4, 5, 6, 7, 8, 9',
		'0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10',
	]) {
		test(`"${line}" is no sample`, () => {
			assert.equal(parseSampleLine(line), null);
		});
	}

	test('recorded from eight H200 with units is read as without', () => {
		const [header = '', ...lines] = readFixture('h200x8-query-gpu.csv');
		const fields = header.split(', ').map((name) => name.replace(/ \[.*/, ''));

		const samples = lines.map((line) => parseSampleLine(line, fields));

		assert.equal(samples.length, 8);
		assert.deepEqual(samples[4], {
			gpuIndex: 4,
			celsius: 32,
			utilizationPercent: 0,
			memoryUsedMiB: 0,
			memoryTotalMiB: 143771,
			powerWatts: 80,
			powerLimitWatts: 700,
			smClockMHz: 345,
			memoryClockMHz: 3201,
			throttleReasons: '0x0000000000000001',
		});
	});

	test('recorded from an H200 with our own query has every value', () => {
		const samples = readFixture('h200x1-samples-lms-500.csv').map((line) => parseSampleLine(line));

		const unknownValues = samples
			.flatMap((sample) => Object.values(sample ?? {none: null}))
			.filter((value) => value === null);
		assert.deepEqual([samples.length, unknownValues], [8, []]);
	});

	test('recorded from one H200 every 500 ms is read, and its header is no sample', () => {
		const fields = [
			'timestamp',
			'index',
			'uuid',
			'temperature.gpu',
			'utilization.gpu',
			'memory.used',
			'power.draw',
			'clocks_event_reasons.active',
		];

		const samples = readFixture('h200x1-query-gpu-lms-500-with-header.csv').map((line) =>
			parseSampleLine(line, fields),
		);

		assert.equal(samples[0], null);
		assert.deepEqual(
			samples.slice(1).map((sample) => sample?.powerWatts),
			[79.09, 79.1, 79.08, 79.06, 79.07, 79.06],
		);
	});
});

suite('a tick', () => {
	test('of eight recorded GPUs holds each of them once, although the first ones come with different times', () => {
		const fields = ['timestamp', 'index', 'temperature.gpu', 'utilization.gpu'];
		const ticks: (readonly GpuSample[])[] = [];
		const collect = createTickCollector([0, 1, 2, 3, 4, 5, 6, 7], (tick) => ticks.push(tick));

		for (const line of readFixture('h200x8-query-gpu-lms-250.csv')) {
			const sample = parseSampleLine(line, fields);
			if (sample) collect(sample);
		}

		assert.equal(ticks.length, 20);
		assert.ok(ticks.every((tick) => tick.map(({gpuIndex}) => gpuIndex).join() === '0,1,2,3,4,5,6,7'));
	});

	test('without a GPU that fell off the bus is complete when another one comes again', () => {
		const ticks: (readonly GpuSample[])[] = [];
		const collect = createTickCollector([0, 1, 2], (tick) => ticks.push(tick));

		for (const gpuIndex of [0, 2, 0, 2, 0]) collect({gpuIndex, ...unknown});

		assert.deepEqual(
			ticks.map((tick) => tick.map(({gpuIndex}) => gpuIndex)),
			[
				[0, 2],
				[0, 2],
			],
		);
	});

	test('leaves out the GPUs that the run does not use', () => {
		const ticks: (readonly GpuSample[])[] = [];
		const collect = createTickCollector([1], (tick) => ticks.push(tick));

		for (const gpuIndex of [0, 1, 2, 3, 0, 1]) collect({gpuIndex, ...unknown});

		assert.deepEqual(
			ticks.map((tick) => tick.map(({gpuIndex}) => gpuIndex)),
			[[1], [1]],
		);
	});
});

suite('the list of GPUs', () => {
	test('is in the order of the indexes, with addresses as sysfs writes them', () => {
		const csv = [
			'1, GPU-b, NVIDIA H200, 00000000:3D:00.0, 143771, 580.159.04',
			'0, GPU-a, NVIDIA GB10, 0000000F:01:00.0, [N/A], 580.159.04',
		].join('\n');

		assert.deepEqual(parseInventory(csv), {
			gpus: [
				{index: 0, uuid: 'GPU-a', name: 'NVIDIA GB10', pciAddress: '000f:01:00.0', memoryTotalMiB: null},
				{index: 1, uuid: 'GPU-b', name: 'NVIDIA H200', pciAddress: '0000:3d:00.0', memoryTotalMiB: 143771},
			],
			driverVersion: '580.159.04',
			unread: [],
		});
	});

	test('keeps what the tool said instead of a GPU', () => {
		const {gpus, unread} = parseInventory('No devices were found\n');

		assert.deepEqual([gpus, unread], [[], ['No devices were found']]);
	});

	test('does not hold a GPU without an identity, which no experiment could be pinned to', () => {
		const {gpus, unread} = parseInventory('0, [GPU is lost], [GPU is lost], 00000000:3D:00.0, [GPU is lost], 580.1');

		assert.deepEqual([gpus.length, unread.length], [0, 1]);
	});
});

suite('a PCI address', () => {
	for (const [printed, expected] of [
		['00000000:00:0A.0', '0000:00:0a.0'],
		['0000:3d:00.0', '0000:3d:00.0'],
		['00010000:E1:00.0', '10000:e1:00.0'],
		['[N/A]', null],
		['../../etc', null],
	] as const) {
		test(`printed as ${printed} is ${expected} in sysfs`, () => {
			assert.equal(parsePciAddress(printed), expected);
		});
	}
});

suite('a field that the driver does not know', () => {
	test('is named by the recorded message', () => {
		const message = readFileSync(new URL('../../fixtures/messages/smi-bad-field.txt', import.meta.url), 'utf8');

		assert.equal(parseBadField(message), 'no_such_field');
	});

	test('is asked by its older name, and left out when that is unknown too', () => {
		const first = replaceField(SAMPLE_FIELDS, 'clocks_event_reasons.active');
		const second = replaceField(first ?? [], 'clocks_throttle_reasons.active');

		assert.equal(first?.at(-1), 'clocks_throttle_reasons.active');
		assert.equal(second?.at(-1), 'clocks.mem');
	});

	test('ends the asking when it is the index, without which no line can be understood', () => {
		assert.equal(replaceField(SAMPLE_FIELDS, 'index'), null);
	});
});
