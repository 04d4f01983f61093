import {z} from 'zod';

const positive = z.number().positive();
const text = z.string().min(1);

/** Part of ids and of file names. */
const safeName = z
	.string()
	.regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'it is a name: a letter, then letters, digits, _ or -, such as phase_1');

const WORDS = {high: 1, medium: 2, low: 3} as const;

const priority = z.union([
	z.int().positive(),
	z.enum(['high', 'medium', 'low']).transform((word): number => WORDS[word]),
]);

/** One number, or the least and the most. */
const hours = z
	.union([
		positive.transform((both): readonly [number, number] => [both, both]),
		z.tuple([positive, positive]).transform((span): readonly [number, number] => span),
	])
	.refine(([least, most]) => least <= most, 'it is [LEAST, MOST], the smaller number first');

const metricGate = z
	.strictObject({
		metric: text,
		of: z.enum(['mean', 'median', 'least', 'most']).default('mean'),
		min: z.number().optional(),
		max: z.number().optional(),
	})
	.refine(({min, max}) => min !== undefined || max !== undefined, 'it needs a min or a max');

const gateSchema = z
	.strictObject({
		/** Share of the experiments that ended. */
		success_rate: z.number().min(0).max(1).optional(),
		metrics: z.array(metricGate).min(1).optional(),
		/** What a person has to look at. */
		approval: text.optional(),
	})
	.refine((gate) => Object.keys(gate).length > 0, 'it needs success_rate, metrics or approval');

/** Words as behind `warpdeck run`; with `sweep` as behind `-m`. */
const runSchema = z.strictObject({
	overrides: z.array(text).min(1),
	sweep: z.boolean().default(false),
	/** What its phase counts it as. */
	group: safeName.optional(),
	/** Why it is planned and not started. */
	postponed: text.optional(),
});

const phaseSchema = z.strictObject({
	name: safeName,
	title: text.optional(),
	priority: priority.default(2),
	after: z.array(z.string()).default([]),
	hours: hours.optional(),
	/** GiB of a GPU, as it is sold. */
	gpu_memory_gb: positive.optional(),
	/** The only GPUs that its runs are put on. */
	gpus: z.array(z.int().nonnegative()).min(1).optional(),
	gate: gateSchema.optional(),
	/** Why nothing behind it starts before somebody goes on. */
	pause: text.optional(),
	backup: z.boolean().default(false),
	expected: z.record(safeName, z.int().positive()).optional(),
	done: z.array(z.strictObject({group: safeName.optional(), count: z.int().positive(), where: text})).optional(),
	/** Runs by their index or their group. */
	postpone: z.array(z.strictObject({runs: z.union([z.int().nonnegative(), safeName]), reason: text})).optional(),
	runs: z.array(runSchema).min(1),
});

const budgetSchema = z.strictObject({
	usd_per_hour: positive,
	per: z.enum(['machine', 'gpu']).default('machine'),
	/** From then on nothing more starts. */
	stop_usd: positive.optional(),
	stop_hours: positive.optional(),
	/** Prices of other machines, by their names, which a plan compares. */
	other_rates: z.record(text, positive).optional(),
});

/** Keys of `experiment` that make a campaign of it. */
export const campaignKeys = {
	phases: z.array(phaseSchema).min(1).optional(),
	budget: budgetSchema.optional(),
} as const;

export type PhaseKeys = z.output<typeof phaseSchema>;
export type BudgetKeys = z.output<typeof budgetSchema>;
