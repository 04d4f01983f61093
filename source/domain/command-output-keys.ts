import {z} from 'zod';
import {countCaptures, findPatternProblem} from './pattern.ts';
import {PHASES} from './phases.ts';

/** A regular expression for one line. */
const pattern = z
	.string()
	.min(1)
	.superRefine((text, context) => {
		const message = findPatternProblem(text);
		if (message !== null) context.addIssue({code: 'custom', message});
	});

/** One that takes something out of the line. */
const capture = pattern.refine((text) => findPatternProblem(text) !== null || countCaptures(text) > 0, {
	message: 'it needs a group in round brackets around what it is to take: ([0-9.]+)',
});

const stream = z.enum(['stdout', 'stderr']);
const path = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const takes = z.enum(['first', 'last', 'mean', 'median', 'min', 'max', 'sum', 'count', 'all']);

/** Where values are found: in lines, or in one of three kinds of files. */
const places = {
	pattern: capture.optional(),
	from: stream.optional(),
	/** A file and the place in it: `/a/b`, or `a.b`. */
	json: path.optional(),
	at: z.string().optional(),
	csv: path.optional(),
	parquet: path.optional(),
	column: z.string().min(1).optional(),
	/** Rows that count: those with these values. */
	where: z.record(z.string(), scalar).optional(),
} as const;

type Places = {readonly [key in keyof typeof places]?: unknown};

function findPlaceProblem({pattern: text, from, json, at, csv, parquet, column, where}: Places): string | null {
	const kinds = [text, json, csv, parquet].filter((kind) => kind !== undefined).length;
	if (kinds !== 1) return 'it says where the number is by one of pattern, json, csv and parquet';
	if (text === undefined && from !== undefined) return 'from belongs to pattern';
	if ((json === undefined) !== (at === undefined)) return 'json and at belong together: {json: FILE, at: /loss}';
	const isTable = csv !== undefined || parquet !== undefined;
	if (isTable !== (column !== undefined)) return 'csv and parquet need column, and nothing else does';
	return !isTable && where !== undefined ? 'where belongs to csv and parquet' : null;
}

const checkPlaces = (value: Places, context: z.RefinementCtx): void => {
	const message = findPlaceProblem(value);
	if (message !== null) context.addIssue({code: 'custom', message});
};

const metricSchema = z
	.strictObject({
		...places,
		/** Which of several values counts; all keeps a list. */
		take: takes.optional(),
		/** For people: ms, GB/s. */
		unit: z.string().min(1).max(24).optional(),
		/** Without it the experiment has failed. */
		required: z.boolean().optional(),
	})
	.superRefine(checkPlaces);

const samplesSchema = z
	.strictObject({...places, unit: z.enum(['s', 'ms', 'us', 'ns']).optional()})
	.superRefine(checkPlaces);

const stageSchema = z
	.strictObject({
		pattern,
		from: stream.optional(),
		phase: z.enum(PHASES).optional(),
		/** What the program calls it; a group (?<stage>…) of the pattern wins. */
		name: z.string().min(1).max(24).optional(),
	})
	.refine(({phase, name, pattern: text}) => phase !== undefined || name !== undefined || text.includes('(?<stage>'), {
		message: `it says what begins: phase (${PHASES.join(', ')}), or a name of its own`,
	});

const fileSchema = z.strictObject({
	path,
	/** Of each file. */
	min_bytes: z.int().nonnegative().optional(),
	/** Files at least. */
	count: z.int().positive().optional(),
});

const line = z.strictObject({pattern: capture, from: stream.optional()});

/** Keys of `experiment.workload` that say what a command leaves: numbers, stages, files. */
export const commandOutputKeys = {
	/** Numbers by name; a text is a pattern for lines of stdout. */
	metrics: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.union([capture, metricSchema])).optional(),
	/** Latencies of batches or repetitions, in order. */
	samples: z.union([capture, samplesSchema]).optional(),
	/** Lines with which a phase begins. */
	stages: z.array(stageSchema).min(1).optional(),
	/** Lines that say how far it is: percent, or done and total. */
	progress: z.union([capture, line]).optional(),
	/** Files without which it has failed; templates and `*` in names. */
	files: z
		.array(z.union([path, fileSchema]))
		.min(1)
		.optional(),
	exit_codes: z.strictObject({ok: z.array(z.int().min(0).max(255)).min(1)}).optional(),
	/** A line without which it has failed; with it the exit code counts only where exit_codes says so. */
	success_pattern: pattern.optional(),
	/** A line with which it has failed, whatever it exits with. */
	failure_pattern: pattern.optional(),
	/** Lines that say that it did not do what was declared. */
	degraded_pattern: pattern.optional(),
	/** Lines that say on what it computed; a group is the device's name. */
	computed_on: z.strictObject({cuda: pattern.optional(), cpu: pattern.optional()}).optional(),
} as const;

const outputSchema = z.strictObject(commandOutputKeys);

/** What a suite says of what a command leaves; in a command that is launched, with the placeholders of its paths filled. */
export type CommandOutput = Readonly<z.output<typeof outputSchema>>;
export type MetricRule = z.output<typeof metricSchema>;
export type SamplesRule = z.output<typeof samplesSchema>;
export type FileRule = z.output<typeof fileSchema>;
export type StageRule = z.output<typeof stageSchema>;
export type Take = z.output<typeof takes>;
export type Stream = z.output<typeof stream>;
