import type {GpuTelemetry} from '../../source/domain/experiment.ts';
import type {Fact, JournalEvent, Measurement} from '../../source/journal/event.ts';
import {isMeasurement} from '../../source/journal/event.ts';
import type {ExperimentFiles, LogEnd} from '../../source/journal/experiment-files.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import {
	cell,
	committed,
	ended,
	HEAT,
	launching,
	opened,
	PARAMS,
	planned,
	ran,
	repeated,
	stamp,
	started,
} from '../rig/story.ts';
import {
	ncuFigures,
	nsysFigures,
	LOCAL as PROFILED,
	profiled as passed,
	passId,
	withPasses,
} from '../rig/story-profiles.ts';
import {gpuSample, latencies} from './run-stories.ts';

/** A state and what the files of the same run say of one experiment. */
export type DetailStory = {readonly id: string; readonly state: RunState; readonly files: ExperimentFiles};

const REMOTE = cell({gpuId: 0, numaNode: 2, model: 'vit32x6x512'});
export const ID = REMOTE.runId;

const OPENING: readonly (Fact | Measurement)[] = [
	opened({lanes: [{id: 'gpu0', gpuId: 0, gpuUuid: 'GPU-0', label: 'GPU 0'}], maxWorkers: 1}),
	planned([REMOTE, cell({gpuId: 0, numaNode: 0})]),
];

const ARGV = [
	'numactl',
	'--cpunodebind=2',
	'--membind=2',
	'/opt/venv/bin/python3',
	'-u',
	'/home/user/my suites/vit_pipeline.py',
	'--device',
	'cuda',
	'--shape',
	'3',
	'224',
	'224',
	'--name',
	ID,
	'--num-samples',
	'1000',
];
const ENV = {PYTHONUNBUFFERED: '1', CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: 'GPU-0'};

const launched = (attempt = 1): Fact => ({...launching(ID, attempt), argv: ARGV, env: ENV});

const measuring = (attempt: number, count: number): readonly (Fact | Measurement)[] => [
	launched(attempt),
	started(ID, attempt),
	{type: 'phase', id: ID, name: 'load'},
	sampled(34, 3, 345),
	sampled(41, 38, 1740),
	{type: 'phase', id: ID, name: 'measure'},
	{type: 'samples', id: ID, latencyMs: latencies(count)},
	{type: 'progress', id: ID, done: count, total: 1000},
	sampled(58, 97, 1980),
	sampled(63, 99, 1965),
	sampled(66, 98, 1950),
];

const sampled = (celsius: number, utilizationPercent: number, smClockMHz: number): Measurement => ({
	type: 'gpus',
	samples: [gpuSample(0, {celsius, utilizationPercent, smClockMHz, powerWatts: 80 + utilizationPercent * 2.1})],
});

export const STDOUT = [
	'=== GPU NUMA pipeline ===',
	'::warpdeck {"event":"ready","device":"cuda","device_name":"Story GPU","versions":{"torch":"2.11.0"}}',
	'::warpdeck {"event":"phase","name":"load"}',
	'\u001b[32mAllocating 512 MiB of host memory\u001b[0m',
	'warning: the pool is smaller than the batches that are in flight, so some of them will have to wait for a free slot; this line is longer than a terminal of eighty columns',
	'模型 vit32x6x512 ready 🚀',
	'::warpdeck {"event":"phase","name":"measure"}',
	...Array.from({length: 40}, (_, index) => `batch ${index * 10 + 10} of 400, WARNING count ${index % 7}`),
];
const TRACEBACK = [
	'Traceback (most recent call last):',
	'  File "/home/user/my suites/vit_pipeline.py", line 212, in <module>',
	'    main()',
	'  File "/home/user/my suites/vit_pipeline.py", line 187, in main',
	'    model = build_model(settings).to(device)',
	'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.',
];

export const log = (path: string, lines: readonly string[], changes: Partial<LogEnd> = {}): LogEnd => ({
	path,
	lines,
	firstLine: 0,
	skippedBytes: 0,
	...changes,
});

function tell(told: readonly (Fact | Measurement)[], stderr: readonly string[], id = ID): DetailStory {
	const events = stamp(told);
	return {id, state: events.reduce(reduce, initialState), files: fileOf(events, stderr, id)};
}

function fileOf(events: readonly JournalEvent[], stderr: readonly string[], id: string): ExperimentFiles {
	const facts = events
		.filter((event) => !isMeasurement(event))
		.filter((fact) => fact.type === 'resumed' || ('id' in fact && fact.id === id));
	const from = facts.findLast(({type}) => type === 'launching')?.at ?? 0;
	const meanwhile = events.filter(({at}) => at >= from);
	return {
		id,
		facts,
		latencyMs: meanwhile.flatMap((event) => (event.type === 'samples' ? event.latencyMs : [])),
		skippedBatches: 0,
		gpuSamples: meanwhile.flatMap((event) =>
			event.type === 'gpus' ? event.samples.map((sample) => ({at: event.at, sample})) : [],
		),
		hostSamples: [],
		stdout: log(`logs/${id}.stdout`, STDOUT),
		stderr: log(`logs/${id}.stderr`, stderr),
		problems: [],
	};
}

export const running = (): DetailStory => tell([...OPENING, ...measuring(1, 400)], []);

/** Its first runner was killed, a second one ran it again, and what came out is not what was declared. */
export const degraded = (): DetailStory =>
	tell(
		[
			...OPENING,
			...measuring(1, 30),
			{type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 4300, droppedBytes: 0},
			...measuring(2, 400),
			ended(ID, undefined, 2),
			committed(
				ID,
				{
					status: 'degraded',
					degraded: ['batch_size: declared 10, effective 8'],
					effective: {...PARAMS, batch_size: 8, timeout_s: null, amp: 'off'},
					latencyMs: {p50: 14.4, p90: 21.4, p99: null, mean: 14.8, n: 400},
					telemetry: WINDOW,
					placement: [{what: 'pool', nodePages: {'2': 131_072}, pageKiB: 4, cpusAllowed: '2', reason: null}],
				},
				2,
			),
		],
		[],
	);

/** Invalid, tried once more and invalid again: the pages of its buffer lay elsewhere both times. */
export const invalid = (): DetailStory =>
	tell(
		[
			...OPENING,
			...measuring(1, 400),
			ended(ID),
			committed(ID, {status: 'invalid', invalid: [MISPLACED, HEAT], telemetry: WINDOW}),
			repeated(ID, `${MISPLACED}; ${HEAT}`),
			...measuring(2, 400),
			ended(ID, undefined, 2),
			committed(
				ID,
				{
					status: 'invalid',
					invalid: [MISPLACED],
					degraded: ['batch_size: declared 10, effective 8'],
					telemetry: WINDOW,
					placement: [
						{what: 'pool', nodePages: {'0': 51_118, '2': 79_954}, pageKiB: 4, cpusAllowed: '2', reason: null},
					],
				},
				2,
			),
		],
		[],
	);

const MISPLACED = 'pages: 61.0 % on node 2, 39.0 % elsewhere (pool)';

const spread = (mean: number, max: number) => ({mean, max, n: 4});

const WINDOW: GpuTelemetry = {
	window: 'measure',
	countersS: 6.25,
	energyJ: 1640.5,
	throttledMs: {power: 120, thermal: 0},
	celsius: spread(64, 66),
	powerWatts: spread(262.4, 287.9),
	utilizationPercent: spread(97, 99),
	smClockMHz: spread(1950, 1980),
	pcieGeneration: 5,
	pcieWidth: 16,
	peakMemoryMiB: 5325,
};

export const failed = (): DetailStory =>
	tell(
		[
			...OPENING,
			...measuring(1, 12),
			ended(ID, {kind: 'exited', code: 1}),
			committed(ID, {
				status: 'failed',
				failure: {
					kind: 'cuda-out-of-memory',
					message: "the GPU's memory ran out: 2.00 GiB wanted",
					advice:
						'Take smaller batches: experiment.test.batch_size=5. memory_size_mb is host memory and frees nothing on the GPU.',
				},
				exitCode: 1,
				throughputSamplesPerS: null,
				windowS: null,
				latencyMs: {p50: null, p90: null, p99: null, mean: 15.1, n: 12},
				metrics: {},
				effective: {},
			}),
		],
		TRACEBACK,
	);

/** Timed, then under nsys and under ncu, whose pass is the latest on its lane. */
export function profiled(): DetailStory {
	const {runId} = PROFILED;
	const plan = withPasses(
		withPasses(planned([PROFILED, cell({model: 'vit16x8x768'})]), [PROFILED], 'nsys'),
		[PROFILED],
		'ncu',
	);
	return tell(
		[
			opened({lanes: [{id: 'gpu0', gpuId: 0, gpuUuid: 'GPU-0', label: 'GPU 0'}], maxWorkers: 1}),
			plan,
			...ran(runId, {throughputSamplesPerS: 1003}),
			...passed(runId, nsysFigures(runId)),
			...passed(runId, ncuFigures(runId)),
		],
		[],
		passId(runId, 'ncu'),
	);
}
