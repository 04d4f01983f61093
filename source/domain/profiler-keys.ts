import {z} from 'zod';

/** A metric with its endings, such as `dram__throughput.avg.pct_of_peak_sustained_elapsed`. */
const metric = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/, 'it is a name of a metric of ncu');

/** What is asked of ncu; clocks as the timed passes have them, unless a suite wants them fixed. */
const ncuSchema = z.strictObject({
	/** Instead of warpdeck's own list. */
	metrics: z.array(metric).min(1).optional(),
	/** base: ncu fixes the clocks to the base clock for every kernel. */
	clock_control: z.enum(['none', 'base']).default('none'),
	/** all: ncu empties the caches before every kernel, as it does by default. */
	cache_control: z.enum(['all', 'none']).default('all'),
});

/** Keys of `experiment` that say whether a pass under a profiler follows the timed ones. */
export const profilerKeys = {
	profiler: z.enum(['none', 'nsys', 'ncu']).default('none'),
	ncu: ncuSchema.prefault({}),
} as const;
