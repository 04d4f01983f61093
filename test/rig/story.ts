import type {Cell, Experiment, ExperimentResult, Outcome} from '../../source/domain/experiment.ts';
import {
	type Fact,
	JOURNAL_VERSION,
	type JournalEvent,
	type Lane,
	type Measurement,
} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import {experiment, result, topology} from './story-values.ts';

export {cell, experiment, gpu, numaNode, PARAMS, result, topology} from './story-values.ts';

/** 2025-07-12T02:31:02Z: the stamp of a story's first event. */
export const STORY_START = 1_752_287_462_000;

/** States in tests come from here only, so that no test holds a state which the reducer could not produce. */
export const play = (...told: readonly (Fact | Measurement)[]): RunState => stamp(told).reduce(reduce, initialState);

/** The same with events that follow each other faster, for many lanes. */
export const playFast = (...told: readonly (Fact | Measurement)[]): RunState =>
	stamp(told, {stepMs: 150}).reduce(reduce, initialState);

/** Numbers events from 1, `stepMs` apart. */
export const stamp = (
	told: readonly (Fact | Measurement)[],
	{startAt = STORY_START, stepMs = 1000}: {readonly startAt?: number; readonly stepMs?: number} = {},
): readonly JournalEvent[] => told.map((event, index) => ({...event, seq: index + 1, at: startAt + index * stepMs}));

type FactOf<T extends Fact['type']> = Extract<Fact, {readonly type: T}>;

/** A run on a host of four GPUs and four nodes; GPUs 0 and 1 are on node 0, GPUs 2 and 3 on node 2. */
export const opened = (changes: Partial<FactOf<'opened'>> = {}): FactOf<'opened'> => ({
	type: 'opened',
	version: JOURNAL_VERSION,
	warpdeck: '0.1.0',
	token: 'a1b2c3d4',
	suite: 'numa_study',
	overrides: [],
	config: {experiment: {name: 'numa_locality_study'}},
	jobs: [{suite: 'numa_study', overrides: [], workload: 0}],
	workloads: ['vit_pipeline'],
	output: {logsDir: 'logs', resultsFile: 'results.json'},
	topology: topology(),
	bindings: {'0': {kind: 'strict'}, '1': {kind: 'strict'}, '2': {kind: 'strict'}, '3': {kind: 'strict'}},
	seed: 41,
	maxWorkers: 4,
	lanes: [gpuLane(0), gpuLane(1), gpuLane(2), gpuLane(3), {id: 'cpu0', gpuId: null, gpuUuid: null, label: 'CPU'}],
	provenance: {},
	notices: [],
	simulated: false,
	...changes,
});

const gpuLane = (index: number): Lane => ({
	id: `gpu${index}`,
	gpuId: index,
	gpuUuid: `GPU-${index}`,
	label: `GPU ${index}`,
});

/** Each cell once a block, except those that another stands for; `change` alters every experiment. */
export const planned = (
	cells: readonly Cell[],
	{blocks = 1, change = {}}: {readonly blocks?: number; readonly change?: Partial<Experiment>} = {},
): FactOf<'planned'> => ({
	type: 'planned',
	cells,
	experiments: Array.from({length: blocks}, (_, index) => index + 1).flatMap((block) =>
		cells.filter(({duplicateOf}) => duplicateOf === null).map((one) => ({...experiment(one, block), ...change})),
	),
});

export const launching = (id: string, attempt = 1): FactOf<'launching'> => ({
	type: 'launching',
	id,
	attempt,
	argv: ['python3', 'vit_pipeline.py'],
	env: {},
});

export const started = (id: string, attempt = 1): FactOf<'started'> => ({
	type: 'started',
	id,
	attempt,
	pid: 4242,
	startTicks: 99,
	bootId: 'boot',
	pidNamespace: 'pid:[1]',
});

export const ended = (id: string, outcome: Outcome = {kind: 'exited', code: 0}, attempt = 1): FactOf<'ended'> => ({
	type: 'ended',
	id,
	attempt,
	outcome,
});

export const committed = (id: string, changes: Partial<ExperimentResult> = {}, attempt = 1): FactOf<'committed'> => ({
	type: 'committed',
	id,
	attempt,
	result: result(id, changes),
});

export const paused = (lane: string, changes: Partial<FactOf<'lane-paused'>> = {}): FactOf<'lane-paused'> => ({
	type: 'lane-paused',
	lane,
	cause: 'busy',
	reason: 'others use it',
	...changes,
});

export const quarantined = (lane: string, reason = 'it is lost'): FactOf<'lane-quarantined'> => ({
	type: 'lane-quarantined',
	lane,
	reason,
});

export const moved = (id: string, lane: string): FactOf<'moved'> => ({type: 'moved', id, lane});

export const postponed = (id: string, reason = 'it needs more memory'): FactOf<'postponed'> => ({
	type: 'postponed',
	id,
	reason,
});

export const requeued = (id: string, changes: Partial<FactOf<'requeued'>> = {}): FactOf<'requeued'> => ({
	type: 'requeued',
	id,
	reason: 'asked for',
	by: 'alice',
	...changes,
});

/** The four facts of an experiment that ran to its end. */
export const ran = (id: string, changes: Partial<ExperimentResult> = {}, outcome?: Outcome): readonly Fact[] => [
	launching(id),
	started(id),
	ended(id, outcome),
	committed(id, changes),
];

/** The four facts of one that failed by itself. */
export const failed = (id: string, changes: Partial<ExperimentResult> = {}): readonly Fact[] =>
	ran(id, {...FAILURE, ...changes}, {kind: 'exited', code: 1});

const FAILURE: Partial<ExperimentResult> = {
	status: 'failed',
	failure: {kind: 'exit', message: 'exited with code 1', advice: 'read the log'},
	exitCode: 1,
	throughputSamplesPerS: null,
	windowS: null,
	latencyMs: {p50: null, p90: null, p99: null, mean: null, n: 0},
	metrics: {},
	errorTail: 'ValueError: no',
};
