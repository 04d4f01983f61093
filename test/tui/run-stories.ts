import type {Fact, GpuSample, Lane, Measurement} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, failed, gpu, launching, opened, planned, play, playFast, ran, started, topology} from '../rig/story.ts';
import {createNormal, runBlocks} from '../rig/studies.ts';

const MODELS = ['vit32x2x256', 'vit32x6x512', 'vit16x8x768'];

const gpuLanes = (count: number): readonly Lane[] =>
	Array.from({length: count}, (_, index) => ({
		id: `gpu${index}`,
		gpuId: index,
		gpuUuid: `GPU-${index}`,
		label: `GPU ${index}`,
	}));

export const openedOn = (count: number, changes: Partial<ReturnType<typeof opened>> = {}) =>
	opened({
		lanes: gpuLanes(count),
		topology: topology({gpus: Array.from({length: count}, (_, index) => gpu(index, index < count / 2 ? 0 : 2))}),
		maxWorkers: count,
		notices: ['binding: strict on every node of this plan'],
		...changes,
	});

export const cellsOn = (count: number) =>
	Array.from({length: count}, (_, gpuId) =>
		[0, 2].flatMap((numaNode) => MODELS.map((model) => cell({gpuId, numaNode, model}))),
	).flat();

export const gpuSample = (gpuIndex: number, changes: Partial<GpuSample> = {}): GpuSample => ({
	gpuIndex,
	celsius: 61 + (gpuIndex % 16),
	utilizationPercent: 80 + gpuIndex,
	memoryUsedMiB: 5325,
	memoryTotalMiB: 49_140,
	powerWatts: 262.4,
	powerLimitWatts: 300,
	smClockMHz: 1740,
	memoryClockMHz: 8001,
	throttleReasons: '0x0000000000000000',
	...changes,
});

export const hostSample: Measurement = {
	type: 'host',
	sample: {cpuPercent: 37.4, memoryUsedMiB: 20_480, memoryTotalMiB: 262_144, swapUsedMiB: 0, diskFreeMiB: 217_088},
};

/** A slow batch every 17th, so that a chart has something to show. */
export const latencies = (count: number, base = 14): readonly number[] =>
	Array.from({length: count}, (_, index) => base + (index % 5) * 0.2 + (index % 17 === 16 ? base / 2 : 0));

export const running = (id: string, done: number): readonly (Fact | Measurement)[] => [
	launching(id),
	started(id),
	{type: 'phase', id, name: 'load'},
	{type: 'phase', id, name: 'measure'},
	{type: 'samples', id, latencyMs: latencies(done)},
	{type: 'progress', id, done, total: 100},
];

/** Every lane has one success behind it and runs its second; GPU 1's first one failed. */
export const busy = (count: number): readonly (Fact | Measurement)[] => [
	...Array.from({length: count}, (_, index) =>
		index === 1 ? failed(`gpu1_numa0_${MODELS[0]}`) : ran(`gpu${index}_numa0_${MODELS[0]}`),
	).flat(),
	...Array.from({length: count}, (_, index) => running(`gpu${index}_numa0_${MODELS[1]}`, 40 + index)).flat(),
	hostSample,
	{type: 'gpus', samples: Array.from({length: count}, (_, index) => gpuSample(index))},
];

export const onGpus = (count: number, changes: Parameters<typeof openedOn>[1] = {}): RunState =>
	playFast(openedOn(count, changes), planned(cellsOn(count)), ...busy(count));

export const drainingRun = (): RunState =>
	playFast(openedOn(4), planned(cellsOn(4)), ...busy(4), {type: 'draining', by: 'the user'});

/** GPU 0 stands still, and nothing more starts; somebody has skipped one. */
export const pausedRun = (): RunState =>
	playFast(
		openedOn(4),
		planned(cellsOn(4)),
		...busy(4),
		{type: 'skipped', id: `gpu2_numa0_${MODELS[2]}`, reason: 'known by now', by: 'alice'},
		{type: 'run-paused', reason: 'a demo at ten', by: 'alice', now: true},
		{type: 'suspended', id: `gpu0_numa0_${MODELS[1]}`, attempt: 1, by: 'alice'},
	);

/** A tool that answers [N/A] to everything but the temperature. */
export const tightLippedGpu = (): RunState =>
	play(openedOn(1), planned(cellsOn(1)), {
		type: 'gpus',
		samples: [
			gpuSample(0, {
				utilizationPercent: null,
				memoryUsedMiB: null,
				memoryTotalMiB: null,
				powerWatts: null,
				powerLimitWatts: null,
			}),
		],
	});

const CPU_CELLS = MODELS.map((model) => cell({gpuId: null, numaNode: null, model}));

const CPU_RUN: readonly (Fact | Measurement)[] = [
	opened({
		suite: 'quick_test',
		maxWorkers: 1,
		lanes: [{id: 'cpu0', gpuId: null, gpuUuid: null, label: 'CPU lane 1'}],
		topology: topology({gpus: []}),
		notices: ['no GPU here: this run measures the CPU'],
	}),
	planned(CPU_CELLS),
	...ran('vit32x2x256', {
		device: 'cpu',
		throughputSamplesPerS: 71.5,
		latencyMs: {p50: 69, p90: 75, p99: null, mean: 70, n: 100},
	}),
];

export const cpuRun = (): RunState => playFast(...CPU_RUN, ...running('vit32x6x512', 62), hostSample);

export const finishedRun = (): RunState =>
	play(
		...CPU_RUN,
		...ran('vit32x6x512', {
			status: 'degraded',
			degraded: ['batch_size: declared 10, effective 8'],
			device: 'cpu',
			throughputSamplesPerS: 30.2,
		}),
		...failed('vit16x8x768', {
			failure: {
				kind: 'host-out-of-memory',
				message: 'The kernel ended it: out of memory.',
				advice: 'experiment.test.batch_size=1',
			},
		}),
		{type: 'closed', reason: 'finished'},
	);

export const finishedOnGpus = (): RunState =>
	play(
		openedOn(4),
		planned(cellsOn(4)),
		...cellsOn(4).flatMap(({runId}, index) => ran(runId, {throughputSamplesPerS: 1000 - index * 10})),
		{
			type: 'closed',
			reason: 'finished',
		},
	);

/** Ten blocks on four GPUs: one model has a penalty, one has none, and one scatters too much to tell. */
export function finishedInBlocks(): RunState {
	const normal = createNormal(3);
	const blocks = runBlocks(cellsOn(4), 10, ({gpuId, numaNode: node, model}) => {
		const isRemote = node !== (Number(gpuId) < 2 ? 0 : 2);
		const {remote, sd} = BLOCK_MODELS[model ?? ''] ?? {remote: 1, sd: 0};
		return 9000 * (isRemote ? remote : 1) * Math.exp(sd * normal());
	});
	return playFast(openedOn(4), planned(cellsOn(4), {blocks: 10}), ...blocks, {type: 'closed', reason: 'finished'});
}

const BLOCK_MODELS: {readonly [model: string]: {readonly remote: number; readonly sd: number}} = {
	vit32x2x256: {remote: 0.95, sd: 0.008},
	vit32x6x512: {remote: 1, sd: 0.008},
	vit16x8x768: {remote: 0.985, sd: 0.03},
};
