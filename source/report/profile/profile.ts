import type {BatchFigures} from './batches.ts';
import type {CapturedGpu} from './capture.ts';
import type {CopyFigures} from './copies.ts';
import type {GraphFigures} from './graph-launches.ts';
import type {KernelFigures} from './kernels.ts';
import type {ReadRanges} from './read-ranges.ts';
import type {StageFigures} from './stages.ts';
import type {Spread, Tally} from './tally.ts';
import type {DeviceFigures} from './timeline.ts';

/** What a capture says. Times are nanoseconds, sizes bytes, rates bytes or batches a second. */
export type Profile = {
	readonly schemaVersion: string | null;
	readonly productVersion: string | null;
	/** Which experiment of a run of warpdeck was captured; absent where the capture does not say. */
	readonly experiment?: string;
	readonly gpus: readonly CapturedGpu[];
	readonly scope: ReadRanges['scope'] & {
		/** Launched inside of the ranges that count; copies, kernels and memsets below are of these. */
		readonly operations: number;
		/** Of others, in the same window; the devices below count them, because a GPU is not idle meanwhile. */
		readonly otherOperations: number;
		/** First beginning and last end of `operations`, since the capture began; null without any. */
		readonly startNs: number | null;
		readonly endNs: number | null;
	};
	readonly copies: readonly CopyFigures[];
	readonly kernels: KernelFigures;
	readonly memsets: Tally | null;
	/** Graphs that were traced as one operation each. */
	readonly wholeGraphs: Tally | null;
	/** Of kernels that are launched one by one; null where graphs launch them. */
	readonly launchDelay: Spread | null;
	readonly devices: readonly DeviceFigures[];
	readonly graphs: GraphFigures | null;
	readonly batches: BatchFigures | null;
	readonly stages: readonly StageFigures[];
	readonly warnings: readonly string[];
};
