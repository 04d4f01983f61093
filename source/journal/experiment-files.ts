import type {FactEvent, GpuSample, HostSample} from './event.ts';

/** What a run's files say of one experiment; the state does not keep it, because a night of it would fill the memory. */
export type ExperimentFiles = {
	readonly id: string;
	/** Every fact about it, in order, and the `resumed` ones between them: attempts with argv, environment, ends, results. */
	readonly facts: readonly FactEvent[];
	/** Batch latencies of its latest attempt, ms, in order. */
	readonly latencyMs: readonly number[];
	/** Earlier batches of that attempt that are in the file and are not in `latencyMs`. */
	readonly skippedBatches: number;
	/** Samples of its GPU during its latest attempt; none on a CPU lane. */
	readonly gpuSamples: readonly Sampled<GpuSample>[];
	/** The same of the machine as a whole. */
	readonly hostSamples: readonly Sampled<HostSample>[];
	readonly stdout: LogEnd;
	readonly stderr: LogEnd;
	/** What could not be read or may not be shown, and why. */
	readonly problems: readonly string[];
};

/** `at` in epoch ms. */
export type Sampled<Sample> = {readonly at: number; readonly sample: Sample};

/** The end of a log. */
export type LogEnd = {
	/** Relative to the run's folder; null before the first launch. */
	readonly path: string | null;
	readonly lines: readonly string[];
	/** Number of the first of these lines, so that a line keeps its number while the log grows; 0 for the first that was read. */
	readonly firstLine: number;
	/** Bytes before these lines that are in the file and were not read. */
	readonly skippedBytes: number;
};

/** Where the detail screen gets them from. */
export type ExperimentSource = {
	/** Calls back with what is there, and again when it grew; the returned function ends that. */
	readonly follow: (id: string, onRead: (files: ExperimentFiles) => void) => () => void;
};

export const NO_LOG: LogEnd = {path: null, lines: [], firstLine: 0, skippedBytes: 0};
