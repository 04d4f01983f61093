import {z} from 'zod';

const parameterSchema = z.object({
	/** The key that a suite uses. */
	name: z.string().min(1),
	flag: z.string().startsWith('-'),
	type: z.enum(['bool', 'int', 'float', 'str', 'list']),
	default: z.json(),
	/** The words that it takes; empty where any will do. */
	choices: z.array(z.string()).default([]),
	least: z.number().nullish(),
});

/** What a workload that is chosen by name prints for `--describe`; other keys are for people. */
export const descriptionSchema = z.object({
	parameters: z.array(parameterSchema),
	/** Whether it answers requests after `--serve`. */
	serves: z.boolean().default(false),
});

export type WorkloadParameter = z.output<typeof parameterSchema>;
