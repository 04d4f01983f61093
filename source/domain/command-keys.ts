import {z} from 'zod';
import type {Json} from './json.ts';

/** A name of a variable, where `*` stands for any letters. */
const variableName = z
	.string()
	.regex(/^[A-Za-z_*][A-Za-z0-9_*]*$/, 'it is the name of a variable, or HF_* for several');

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Any JSON. */
const jsonValue = z.unknown().transform((value) => value as Json);

/** What a configuration file must have for an entry to be chosen; `/a/b` looks into `a`. */
const conditionSchema = z
	.strictObject({
		/** A key that is there, whatever it holds. */
		has: z.string().min(1).optional(),
		/** A key whose value is `equals`. */
		key: z.string().min(1).optional(),
		equals: scalar.optional(),
	})
	.refine(
		({has, key, equals}) => (key === undefined ? has !== undefined && equals === undefined : equals !== undefined),
		{
			message: 'it is {has: KEY}, or {key: KEY, equals: VALUE}',
		},
	);

const entrySchema = z.strictObject({
	/** Absent: for every file that no entry before it is for. */
	when: conditionSchema.optional(),
	command: z.array(z.string()).min(1),
});

/** Of what was found in the files that a command reads, when it was planned; nobody writes it into a suite. */
export type Given = {
	/** By the pattern as it reads for a cell. */
	readonly inputs?: {readonly [pattern: string]: InputDigest};
	/** By the path of the configuration: the number of the entry that is for it, from 0, and why. */
	readonly entries?: {readonly [config: string]: {readonly entry: number; readonly why: string}};
};

export type InputDigest = {readonly sha256: string; readonly files: number; readonly bytes: number};

/** Keys of `experiment.workload` that say what a command is given: files, environment, folder, device. */
export const commandKeys = {
	/** Where it works: where warpdeck was started, or in a folder of its own inside the run's, one a lane or an experiment. */
	folder: z.enum(['shared', 'lane', 'experiment']).optional(),
	/** Files and folders that it reads, `*` and `**` allowed: what is in them belongs to the identity of a cell. */
	inputs: z.array(z.string().min(1)).min(1).optional(),
	/** inherit: all of the user's environment; listed: a base of it and `env_from`. */
	environment: z.enum(['inherit', 'listed']).optional(),
	/** Variables of the user's environment that reach it; naming some makes the list the whole of it. */
	env_from: z.array(variableName).min(1).optional(),
	/** Those of them without which it cannot run. */
	env_required: z.array(variableName).min(1).optional(),
	/** How it is told its GPU: it sees this one only, by UUID or number; open: it sees all and chooses; none: it is told nothing. */
	device: z.enum(['uuid', 'index', 'open', 'none']).optional(),
	/** Its configuration file, by whose form the entry is chosen. */
	config: z.string().min(1).optional(),
	/** Values in the place of those of that file, in a copy that the command gets: `a.b: 1`, `+a.b: 1` for a new key. */
	config_overrides: z.record(z.string().min(1), jsonValue).optional(),
	/** Commands, of which the first is taken that is for the configuration; instead of `command`. */
	entry: z.array(entrySchema).min(1).optional(),
} as const;

export type Entry = z.output<typeof entrySchema>;
