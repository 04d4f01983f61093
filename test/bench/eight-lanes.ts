import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type Fact, isMeasurement, JOURNAL_VERSION, type Measurement} from '../../source/journal/event.ts';
import {encodeFact, encodeMeasurement} from '../../source/journal/format.ts';
import {cell, experiment, gpu, result, topology} from '../rig/story-values.ts';

const LANES = 8;
const MODELS = ['vit0x0x0', 'vit32x2x128', 'vit32x4x256', 'vit32x6x512', 'vit16x8x768', 'vit16x12x1024'];
const START = 1_752_287_462_000;
/** Seconds of one experiment: load 6, warm-up 2, measure 10, report 2. */
const EXPERIMENT_S = 20;

type Told = {readonly at: number; readonly event: Fact | Measurement};

/** A run folder of eight busy GPUs: telemetry and progress once a second, latencies while they measure. */
export async function writeEightLanes(baseDir: string, seconds: number): Promise<string> {
	const folder = join(baseDir, 'numa_study', '2025-07-12', '02-31-02');
	await mkdir(folder, {recursive: true});
	const told = tell(seconds).toSorted((a, b) => a.at - b.at);
	const lines = {facts: '', measurements: ''};
	let [facts, measurements] = [0, 0];
	for (const {at, event} of told) {
		if (isMeasurement(event)) lines.measurements += encodeMeasurement({...event, seq: ++measurements, at});
		else lines.facts += encodeFact({...event, seq: ++facts, at});
	}
	await writeFile(join(folder, 'journal.jsonl'), lines.facts);
	await writeFile(join(folder, 'telemetry.jsonl'), lines.measurements);
	return folder;
}

function tell(seconds: number): readonly Told[] {
	const lanes = Array.from({length: LANES}, (_, gpuId) => gpuId);
	const queue = (gpuId: number) => [0, 2].flatMap((numaNode) => MODELS.map((model) => cell({gpuId, numaNode, model})));
	const cells = lanes.flatMap(queue);
	const telemetry = Array.from(
		{length: seconds},
		(_, second): Told => ({
			at: START + second * 1000 + 500,
			event: {type: 'gpus', samples: lanes.map((gpuId) => sampleGpu(gpuId, second))},
		}),
	);
	const host = Array.from(
		{length: seconds},
		(_, second): Told => ({
			at: START + second * 1000 + 500,
			event: {
				type: 'host',
				sample: {
					cpuPercent: 30 + (second % 9),
					memoryUsedMiB: 60_000 + second * 3,
					memoryTotalMiB: 524_288,
					swapUsedMiB: 0,
					diskFreeMiB: 400_000,
				},
			},
		}),
	);
	const runs = lanes.flatMap((gpuId) =>
		queue(gpuId).flatMap(({runId}, index) => {
			// Lanes are out of step, as real ones are.
			const from = START + 1000 + gpuId * 700 + index * EXPERIMENT_S * 1000;
			return from > START + seconds * 1000 ? [] : tellExperiment(runId, from);
		}),
	);
	return [
		{at: START, event: opened(lanes)},
		{
			at: START,
			event: {
				type: 'planned',
				cells,
				experiments: cells.map((one) => experiment(one)),
			},
		},
		...telemetry,
		...host,
		...runs,
	];
}

const opened = (lanes: readonly number[]): Fact => ({
	type: 'opened',
	version: JOURNAL_VERSION,
	warpdeck: '0.1.0',
	token: 'a1b2c3d4',
	suite: 'numa_study',
	overrides: [],
	config: {},
	jobs: [{suite: 'numa_study', overrides: [], workload: 0}],
	workloads: ['vit_pipeline'],
	output: {logsDir: 'logs', resultsFile: 'results.json'},
	topology: topology({gpus: lanes.map((index) => gpu(index, index < 4 ? 0 : 2))}),
	bindings: {},
	seed: 41,
	maxWorkers: LANES,
	lanes: lanes.map((gpuId) => ({id: `gpu${gpuId}`, gpuId, gpuUuid: `GPU-${gpuId}`, label: `GPU ${gpuId}`})),
	provenance: {},
	notices: [],
	simulated: false,
});

function tellExperiment(id: string, from: number): readonly Told[] {
	const after = (second: number, event: Fact | Measurement): Told => ({at: from + second * 1000, event});
	const measured = Array.from({length: 10}, (_, second) => [
		after(9 + second, {type: 'samples', id, latencyMs: [14.1, 14.3, 14 + (second % 4) / 2, 14.2]} as Measurement),
		after(9 + second, {type: 'progress', id, done: (second + 1) * 10, total: 100} as Measurement),
	]).flat();
	return [
		after(0, {type: 'launching', id, attempt: 1, argv: ['python3'], env: {}}),
		after(0.1, {type: 'started', id, attempt: 1, pid: 4000, startTicks: 99, bootId: 'b', pidNamespace: 'pid:[1]'}),
		after(0.2, {type: 'phase', id, name: 'load'}),
		after(6, {type: 'phase', id, name: 'warmup'}),
		after(8, {type: 'phase', id, name: 'measure'}),
		...measured,
		after(18.5, {type: 'phase', id, name: 'report'}),
		after(19.5, {type: 'ended', id, attempt: 1, outcome: {kind: 'exited', code: 0}}),
		after(19.6, {type: 'committed', id, attempt: 1, result: result(id)}),
	];
}

const sampleGpu = (gpuIndex: number, second: number) => {
	const step = (second * 7 + gpuIndex * 3) % 11;
	return {
		gpuIndex,
		celsius: 61 + (step % 3),
		utilizationPercent: 85 + step,
		memoryUsedMiB: 5325 + (step % 2),
		memoryTotalMiB: 143_771,
		powerWatts: 400 + step * 8.5,
		powerLimitWatts: 700,
		smClockMHz: 1980 - (step % 2) * 15,
		memoryClockMHz: 3201,
		throttleReasons: '0x0000000000000000',
	};
};
