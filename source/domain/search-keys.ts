import {z} from 'zod';

const positive = z.int().positive();

/** A search tries one value of a knob after the other; running out of memory is an answer that it expects. */
const batchSearchSchema = z
	.strictObject({
		/** The knob that is turned. */
		key: z
			.string()
			.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
			.default('batch_size'),
		/** Tried first; where it does not fit, its half is, and so on. */
		from: positive.default(1),
		/** Never more than this. */
		to: positive.default(1024),
		/** Values are multiples of this, and the largest is known when the next one does not fit. */
		step: positive.default(1),
		/** Whether the largest that fits is looked for between what fits and what does not. */
		largest: z.boolean().default(true),
		/** Whether more is tried around the fastest. */
		fastest: z.boolean().default(true),
		/** How often the fastest and what comes close to it are measured. */
		repeat: positive.default(1),
	})
	.refine(({from, to}) => from <= to, {message: 'from is more than to', path: ['from']})
	.refine(({from, to, step}) => step <= to && (from % step === 0 || from === 1), {
		message: 'from is a multiple of step, or 1',
		path: ['step'],
	});

/** Keys of `experiment` that look for what fits. */
export const searchKeys = {
	batch_search: batchSearchSchema.optional(),
} as const;
