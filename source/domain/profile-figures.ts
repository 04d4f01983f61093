/** What one profiling pass measured; only shares and times of its own pass, never a timed number. */
export type ProfileFigures = NsysFigures | NcuFigures;

export type NsysFigures = {
	readonly kind: 'nsys';
	/** Path of the report relative to the run's folder. */
	readonly report: string;
	readonly batches: number;
	/** Medians over batches, ms; null where no batch could be told apart. */
	readonly stagesMs: {readonly h2d: number | null; readonly compute: number | null; readonly d2h: number | null};
	/** GB/s = 1e9 bytes a second, over all copies of that kind. */
	readonly h2dGBPerS: number | null;
	readonly d2hGBPerS: number | null;
	/** Share of the copies' time that lies under kernels, percent. */
	readonly overlapPercent: number | null;
	/** Share of the span in which the GPU did nothing, percent. */
	readonly idlePercent: number | null;
	readonly topKernels: readonly KernelShare[];
	/** Throughput under the profiler, samples/s: only to say what the profiler costs. */
	readonly throughputSamplesPerS: number | null;
	readonly warnings: readonly string[];
};

export type NcuFigures = {
	readonly kind: 'ncu';
	readonly report: string;
	readonly kernels: number;
	/** Weighted by the kernels' duration, percent. */
	readonly l2HitPercent: number | null;
	readonly l1HitPercent: number | null;
	readonly dramThroughputPercent: number | null;
	readonly smThroughputPercent: number | null;
	readonly dramBytesPerS: number | null;
	readonly clockControl: string;
	readonly cacheControl: string;
	readonly topKernels: readonly KernelShare[];
	readonly throughputSamplesPerS: number | null;
	readonly warnings: readonly string[];
};

/** Kernels of one name; the share is of the time of all of them. */
export type KernelShare = {
	readonly name: string;
	readonly count: number;
	readonly meanUs: number;
	readonly sharePercent: number;
};
