import {z} from 'zod';

const natural = z.int().nonnegative();
const positive = z.int().positive();
const seconds = z.number().positive();

/** A number alone is the number of further tries. */
const rule = z.union([
	natural.transform((attempts) => ({attempts, backoff_s: 0})),
	z.strictObject({attempts: natural, backoff_s: z.number().nonnegative().default(0)}),
]);

/** Further tries by the kind of failure; what a person stopped is never tried again. */
const retrySchema = z.strictObject({
	timeout: rule.prefault(1),
	/** Its GPU was lost, or nobody could follow it any more. */
	lost: rule.prefault(1),
	exit: rule.prefault(0),
	signal: rule.prefault(0),
	no_result: rule.prefault(0),
	no_device: rule.prefault(0),
	/** What is set lower when the memory of the GPU does not suffice: the largest value below the present one. */
	ladder: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.array(positive).min(1)).default({}),
});

const stopAfterSchema = z.strictObject({
	failures: positive.optional(),
	/** Of all that was planned. */
	percent: z.number().positive().max(100).optional(),
});

const breakerSchema = z.strictObject({
	/** 0 switches it off. */
	failures: natural.default(5),
	within_s: seconds.default(10),
});

const DEADLINE = /^(?:[01]?\d|2[0-3]):[0-5]\d$|^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** What a suite decides beforehand for a night in which nobody looks. */
export const policyKeys = {
	retry: retrySchema.prefault({}),
	stop_after: stopAfterSchema.prefault({}),
	breaker: breakerSchema.prefault({}),
	/** From then on nothing more starts. */
	deadline: z.string().regex(DEADLINE, 'it is a time such as 08:00, or 2026-11-29T08:00').optional(),
} as const;
