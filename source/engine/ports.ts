import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {ProfileFigures} from '../domain/profile-figures.ts';
import type {GpuSample, HostSample, Lane, TelemetrySource} from '../journal/event.ts';
import type {ProcessIdentity, RunState} from '../journal/state.ts';
import type {ConfigCopy} from '../plan/config-copy.ts';

export type Clock = {
	/** Epoch milliseconds that never run backwards in this process, whatever happens to the system's clock. */
	readonly now: () => number;
	/** Calls back once after `ms`; the returned function cancels. */
	readonly after: (ms: number, call: () => void) => () => void;
};

/** Where a run is kept; every promise resolves once the bytes are on the disk. */
export type RunStore = {
	/** Appends whole lines to journal.jsonl and syncs them. */
	readonly appendFacts: (lines: string) => Promise<void>;
	/** Appends whole lines to telemetry.jsonl; buffered, may lose its tail. */
	readonly appendMeasurements: (lines: string) => void;
	/** Appends one line of latencies (ms) to samples/<id>.jsonl; buffered. */
	readonly appendSamples: (id: string, line: string) => void;
	/** Temp name, sync, rename, sync of the folder; the path is relative to the run's folder. */
	readonly commitFile: (path: string, text: string) => Promise<void>;
	/** A line of experiment.log, with its time in front; buffered. */
	readonly log: (line: string, at: number) => void;
	/** A line of the log of a lane, whose name is safe as a part of a file's, with its time in front; buffered. */
	readonly appendLaneLog: (lane: string, line: string, at: number) => void;
	/** Resolves once whatever was buffered is in its files. */
	readonly flush: () => Promise<void>;
	/** Absolute paths of one attempt's files. */
	readonly attemptFiles: (id: string, attempt: number) => AttemptFiles;
	/** Flushes what is buffered and releases the lock. */
	readonly close: () => Promise<void>;
};

export type AttemptFiles = {readonly stdout: string; readonly stderr: string; readonly exitStatus: string};

export type LaunchRequest = {
	readonly argv: readonly string[];
	/** Added to what is inherited. */
	readonly env: {readonly [name: string]: string};
	readonly cwd: string;
	/** Made before it starts; absent: none. */
	readonly folder?: string;
	/** Of a configuration file, made before it starts; absent: none. */
	readonly copy?: ConfigCopy;
	/** Names of variables of warpdeck's own environment that reach it, `*` allowed; absent: all of them. */
	readonly inherited?: readonly string[];
	readonly files: AttemptFiles;
	/** Value of WARPDECK_TAG: whatever carries it belongs to this attempt. */
	readonly tag: string;
	/** Whole lines of stdout, without their line break, while they are written; old ones were there before this runner. */
	readonly onLine: (line: string, isOld?: boolean) => void;
	/** The same of stderr; absent where nobody reads it. */
	readonly onErrorLine?: (line: string) => void;
	/** A process that serves others too may take it; absent where it has one of its own. */
	readonly worker?: WorkerRequest;
};

export type WorkerRequest = {
	/** The same for all that share a process; safe as a file name. */
	readonly key: string;
	readonly lane: LaneId;
	/** Begins the tag of every worker of this key; ends with a colon. */
	readonly tag: string;
	/** What the worker is told: one line of JSON without its break. */
	readonly line: string;
};

export type ServedRequest = LaunchRequest & {readonly worker: WorkerRequest};

/** Processes that serve one experiment after the other; `argv` of a request starts one. */
export type WarmProcesses = {
	/**
	 * Has it served by the worker of its key, which is started where there is none that can. What is launched ends with
	 * its request, and the worker lives on; `stop`, a crash, a leak and a broken device end the worker too. Workers that
	 * are wanted soon are started at the same time where there are none, and it is served when they do not start any more.
	 */
	readonly launch: (request: ServedRequest, soon?: readonly ServedRequest[]) => Promise<LaunchedProcess>;
	/**
	 * Ends the worker of this key, which serves nothing; whatever is launched later waits until it is gone. `graceMs` is
	 * from the end of its input to SIGTERM.
	 */
	readonly release: (key: string, graceMs?: number) => void;
	/** Whether a process of this key lives, if only to end. */
	readonly isAlive: (key: string) => boolean;
	/** Ends all workers, at once when the grace is 0; safe to call twice. */
	readonly close: (graceMs: number) => Promise<void>;
	/** Workers of a lane that are alive. */
	readonly count: (lane: LaneId) => number;
};

/** What profilers leave of passes under them. */
export type Profiling = {
	/** Before the launch: a folder for the report, and nothing in it that an earlier attempt left. */
	readonly prepare: (experiment: Experiment, workerKey: string | undefined) => Promise<void>;
	/** After the end: its report, exported and read. Takes as long as that takes, and never rejects for a bad report. */
	readonly collect: (pass: CapturedPass) => Promise<ProfileOutcome>;
};

export type CapturedPass = {
	readonly experiment: Experiment;
	/** Of the process that served it; undefined where it had one of its own. */
	readonly workerKey: string | undefined;
	/** Epoch ms. */
	readonly startedAt: number;
	/** The end of what it printed, for what the profiler says of itself. */
	readonly output: string;
	readonly throughputSamplesPerS: number | null;
};

export type ProfileOutcome =
	| {readonly kind: 'figures'; readonly figures: ProfileFigures}
	| {readonly kind: 'problem'; readonly message: string; readonly advice: string};

/** Files that a command leaves, as they are. Nothing here rejects, and nothing waits for a writer. */
export type LeftFiles = {
	/** What stands where a pattern leads, from a folder; `*` and `?` stand for letters of a name. */
	readonly list: (folder: string, pattern: string) => Promise<readonly FoundFile[]>;
	readonly readText: (path: string) => Promise<LeftText>;
	/** Of a parquet file the columns that it has, row by row; without names only what columns there are. */
	readonly readColumns: (path: string, columns: readonly string[]) => Promise<LeftColumns>;
};

export type FoundFile = {
	/** As the pattern names it. */
	readonly path: string;
	readonly absolute: string;
	readonly kind: 'file' | 'folder' | 'pipe' | 'socket' | 'device' | 'unreadable';
	readonly bytes: number;
	/** When the file or what is known of it changed last, epoch ms, by the clock of its file system. */
	readonly changedAt: number;
	/** Another one after every change. */
	readonly stamp: string;
};

type LeftProblem = {readonly kind: 'problem'; readonly problem: string};
export type LeftText = {readonly kind: 'text'; readonly text: string} | LeftProblem;
export type LeftColumns =
	| {readonly kind: 'columns'; readonly titles: readonly string[]; readonly rows: readonly (readonly unknown[])[]}
	| LeftProblem;

export type ProcessEnd =
	| {readonly kind: 'exited'; readonly code: number}
	| {readonly kind: 'signalled'; readonly signal: string};

/** What is known of a process tree once nothing of it lives any more. */
export type ProcessReport = {
	readonly end: ProcessEnd;
	readonly peakHostMemoryMiB: number | null;
	readonly droppedLogBytes: number;
	readonly stderrTail: string;
	readonly stdoutTail: string;
	/** Left-over processes that carried the tag and were ended. */
	readonly leftOvers: number;
};

export type LaunchedProcess = {
	readonly identity: ProcessIdentity;
	/** Resolves after the process ended, its output was read to the end and its left-overs are gone. */
	readonly finished: Promise<ProcessReport>;
	/**
	 * SIGSTOP to everything that carries the tag; resolves to whether anything was there to be stopped. Absent where that is
	 * not possible, as for what is only played.
	 */
	readonly suspend?: () => Promise<boolean>;
	/** SIGCONT to all of it. */
	readonly wake?: () => Promise<void>;
	/** SIGTERM to everything that carries the tag, then SIGKILL after the grace; safe to call twice. */
	readonly stop: (graceMs: number) => void;
};

export type Processes = {
	/** Rejects with a message when the program cannot be started. */
	readonly launch: (request: LaunchRequest) => Promise<LaunchedProcess>;
	/** What an earlier runner started and lives still, with its output where it can be read; null where there is none. */
	readonly findLiving?: (request: Pick<LaunchRequest, 'files' | 'tag'>) => Promise<ProcessIdentity | null>;
	/** Follows such a process as if it had been launched here; its output is read from its beginning. */
	readonly adopt?: (identity: ProcessIdentity, request: LaunchRequest) => Promise<LaunchedProcess>;
	/**
	 * Ends what an earlier runner left alive, all tags that begin with one that ends with a colon; resolves to the number
	 * of processes ended.
	 */
	readonly endTagged: (tag: string, graceMs: number) => Promise<number>;
};

/** What others on this machine leave to an experiment. */
export type Admission = {
	/** Whether it may start on its lane now; what is needed for that (a lease of the GPU) is taken and kept. */
	readonly ask: (
		experiment: Experiment,
		lane: Lane,
		state: RunState,
	) => Promise<{readonly verdict: Verdict; readonly notes: readonly string[]}>;
	/** Gives back what is kept for a lane. */
	readonly leave: (lane: LaneId) => Promise<void>;
	/** Programs in a sample that are certainly not of this run, in words. */
	readonly listForeign: (sample: GpuSample) => readonly string[];
};

export type Verdict =
	| {readonly kind: 'admitted'}
	| {readonly kind: 'wait'; readonly cause: 'busy' | 'memory'; readonly reason: string}
	/** This machine will not have what it needs, however long it waits. */
	| {readonly kind: 'never'; readonly reason: string};

export type Telemetry = {
	/** Samples until the returned function is called; a tool that is missing or dies calls onLost once a time. */
	readonly watch: (handlers: TelemetryHandlers) => () => void;
	/**
	 * A window in which this GPU is measured begins or ends: its counters are read now, and at no other time. Resolves once
	 * onGpus had the sample that carries them, or when none will come.
	 */
	readonly markEdge: (gpuIndex: number) => Promise<void>;
};

export type TelemetryHandlers = {
	readonly onGpus: (samples: readonly GpuSample[]) => void;
	readonly onHost: (sample: HostSample) => void;
	readonly onLost: (reason: string) => void;
	/** Before the first samples of a source. */
	readonly onSource: (source: TelemetrySource) => void;
	/** Whether something is being timed just now, so that nothing which costs the GPU time may be asked. */
	readonly isMeasuring: () => boolean;
};
