import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact, GpuSample, HostSample, Measurement} from '../../source/journal/event.ts';
import {selectAlerts} from '../../source/journal/select.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, launching, opened, planned, play, ran, STORY_START, started} from '../rig/story.ts';

const GPU_LANES = opened().lanes.slice(0, 2);
const models = ['a', 'b', 'c'];
const [a, b] = ['gpu0_numa0_a', 'gpu0_numa0_b'] as const;
const begin = (changes: Parameters<typeof opened>[0] = {}) => [
	opened({lanes: GPU_LANES, ...changes}),
	planned([0, 1].flatMap((gpuId) => models.map((model) => cell({gpuId, model})))),
];

const GPU: GpuSample = {
	gpuIndex: 0,
	celsius: 60,
	utilizationPercent: 99,
	memoryUsedMiB: 1000,
	memoryTotalMiB: 48_000,
	powerWatts: 200,
	powerLimitWatts: 300,
	smClockMHz: 1700,
	memoryClockMHz: 8000,
	throttleReasons: '0x0',
};
const gpus = (changes: Partial<GpuSample>): Measurement => ({type: 'gpus', samples: [{...GPU, ...changes}]});

const HOST: HostSample = {
	cpuPercent: 10,
	memoryUsedMiB: 1000,
	memoryTotalMiB: 100_000,
	swapUsedMiB: 0,
	diskFreeMiB: 100_000,
};
const host = (changes: Partial<HostSample>): Measurement => ({type: 'host', sample: {...HOST, ...changes}});

const measuring = (id: string): readonly (Fact | Measurement)[] => [
	launching(id),
	started(id),
	{type: 'phase', id, name: 'measure'},
];

/** Of GPU 0 and of the host; GPU 1 idles in these stories because nothing launches it. */
const wordsAt = (state: RunState, afterMs = 0): readonly string[] =>
	selectAlerts(state, state.at + afterMs)
		.filter(({lane}) => lane !== 'gpu1')
		.map(({word}) => word);

suite('an alert', () => {
	test('is not raised in a run that goes well', () => {
		assert.deepEqual(wordsAt(play(...begin(), ...measuring(a), gpus({}), host({}))), []);
	});

	test('says that utilization is low once a measurement has lasted three seconds and a fresh sample is from within it', () => {
		const low = gpus({utilizationPercent: 79});
		const at = (...told: readonly (Fact | Measurement)[]) => play(...begin(), ...told);

		assert.deepEqual(wordsAt(at(...measuring(a), host({}), low), 1000), ['low util']);
		assert.deepEqual(wordsAt(at(...measuring(a), host({}), low)), []);
		assert.deepEqual(wordsAt(at(...measuring(a), host({}), gpus({utilizationPercent: 80})), 1000), []);
		assert.deepEqual(wordsAt(at(...measuring(a), host({}), gpus({utilizationPercent: null})), 1000), []);
		assert.deepEqual(wordsAt(at(launching(a), started(a), {type: 'phase', id: a, name: 'load'}, low), 4000), []);
		const phase: Measurement = {type: 'phase', id: a, name: 'measure'};
		assert.deepEqual(wordsAt(at(launching(a), started(a), low, phase), 3000), []);
	});

	test('says that a GPU is throttled while it measures, and by what; a chosen clock is none', () => {
		const throttled = (mask: string) => play(...begin(), ...measuring(a), gpus({throttleReasons: mask}));
		const [alert] = selectAlerts(throttled('0x20'), STORY_START);

		assert.deepEqual(wordsAt(throttled('0x20')), ['throttled']);
		assert.match(alert?.text ?? '', /GPU 0: throttled while measuring: SW thermal slowdown/);
		assert.match(alert?.advice ?? '', /stand in no average/);
		assert.deepEqual(wordsAt(throttled('0x4')), ['power cap']);
		assert.deepEqual(wordsAt(throttled('0x2')), []);
		assert.deepEqual(wordsAt(play(...begin(), gpus({throttleReasons: '0x20'}))), []);
	});

	test('says that a GPU is hot, unless the sample is old', () => {
		assert.deepEqual(wordsAt(play(...begin(), gpus({celsius: 80}))), ['hot']);
		assert.deepEqual(wordsAt(play(...begin(), gpus({celsius: 93}))), ['too hot']);
		assert.deepEqual(wordsAt(play(...begin(), gpus({celsius: 93})), 5001), ['stale']);
	});

	test('says that a workload which has spoken says nothing for a minute, or for three times its usual phase', () => {
		const running = play(...begin(), ...measuring(a));
		const patient = play(...begin(), ...ran(a, {phasesS: {measure: 100}}), ...measuring(b));
		const [alert] = selectAlerts(running, running.at + 61_000);

		assert.deepEqual(wordsAt(running, 60_000), []);
		assert.deepEqual(wordsAt(running, 60_001), ['stalled']);
		assert.equal(alert?.forMs, 61_000);
		assert.deepEqual(wordsAt(patient, 300_000), []);
		assert.deepEqual(wordsAt(patient, 300_001), ['stalled']);
	});

	test('takes progress and latencies for speech, and does not expect it of a program that tells nothing', () => {
		const silent = play(...begin(), launching(a), started(a));
		const samples = play(...begin(), launching(a), started(a), {type: 'samples', id: a, latencyMs: [1]});

		assert.deepEqual(wordsAt(silent, 600_000), []);
		assert.deepEqual(wordsAt(samples, 59_000), []);
		assert.deepEqual(wordsAt(samples, 61_000), ['stalled']);
	});

	test('says that telemetry is lost, else that it has stopped, once for all GPUs that one tool asks', () => {
		const both: Measurement = {type: 'gpus', samples: [GPU, {...GPU, gpuIndex: 1}]};
		const stale = play(...begin(), both);
		const lost = play(...begin(), both, {type: 'telemetry-lost', reason: 'nvidia-smi is gone'});

		assert.deepEqual(
			selectAlerts(stale, stale.at + 6000).map(({word, lane, text}) => [word, lane, text.slice(0, 6)]),
			[['stale', null, '2 GPUs']],
		);
		assert.deepEqual(wordsAt(lost, 6000), ['telemetry']);
		assert.match(selectAlerts(lost, lost.at)[0]?.text ?? '', /nvidia-smi is gone/);
		assert.deepEqual(wordsAt(play(...begin(), {type: 'telemetry-lost', reason: 'x'}, gpus({}))), []);
	});

	test('says that the disk has less than a GiB, or less than the rest is estimated to need', () => {
		const batches = planned([cell({model: 'big', params: {num_samples: 1e9, batch_size: 10}})]);

		assert.deepEqual(wordsAt(play(...begin(), host({diskFreeMiB: 1024}))), []);
		assert.deepEqual(wordsAt(play(...begin(), host({diskFreeMiB: 1023}))), ['disk']);
		assert.deepEqual(wordsAt(play(...begin(), host({diskFreeMiB: null}))), []);
		assert.deepEqual(wordsAt(play(...begin(), batches, host({diskFreeMiB: 1500}))), ['disk']);
		assert.deepEqual(
			selectAlerts(play(...begin(), batches, host({diskFreeMiB: 1500})), STORY_START).map(({level}) => level),
			['critical'],
		);
	});

	test('says that the disk refuses facts, that the host swaps, and which fact cannot be true', () => {
		assert.deepEqual(wordsAt(play(...begin(), {type: 'storage', problem: 'ENOSPC'})), ['disk']);
		assert.deepEqual(wordsAt(play(...begin(), host({swapUsedMiB: 1001}))), ['swap']);
		assert.deepEqual(wordsAt(play(...begin(), host({swapUsedMiB: 1000}))), []);
		const [alert] = selectAlerts(play(...begin(), started('nobody'), started('nobody')), STORY_START);
		assert.match(alert?.text ?? '', /2 facts cannot be true.*no experiment nobody/);
	});

	test('comes before less severe ones, and before equally severe ones that are older', () => {
		const state = play(
			...begin(),
			host({diskFreeMiB: 900, swapUsedMiB: 50_000}),
			...measuring(a),
			gpus({celsius: 95, throttleReasons: '0x4'}),
		);

		assert.deepEqual(wordsAt(state), ['too hot', 'disk', 'power cap', 'swap']);
	});

	test('is not raised once the run is closed, except for a journal that cannot be true', () => {
		const closed = play(
			...begin(),
			started('nobody'),
			host({diskFreeMiB: 1, swapUsedMiB: 99_999}),
			gpus({celsius: 99}),
			{type: 'closed', reason: 'finished'},
		);

		assert.deepEqual(wordsAt(closed, 60_000), ['journal']);
	});
});

suite('a GPU that idles although it has work', () => {
	const idle = (told: readonly (Fact | Measurement)[], afterMs: number): readonly (string | null)[] => {
		const state = play(...told);
		return selectAlerts(state, state.at + afterMs)
			.filter(({word}) => word === 'idle')
			.map(({lane}) => lane);
	};

	test('is told after half a minute', () => {
		assert.deepEqual(idle([...begin(), ...measuring(a)], 20_000), []);
		assert.deepEqual(idle([...begin(), ...measuring(a)], 30_001), ['gpu1']);
		assert.deepEqual(idle([...begin(), ...ran(a)], 31_001), ['gpu1', 'gpu0'].sort());
	});

	test('is not told while the run drains, stops, has all its workers busy, or the disk refuses facts', () => {
		assert.deepEqual(idle([...begin(), {type: 'draining', by: 'x'}], 99_000), []);
		assert.deepEqual(idle([...begin(), {type: 'stopping', by: 'x'}], 99_000), []);
		assert.deepEqual(idle([...begin({maxWorkers: 1}), ...measuring(a)], 50_000), []);
		assert.deepEqual(idle([...begin(), {type: 'storage', problem: 'ENOSPC'}], 99_000), []);
	});

	test('counts from the last end anywhere where the lanes share their workers', () => {
		const shared = [...begin({maxWorkers: 1}), ...ran(a)];

		assert.deepEqual(idle(shared, 29_000), []);
		assert.equal(idle(shared, 31_001).length, 2);
	});

	test('is not told of what must have the host for itself while anything runs', () => {
		const [open] = begin();
		assert.ok(open);
		const plan = planned(
			[0, 1].flatMap((gpuId) => models.map((model) => cell({gpuId, model}))),
			{
				change: {exclusive: 'host'},
			},
		);

		assert.deepEqual(idle([open, plan, ...measuring(a)], 50_000), []);
	});

	test('is not told when it has nothing to do, or after a resume before half a minute is over', () => {
		const only = planned([cell({model: 'a'})]);
		const resumed = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 1, droppedBytes: 0} as const;

		assert.deepEqual(idle([opened({lanes: GPU_LANES}), only, ...ran(a)], 99_000), []);
		assert.deepEqual(idle([...begin(), ...telemetry(40), resumed], 20_000), []);
	});

	/** Seconds in which nothing happens but telemetry. */
	const telemetry = (seconds: number): readonly Measurement[] => Array.from({length: seconds}, () => gpus({}));
});
