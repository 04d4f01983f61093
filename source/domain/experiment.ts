import type {SearchMark} from './batch-search.ts';
import type {JsonObject} from './json.ts';
import type {Phase} from './phases.ts';
import type {RetryRules} from './policy.ts';
import type {ProfileFigures} from './profile-figures.ts';
import type {CapturePlan} from './profiler.ts';

/** What the numbers of an experiment were measured on. */
export type Device = 'cuda' | 'cpu' | 'cpu-reference';

export type Profiler = 'nsys' | 'ncu';

/** One cell in one block: the unit of launch, attempt and commit. */
export type Experiment = {
	/** `runId` in the first block, `runId.b2` and so on in the others; safe as a file name. */
	readonly id: string;
	/** Names the cell from its values: `gpu0_numa2_vit32x6x512`. */
	readonly runId: string;
	/** From 1; 0 is the warm-up block. */
	readonly block: number;
	/**
	 * Absent for what is measured. warm-up: runs first and counts in no figure; control: the local cell once more in its
	 * block, so that local against local shows what the method finds where nothing is; profile: runs under a profiler after
	 * the timed ones of its comparison and counts in no timed figure.
	 */
	readonly role?: 'warm-up' | 'control' | 'profile';
	/** Of an experiment with the role profile, absent of others. */
	readonly profiler?: Profiler;
	/** The same, as it was chosen for the profiler that was found when it was planned. */
	readonly capture?: CapturePlan;
	/** block: runs in a process that serves this block's experiments of its lane and node; absent: in one of its own. */
	readonly isolation?: 'block';
	/** Number of the sweep's job, 0 in a plain run. */
	readonly job: number;
	readonly lane: string;
	readonly gpuId: number | null;
	readonly numaNode: number | null;
	/** Node of its memory where that is bound apart from its CPUs; absent: the same. */
	readonly memoryNode?: number;
	/** The model's label; null when the suite has no models. */
	readonly model: string | null;
	/** Declared configuration: the model's and the test's keys with the model's own winning. */
	readonly params: JsonObject;
	readonly axes: JsonObject;
	readonly device: Device;
	readonly binding: Binding;
	readonly exclusive: 'gpu' | 'socket' | 'host';
	/** Socket of the node that it is bound to; null when unknown, or where its memory is on another one. */
	readonly socket: number | null;
	readonly timeoutMs: number;
	/** Under which it may start; absent where the suite leaves everything at its default. */
	readonly conditions?: Conditions;
	/** When it is tried again; absent: as the run says. */
	readonly retry?: RetryRules;
	/** Its place in a search for the largest or fastest value; absent for everything else. */
	readonly search?: SearchMark;
	/** What of `params` was declared otherwise, before it was set lower for another attempt; absent where nothing was. */
	readonly declared?: JsonObject;
	/** Name of its phase in a campaign; absent outside of one. */
	readonly phase?: string;
	/** What its phase counts it as; absent: as its phase. */
	readonly group?: string;
	/** Why its author leaves it for later; it waits for somebody who retries it. */
	readonly postponed?: string;
	/** Lane that it was planned for, after it was moved to another one. */
	readonly movedFrom?: LaneId;
};

/** What the machine must have and must not do; each key is absent at its default. */
export type Conditions = {
	/** Host memory of the whole process tree, MiB. */
	readonly hostMiB?: number;
	/** Memory of the GPU, MiB. */
	readonly gpuMiB?: number;
	/** A GPU that is hotter starts nothing until it has cooled down. */
	readonly maxCelsius?: number;
	/** A GPU that slows itself down to stay cool starts the next experiment all the same. */
	readonly throttling?: 'ignore';
	/** Programs of others on the GPU are not waited for. */
	readonly foreign?: 'ignore';
	/** May run on another GPU of the same kind when its own one is quarantined. */
	readonly move?: true;
};

/** How an experiment is held on its NUMA node. */
export type Binding =
	| {readonly kind: 'strict'; readonly node: number}
	| {readonly kind: 'cpu'; readonly node: number; readonly reason: string}
	| {readonly kind: 'off'; readonly reason: string};

/** A row of results.json; several cells share the experiments of one when their configurations are equal. */
export type Cell = {
	readonly runId: string;
	readonly job: number;
	readonly gpuId: number | null;
	readonly numaNode: number | null;
	/** As of its experiments. */
	readonly memoryNode?: number;
	readonly model: string | null;
	readonly params: JsonObject;
	readonly axes: JsonObject;
	/** runId of the cell whose experiments stand for this one. */
	readonly duplicateOf: string | null;
};

/** How a process ended; the first cause wins. */
export type Outcome =
	| {readonly kind: 'exited'; readonly code: number}
	| {readonly kind: 'signalled'; readonly signal: string}
	| {readonly kind: 'timed-out'; readonly limitMs: number}
	| {readonly kind: 'stopped'; readonly by: string}
	| {readonly kind: 'not-spawned'; readonly message: string}
	/** It could not be ended or followed, as in a driver that hangs; something of it may still live. */
	| {readonly kind: 'abandoned'; readonly message: string}
	/** Another program ran it, and only its results were read. */
	| {readonly kind: 'imported'};

export type FailureKind =
	| 'exit'
	| 'signal'
	| 'timeout'
	| 'cuda-out-of-memory'
	| 'host-out-of-memory'
	| 'missing-module'
	| 'binding-refused'
	| 'not-spawned'
	| 'no-device'
	| 'no-result'
	| 'configuration'
	| 'stopped'
	| 'lost';

export type Failure = {
	readonly kind: FailureKind;
	/** What happened, one line. */
	readonly message: string;
	/** What to type or change next. */
	readonly advice: string;
};

/** Milliseconds; a percentile is null below its minimum count (p50 20, p90 100, p99 1 000 samples). */
export type Latency = {
	readonly p50: number | null;
	readonly p90: number | null;
	readonly p99: number | null;
	readonly mean: number | null;
	readonly n: number;
};

export type Placement = {
	readonly what: string;
	/** Pages of the measured buffer by NUMA node; empty when the machine does not tell. */
	readonly nodePages: {readonly [node: string]: number};
	readonly pageKiB: number | null;
	readonly cpusAllowed: string | null;
	readonly reason: string | null;
};

/** Of the samples in a measured window; both are null when there are fewer than three. */
export type Spread = {readonly mean: number | null; readonly max: number | null; readonly n: number};

/** What the GPU of an experiment did while it was measured. */
export type GpuTelemetry = {
	/** process: the program did not say when it measured, so all its life counts. */
	readonly window: 'measure' | 'process';
	/** Seconds between the two readings of the counters below, each just behind an edge of the window; null: they do not cover it. */
	readonly countersS: number | null;
	readonly energyJ: number | null;
	/** Time for which the clocks were held down, ms by reason; only what the driver counts. */
	readonly throttledMs: {readonly [reason: string]: number};
	readonly celsius: Spread;
	readonly powerWatts: Spread;
	readonly utilizationPercent: Spread;
	readonly smClockMHz: Spread;
	/** The most that the link reached in the window. */
	readonly pcieGeneration: number | null;
	readonly pcieWidth: number | null;
	/** Used on the whole GPU, by whomever, from launch to end. */
	readonly peakMemoryMiB: number | null;
};

/** What a finished attempt leaves; every derived number of a run enters through it. */
export type ExperimentResult = {
	readonly status: 'succeeded' | 'degraded' | 'invalid' | 'failed';
	readonly failure: Failure | null;
	/** Why the result is not what was declared; empty unless degraded or worse. */
	readonly degraded: readonly string[];
	/** Why its numbers may stand in no figure; empty unless invalid, absent in journals from before it was told apart. */
	readonly invalid?: readonly string[];
	/** The profiler that it ran under, which slows it down in places; absent without one. */
	readonly profiled?: string;
	/** What that profiler measured; absent without one, and where its report could not be read. */
	readonly profile?: ProfileFigures;
	/** In a search: the value does not fit in memory, which is an answer and no failure; absent where it does. */
	readonly tooMuch?: {readonly kind: FailureKind; readonly message: string};
	/** Measured on this device, as the workload itself said; null when it said nothing. */
	readonly device: Device | null;
	readonly deviceName: string | null;
	readonly durationS: number;
	/** Nobody wrote down how long it took: `durationS` is 0 then and means nothing. Only of foreign results. */
	readonly untimed?: true;
	readonly exitCode: number | null;
	readonly throughputSamplesPerS: number | null;
	readonly windowS: number | null;
	readonly latencyMs: Latency;
	readonly metrics: JsonObject;
	/** Read back from the workload's objects. */
	readonly effective: JsonObject;
	readonly versions: {readonly [name: string]: string | null};
	readonly placement: readonly Placement[];
	readonly phasesS: {readonly [name in Phase]?: number};
	/** Seconds by the names that the program itself has for its stages; absent where it has none. */
	readonly stagesS?: {readonly [title: string]: number};
	readonly peakHostMemoryMiB: number | null;
	/** As the workload says of itself; what the driver saw is in `telemetry`. */
	readonly peakGpuMemoryMiB: number | null;
	/** What the GPU did meanwhile; null without a sample of it, absent in journals from before it was kept. */
	readonly telemetry?: GpuTelemetry | null;
	/** Relative to the run's folder. */
	readonly stdoutLog: string;
	readonly stderrLog: string;
	readonly droppedLogBytes: number;
	/** Last lines of stderr, on failure only. */
	readonly errorTail: string | null;
	/** Numbers that no hardware produced. */
	readonly simulated: boolean;
};

/** Whether its report comes only when the process ends that serves it and others. */
export const sharesReport = ({role, isolation, profiler}: Experiment): boolean =>
	role === 'profile' && isolation === 'block' && profiler === 'nsys';

export type LaneId = string;

export const isSuccess = ({status}: ExperimentResult): boolean => status === 'succeeded' || status === 'degraded';

/** Seconds, null where nobody wrote them down. */
export const getDurationS = ({durationS, untimed}: ExperimentResult): number | null => (untimed ? null : durationS);

export const listInvalid = ({invalid}: ExperimentResult): readonly string[] => invalid ?? [];
