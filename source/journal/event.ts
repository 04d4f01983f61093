import type {Cell, Experiment, ExperimentResult, LaneId, Outcome} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {Workload} from '../domain/suite.ts';
import type {NodeBinding, Topology} from '../domain/topology.ts';
import type {Phase} from '../domain/workload-protocol.ts';

/** Version of the journal's format; old ones are upgraded while they are read, newer ones are refused. */
export const JOURNAL_VERSION = 1;

/** Something that happened; written to journal.jsonl with a CRC and synced before anybody sees it. */
export type Fact =
	| {
			readonly type: 'opened';
			readonly version: number;
			readonly warpdeck: string;
			/** Names this run in the tags of its processes. */
			readonly token: string;
			readonly suite: string;
			readonly overrides: readonly string[];
			/** The composed configuration of the first job. */
			readonly config: JsonObject;
			/** What each job of a sweep changed, in the order of their numbers; later ones come with `planned`. */
			readonly jobs: readonly JobRecord[];
			/** Every different workload of the jobs. */
			readonly workloads: readonly Workload[];
			/** Where the run writes, relative to its folder. */
			readonly output: {readonly logsDir: string; readonly resultsFile: string};
			readonly topology: Topology;
			readonly bindings: {readonly [node: string]: NodeBinding};
			readonly seed: number;
			readonly maxWorkers: number;
			readonly lanes: readonly Lane[];
			/** Where the interpreter, tools and workload were found, with versions and hashes. */
			readonly provenance: JsonObject;
			readonly notices: readonly string[];
			readonly simulated: boolean;
	  }
	| {
			readonly type: 'planned';
			readonly cells: readonly Cell[];
			readonly experiments: readonly Experiment[];
			/** Continues `opened.jobs`, because a long sweep is more than one line should hold. */
			readonly jobs?: readonly JobRecord[];
	  }
	| {
			readonly type: 'launching';
			readonly id: string;
			readonly attempt: number;
			readonly argv: readonly string[];
			/** Only what warpdeck itself sets; the rest of the environment is never stored. */
			readonly env: {readonly [name: string]: string};
	  }
	| {
			readonly type: 'started';
			readonly id: string;
			readonly attempt: number;
			readonly pid: number;
			/** Field 22 of /proc/PID/stat: tells a process from a later one with its pid. */
			readonly startTicks: number;
			readonly bootId: string;
			readonly pidNamespace: string;
	  }
	| {readonly type: 'ended'; readonly id: string; readonly attempt: number; readonly outcome: Outcome}
	| {readonly type: 'committed'; readonly id: string; readonly attempt: number; readonly result: ExperimentResult}
	/** Start nothing more, let running ones end. */
	| {readonly type: 'draining'; readonly by: string}
	/** End the running ones too. */
	| {readonly type: 'stopping'; readonly by: string}
	/** Another runner took over: what was not committed as a success waits again. */
	| {
			readonly type: 'resumed';
			readonly version: number;
			readonly warpdeck: string;
			readonly pid: number;
			readonly droppedBytes: number;
	  }
	| {readonly type: 'noted'; readonly level: 'info' | 'warning'; readonly message: string}
	| {readonly type: 'closed'; readonly reason: 'finished' | 'drained' | 'stopped'};

/** `workload` is a position in `workloads`. */
export type JobRecord = {readonly suite: string; readonly overrides: readonly string[]; readonly workload: number};

export type Lane = {
	readonly id: LaneId;
	readonly gpuId: number | null;
	readonly gpuUuid: string | null;
	readonly label: string;
};

/** Values are null where the tool says [N/A], [Not Supported] or nothing; never 0 for unknown. */
export type GpuSample = {
	readonly gpuIndex: number;
	readonly celsius: number | null;
	readonly utilizationPercent: number | null;
	readonly memoryUsedMiB: number | null;
	readonly memoryTotalMiB: number | null;
	readonly powerWatts: number | null;
	readonly powerLimitWatts: number | null;
	readonly smClockMHz: number | null;
	readonly memoryClockMHz: number | null;
	/** Bit mask in hexadecimal, as the driver writes it. */
	readonly throttleReasons: string | null;
};

export type HostSample = {
	readonly cpuPercent: number | null;
	readonly memoryUsedMiB: number | null;
	readonly memoryTotalMiB: number | null;
	readonly swapUsedMiB: number | null;
	/** Free where the run is written. */
	readonly diskFreeMiB: number | null;
};

/** Something measured; buffered, may lose its tail, never needed to resume. */
export type Measurement =
	| {readonly type: 'phase'; readonly id: string; readonly name: Phase}
	| {readonly type: 'progress'; readonly id: string; readonly done: number; readonly total: number}
	/** Latencies of batches, ms, in order. */
	| {readonly type: 'samples'; readonly id: string; readonly latencyMs: readonly number[]}
	| {readonly type: 'gpus'; readonly samples: readonly GpuSample[]}
	| {readonly type: 'host'; readonly sample: HostSample}
	| {readonly type: 'telemetry-lost'; readonly reason: string}
	/** The disk refuses facts: nothing new starts until it takes them again; null once it does. */
	| {readonly type: 'storage'; readonly problem: string | null};

type Stamp = {
	/** Facts count from 1 without a gap; measurements count for themselves. */
	readonly seq: number;
	/** Milliseconds since the epoch; never runs backwards within one runner. */
	readonly at: number;
};

export type FactEvent = Fact & Stamp;
export type MeasurementEvent = Measurement & Stamp;
export type JournalEvent = FactEvent | MeasurementEvent;

const MEASUREMENTS: ReadonlySet<string> = new Set([
	'phase',
	'progress',
	'samples',
	'gpus',
	'host',
	'telemetry-lost',
	'storage',
]);

export const isMeasurement = (event: Fact | Measurement): event is Measurement => MEASUREMENTS.has(event.type);
