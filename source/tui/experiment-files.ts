import type {FactEvent, GpuSample} from '../journal/event.ts';

/** What a run's files say of one experiment; the state does not keep it, because a night of it would fill the memory. */
export type ExperimentFiles = {
	readonly id: string;
	/** Every fact about it, in order: its attempts with argv, environment, ends and results. */
	readonly facts: readonly FactEvent[];
	/** Batch latencies of its latest attempt, ms, in order. */
	readonly latencyMs: readonly number[];
	/** Samples of its GPU while it ran. */
	readonly gpuSamples: readonly {readonly at: number; readonly sample: GpuSample}[];
	readonly stdout: LogTail;
	readonly stderr: LogTail;
	/** What could not be read, and why. */
	readonly problems: readonly string[];
};

/** The end of a log. */
type LogTail = {
	/** Relative to the run's folder; null before the first launch. */
	readonly path: string | null;
	readonly lines: readonly string[];
	/** Bytes before these lines that are in the file and were not read. */
	readonly skippedBytes: number;
};

/** Where the detail screen gets them from. */
export type ExperimentSource = {
	/** Calls back with what is there, and again when it grew; the returned function ends that. */
	readonly follow: (id: string, onRead: (files: ExperimentFiles) => void) => () => void;
};
