import {z} from 'zod';

const positive = z.number().positive();
const natural = z.number().nonnegative();

/** How fast the simulated GPUs are and how they fail: the `simulation` of a host file. Every number in it is invented. */
export const ratesSchema = z.strictObject({
	/** Arithmetic of a GPU, 10^12 operations a second. */
	teraflops: positive,
	/** Between host and GPU, each way, 10^9 bytes a second. */
	copyGBPerS: positive,
	/** What the host needs to launch a batch, ms. */
	batchLaunchMs: natural,
	/** What it needs in addition for each transformer layer, ms. */
	layerLaunchMs: natural,
	/** What torch.compile leaves of both launch times. */
	compiledLaunchShare: positive.max(1),
	/** Copies and launches take 1 + this x (distance - 10) times as long. */
	slowdownPerDistance: natural,
	/** A batch takes up to this much more or less, percent. */
	noisePercent: natural.max(50),
	/** One launch in this many runs out of GPU memory; 0 lets none fail. */
	failOneIn: z.int().nonnegative(),
	/** GPUs that break on the way: what their samples say from so many played seconds on. */
	faults: z
		.array(
			z.strictObject({
				gpu: z.int().nonnegative(),
				afterS: natural,
				lost: z.string().min(1).nullable().default(null),
				xid: z.int().positive().nullable().default(null),
			}),
		)
		.default([]),
	/** Start of the interpreter to the first batch, s. */
	loadS: positive,
	compileS: natural,
	/** A shorter measurement is played for this long, so that it can be watched, s. */
	leastMeasureS: natural,
	/** Played seconds for a simulated one; the measured window itself is never played faster than it is claimed. */
	timeScale: positive,
	gpu: z.strictObject({
		idleCelsius: natural,
		busyCelsius: natural,
		idleWatts: natural,
		busyWatts: natural,
		powerLimitWatts: positive,
	}),
});

export type SimulatedRates = z.output<typeof ratesSchema>;
