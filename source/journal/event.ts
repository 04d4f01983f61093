import type {Cell, Experiment, ExperimentResult, LaneId, Outcome} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {Phase} from '../domain/phases.ts';
import type {Workload} from '../domain/suite.ts';
import type {CampaignFact} from './campaign-facts.ts';
import type {OpenedFact} from './opened-fact.ts';

/** Version of the journal's format; old ones are upgraded while they are read, newer ones are refused. */
export const JOURNAL_VERSION = 1;

/** Something that happened; written to journal.jsonl with a CRC and synced before anybody sees it. */
export type Fact =
	| OpenedFact
	| CampaignFact
	| {
			readonly type: 'planned';
			readonly cells: readonly Cell[];
			readonly experiments: readonly Experiment[];
			/** Continues `opened.jobs`, because a long sweep is more than one line should hold. */
			readonly jobs?: readonly JobRecord[];
			/** Who added these to a run that goes on; absent for what it began with. */
			readonly by?: string;
			/** Lanes and workloads that the run did not have; the jobs count on in `opened.workloads`. */
			readonly lanes?: readonly Lane[];
			readonly workloads?: readonly Workload[];
	  }
	| {
			readonly type: 'launching';
			readonly id: string;
			readonly attempt: number;
			readonly argv: readonly string[];
			/** Only what warpdeck itself sets; the rest of the environment is never stored. */
			readonly env: {readonly [name: string]: string};
			/** `argv` is that of a worker, and this is what it is asked; absent in a process of its own. */
			readonly worker?: {readonly key: string; readonly request: JsonObject};
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
	/** A resumed run goes on with what its earlier runner started, because it lives and its output can be read. */
	| {
			readonly type: 'adopted';
			readonly id: string;
			readonly attempt: number;
			/** Epoch ms. */
			readonly startedAt: number;
			readonly argv: readonly string[];
			readonly pid: number;
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
	/**
	 * Nothing starts on the lane until it is continued; what runs there may end. With `by` a person or a rule of the suite
	 * holds it, which no guard lets go; with `now` what runs there is suspended where that is safe.
	 */
	| {
			readonly type: 'lane-paused';
			readonly lane: LaneId;
			readonly cause: PauseCause;
			readonly reason: string;
			readonly by?: string;
			readonly now?: boolean;
	  }
	/** Without `by` what a guard held goes on, with it what somebody held. */
	| {readonly type: 'lane-continued'; readonly lane: LaneId; readonly by?: string}
	/** The same for every lane, those that come later too. */
	| {readonly type: 'run-paused'; readonly reason: string; readonly by: string; readonly now?: boolean}
	| {readonly type: 'run-continued'; readonly by: string}
	/** Nothing starts on the lane any more before the run is resumed. */
	| {readonly type: 'lane-quarantined'; readonly lane: LaneId; readonly reason: string}
	/**
	 * A waiting experiment goes to the end of another lane's queue, or ahead of `before`, on its own lane too; null: to the
	 * end.
	 */
	| {
			readonly type: 'moved';
			readonly id: string;
			readonly lane: LaneId;
			readonly before?: string | null;
			readonly by?: string;
	  }
	/** It is not tried in this run; a resumed run tries it again. */
	| {readonly type: 'postponed'; readonly id: string; readonly reason: string; readonly by?: string}
	/** It is not tried any more before somebody asks for it; one that runs is ended. */
	| {readonly type: 'skipped'; readonly id: string; readonly reason: string; readonly by: string}
	/** It waits again at its old place; results of earlier attempts stay in the journal, and attempts go on counting. */
	| {
			readonly type: 'requeued';
			readonly id: string;
			readonly reason: string;
			readonly by: string;
			/** The rule's name for what it is retried after; retries are counted by it. */
			readonly after?: string;
			/** It does not start before, epoch ms. */
			readonly notBefore?: number;
			/** What is set lower for the next attempt. */
			readonly params?: JsonObject;
	  }
	| {readonly type: 'workers-set'; readonly maxWorkers: number; readonly by: string}
	/** From then on nothing more starts; null: no deadline. `said` is what somebody wrote: `08:00`. */
	| {readonly type: 'deadline-set'; readonly deadline: number | null; readonly said: string; readonly by: string}
	/** A screen has the control from now on; `from` is whose screen had it, null for nobody's. */
	| {readonly type: 'control-taken'; readonly by: string; readonly from: string | null}
	/** The processes of a running experiment are stopped for a while (SIGSTOP), and go on. */
	| {readonly type: 'suspended'; readonly id: string; readonly attempt: number; readonly by: string}
	| {readonly type: 'woken'; readonly id: string; readonly attempt: number; readonly by: string}
	| {readonly type: 'noted'; readonly level: 'info' | 'warning'; readonly message: string}
	| {readonly type: 'closed'; readonly reason: 'finished' | 'drained' | 'stopped'};

/** `by` of a fact that the suite's rules asked for; any other one is a person, and may have a success run again. */
export const POLICY = 'policy';

/** `by` of the one repetition that an invalid result gets by itself. */
export const VALIDITY = 'validity';

/** `by` of what a search adds to its run. */
export const SEARCH = 'batch_search';

/** `workload` is a position in `workloads`. */
export type JobRecord = {readonly suite: string; readonly overrides: readonly string[]; readonly workload: number};

/**
 * busy: others use the GPU. memory: what it needs is not free. hot, throttled: the GPU must cool down. user: somebody
 * asked. failures: its experiments fail one after the other.
 */
export type PauseCause = 'busy' | 'memory' | 'hot' | 'throttled' | 'user' | 'failures';

export type Lane = {
	readonly id: LaneId;
	readonly gpuId: number | null;
	readonly gpuUuid: string | null;
	readonly label: string;
};

/**
 * Values are null where the source says [N/A], [Not Supported], an error or nothing; never 0 for unknown. A field that is
 * absent was not asked for, as in journals from before it existed.
 */
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
	/** Share of the last sample period in which the memory was read or written. */
	readonly memoryUtilizationPercent?: number | null;
	/** 0 is the fastest performance state, 15 the slowest. */
	readonly pState?: number | null;
	/** Of the link as it is now: an idle GPU falls back to a lower generation. */
	readonly pcieGeneration?: number | null;
	/** Lanes of the link as it is now. */
	readonly pcieWidth?: number | null;
	/** From the host to the GPU; costs 20 ms, so it comes only when asked for, one GPU a tick. */
	readonly pcieRxMiBPerS?: number | null;
	readonly pcieTxMiBPerS?: number | null;
	/** Intended speed of the fan; null for a card that is cooled by its server. */
	readonly fanPercent?: number | null;
	/** Memory errors since the driver was loaded. */
	readonly eccCorrected?: number | null;
	readonly eccUncorrected?: number | null;
	/** Counts since the driver was loaded: only differences mean something. */
	readonly energyJ?: number | null;
	/** Time for which each policy has held the clocks down; counts since the driver was loaded. */
	readonly violationMs?: Violations | null;
	/** Programs that compute here; null when they cannot be listed, which is not the same as none. */
	readonly processes?: readonly GpuProcess[] | null;
	/** Instances of a GPU in MIG mode; null when that mode is off or unknown. */
	readonly mig?: readonly MigInstance[] | null;
	/** Number of the latest Xid error since the source began to listen; null: none, or `unavailable` says why not. */
	readonly xid?: number | null;
	/** Why this GPU does not answer at all, in the driver's words; null when it does. */
	readonly lost?: string | null;
	/** Why a field above is null, by its name (`violationMs.power` for one of several): not supported, or the error's text. */
	readonly unavailable?: {readonly [field: string]: 'not-supported' | (string & {})};
};

/** Milliseconds by policy; null for one that this card or driver does not count. */
type Violations = {
	readonly power: number | null;
	readonly thermal: number | null;
	readonly syncBoost: number | null;
	readonly boardLimit: number | null;
	readonly lowUtilization: number | null;
	readonly reliability: number | null;
};

/** `pid` as the driver tells it, in a container perhaps the host's number; memory is null where it is not told. */
export type GpuProcess = {readonly pid: number; readonly memoryMiB: number | null};

export type MigInstance = {readonly uuid: string; readonly memoryUsedMiB: number | null};

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
	/** `title` is what the program itself calls it; absent where it has no name of its own. */
	| {readonly type: 'phase'; readonly id: string; readonly name: Phase; readonly title?: string}
	| {readonly type: 'progress'; readonly id: string; readonly done: number; readonly total: number}
	/** Latencies of batches, ms, in order. */
	| {readonly type: 'samples'; readonly id: string; readonly latencyMs: readonly number[]}
	| {readonly type: 'gpus'; readonly samples: readonly GpuSample[]}
	| {readonly type: 'host'; readonly sample: HostSample}
	| {readonly type: 'telemetry-lost'; readonly reason: string}
	| ({readonly type: 'telemetry-source'} & TelemetrySource)
	/** The disk refuses facts: nothing new starts until it takes them again; null once it does. */
	| {readonly type: 'storage'; readonly problem: string | null};

/** Where GPU samples come from and how often; `reason` says why it is no better source, null for the best. */
export type TelemetrySource = {
	readonly source: 'nvml' | 'nvidia-smi stream' | 'nvidia-smi one-shot';
	readonly everyMs: number;
	readonly reason: string | null;
};

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
	'telemetry-source',
	'storage',
]);

export const isMeasurement = (event: Fact | Measurement): event is Measurement => MEASUREMENTS.has(event.type);
