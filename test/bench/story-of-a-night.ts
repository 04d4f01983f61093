import type {Experiment} from '../../source/domain/experiment.ts';
import {type Fact, isMeasurement, JOURNAL_VERSION, type Measurement} from '../../source/journal/event.ts';
import {encodeFact, encodeMeasurement} from '../../source/journal/format.ts';
import {result, topology} from '../rig/story-values.ts';

export const EXPERIMENTS = 10_000;
/** Facts, phases, progress, latencies and telemetry of one experiment. */
export const EVENTS_EACH = 100;
const LANES = 4;
const PLANNED_A_FACT = 500;
const START = 1_752_287_462_000;
const LATENCIES_A_LINE = 10;
const PHASES = ['load', 'warmup', 'measure', 'report'] as const;
const SAMPLES = 45;
const PROGRESS = EVENTS_EACH - 4 - PHASES.length - SAMPLES - 1;

/** The lines of a run of 10 000 experiments on four GPUs, as the real encoder writes them, in batches. */
export function* tellNight(): Generator<string> {
	const encode = createEncoder();
	yield encode(openRun());
	for (let from = 0; from < EXPERIMENTS; from += PLANNED_A_FACT) yield encode(planPart(from));
	for (let first = 0; first < EXPERIMENTS; first += LANES) {
		const lanes = Array.from({length: LANES}, (_, lane) => tellExperiment(first + lane));
		const lines: string[] = [];
		for (let step = 0; step < EVENTS_EACH; step++) {
			for (const events of lanes) lines.push(encode(events[step] as Fact | Measurement));
		}
		yield lines.join('');
	}
	yield encode({type: 'closed', reason: 'finished'});
}

/** Facts are counted apart from measurements, as the recorder does it. */
function createEncoder(): (event: Fact | Measurement) => string {
	let facts = 0;
	let measurements = 0;
	let at = START;
	return (event) =>
		isMeasurement(event)
			? encodeMeasurement({...event, seq: ++measurements, at: ++at})
			: encodeFact({...event, seq: ++facts, at: ++at});
}

const openRun = (): Fact => ({
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
	topology: topology(),
	bindings: {},
	seed: 41,
	maxWorkers: LANES,
	lanes: Array.from({length: LANES}, (_, gpuId) => ({
		id: `gpu${gpuId}`,
		gpuId,
		gpuUuid: `GPU-${gpuId}`,
		label: `GPU ${gpuId}`,
	})),
	provenance: {},
	notices: [],
	simulated: false,
});

const nameExperiment = (index: number): string => `gpu${index % LANES}_numa0_vit32x2x256_n-${index}`;

function planPart(from: number): Fact {
	const experiments = Array.from({length: PLANNED_A_FACT}, (_, index) => planExperiment(from + index));
	const cells = experiments.map(({runId, job, gpuId, numaNode, model, params, axes}) => ({
		...{runId, job, gpuId, numaNode, model, params, axes},
		duplicateOf: null,
	}));
	return {type: 'planned', cells, experiments};
}

const planExperiment = (index: number): Experiment => ({
	id: nameExperiment(index),
	runId: nameExperiment(index),
	block: 1,
	job: 0,
	lane: `gpu${index % LANES}`,
	gpuId: index % LANES,
	numaNode: 0,
	model: 'vit32x2x256',
	params: {num_samples: 1000, batch_size: 10, timeout_s: 600},
	axes: {n: index},
	device: 'cuda',
	binding: {kind: 'strict', node: 0},
	exclusive: 'gpu',
	socket: 0,
	timeoutMs: 600_000,
});

function tellExperiment(index: number): readonly (Fact | Measurement)[] {
	const id = nameExperiment(index);
	return [
		{type: 'launching', id, attempt: 1, argv: ['python3', '-u', 'vit_pipeline.py', '--name', id], env: {}},
		{type: 'started', id, attempt: 1, pid: 4000 + index, startTicks: 99 + index, bootId: 'b', pidNamespace: 'pid:[1]'},
		...PHASES.map((name): Measurement => ({type: 'phase', id, name})),
		...Array.from({length: SAMPLES}, (_, line) => measureLatencies(id, index + line)),
		...Array.from({length: PROGRESS}, (_, done): Measurement => ({type: 'progress', id, done, total: PROGRESS})),
		measureGpu(index % LANES),
		{type: 'ended', id, attempt: 1, outcome: {kind: 'exited', code: 0}},
		{type: 'committed', id, attempt: 1, result: result(id)},
	];
}

const measureLatencies = (id: string, seed: number): Measurement => ({
	type: 'samples',
	id,
	latencyMs: Array.from({length: LATENCIES_A_LINE}, (_, index) => 9 + ((seed * 31 + index * 17) % 1000) / 1000),
});

const measureGpu = (gpuIndex: number): Measurement => ({
	type: 'gpus',
	samples: [
		{
			gpuIndex,
			celsius: 61,
			utilizationPercent: 97,
			memoryUsedMiB: 2210,
			memoryTotalMiB: 49_140,
			powerWatts: 287.4,
			powerLimitWatts: 300,
			smClockMHz: 2520,
			memoryClockMHz: 9501,
			throttleReasons: '0x0000000000000004',
		},
	],
});
