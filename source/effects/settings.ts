import Conf from 'conf';
import {z} from 'zod';

const settingsSchema = z.object({
	/** Interpreter that has PyTorch. */
	python: z.string().optional(),
	/** Own folder of suites. */
	suites: z.string().optional(),
	/** Where runs are written. */
	outputs: z.string().optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

export function readSettings(): Settings {
	const cwd = process.env.WARPDECK_CONFIG_DIR;
	const conf = new Conf<Settings>({projectName: 'warpdeck', ...(cwd === undefined ? {} : {cwd})});
	return settingsSchema.parse(conf.store);
}
