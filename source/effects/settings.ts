import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import type Conf from 'conf';
import {z} from 'zod';
import {findNearest, UserError} from '../domain/errors.ts';
import {codeOf} from './file-problem.ts';

const settingsSchema = z.strictObject({
	/** Interpreter that runs the bundled workloads. */
	python: z.string().min(1).optional(),
	/** A folder of the user's own suites. */
	suites: z.string().min(1).optional(),
	/** Base folder of runs where a suite does not name one. */
	outputs: z.string().min(1).optional(),
	/** A command that is run when a run ends or a workload stalls: words with ${event}, ${text}, ${suite} and ${run}. */
	'notify.command': z.string().min(1).optional(),
	/** An address that is told the same as JSON. */
	'notify.webhook': z.url({protocol: /^https?$/}).optional(),
	/** A folder where each run is kept as one file when it has ended, where its suite does not name one. */
	'run.archive': z.string().min(1).optional(),
	/** Who may read runs beside their owner. */
	'run.share': z.enum(['group']).optional(),
});

type Values = z.infer<typeof settingsSchema>;
type SettingName = keyof Values;

/** What the user keeps for every run; `problem` says why a settings file is there and was not used. */
type Settings = {readonly [name in SettingName]?: string} & {readonly problem?: string};

type Environment = {readonly [name: string]: string | undefined};

export const SETTING_NAMES = Object.keys(settingsSchema.shape) as readonly SettingName[];

/** `WARPDECK_CONFIG_DIR`, else `warpdeck` in the user's XDG configuration folder. */
export function findSettingsFile(env: Environment = process.env): string {
	const folder = env.WARPDECK_CONFIG_DIR || join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'warpdeck');
	return join(folder, 'config.json');
}

/** A damaged file costs its settings, not the command, and stays as it is for the user to mend. */
export function readSettings(env: Environment = process.env): Settings {
	const path = findSettingsFile(env);
	try {
		return check(JSON.parse(readFileSync(path, 'utf8')), path);
	} catch (error) {
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return {};
		return {problem: describeDamage(path, error instanceof SyntaxError ? 'it is not JSON' : String(error))};
	}
}

/** undefined forgets the setting. */
export async function saveSetting(
	name: string,
	value: string | undefined,
	env: Environment = process.env,
): Promise<void> {
	const known = requireKnown(name);
	const path = findSettingsFile(env);
	const {problem} = readSettings(env);
	if (value) requireValid(known, value);
	if (problem) throw new UserError(problem, {tryThis: [`mv '${path}' '${path}.damaged'   # then repeat the command`]});
	try {
		const conf = await openConf(path);
		if (value) conf.set(known, value);
		else conf.delete(known);
	} catch (cause) {
		throw new UserError(`The setting could not be kept in ${path}: ${cause instanceof Error ? cause.message : cause}`, {
			tryThis: ['WARPDECK_CONFIG_DIR=FOLDER warpdeck …   # a folder that you may write to'],
			cause,
		});
	}
}

/** What could not be read back would cost all settings. */
function requireValid(name: SettingName, value: string): void {
	const issue = settingsSchema.shape[name].safeParse(value).error?.issues[0];
	if (!issue) return;
	throw new UserError(`${name}=${value} cannot be: ${issue.message}.`, {
		tryThis: [EXAMPLES[name] ?? `warpdeck settings ${name}=VALUE`],
	});
}

const EXAMPLES: {readonly [name in SettingName]?: string} = {
	'notify.webhook': 'warpdeck settings notify.webhook=https://example.org/hook',
	'run.share': 'warpdeck settings run.share=group',
};

/** Loaded only to keep a setting, because conf's validator costs more than the rest of a start. */
async function openConf(path: string): Promise<Conf<Values>> {
	const {default: Store} = await import('conf');
	return new Store<Values>({
		projectName: 'warpdeck',
		projectSuffix: '',
		cwd: dirname(path),
		clearInvalidConfig: false,
		// `notify.command` is one name here.
		accessPropertiesByDotNotation: false,
		configFileMode: 0o600,
	});
}

function check(value: unknown, path: string): Settings {
	const parsed = settingsSchema.safeParse(value);
	if (parsed.success) return parsed.data as Settings;
	const issue = parsed.error.issues[0];
	const where = issue?.path.join('.');
	return {problem: describeDamage(path, where ? `${where}: ${issue?.message}` : String(issue?.message))};
}

const describeDamage = (path: string, reason: string): string =>
	`The settings in ${path} were ignored: ${reason}. Mend or remove that file.`;

function requireKnown(name: string): SettingName {
	const known = SETTING_NAMES.find((one) => one === name);
	if (known) return known;
	const nearest = findNearest(name, SETTING_NAMES);
	throw new UserError(`There is no setting ${JSON.stringify(name)}.`, {
		tryThis: [nearest ? `did you mean ${nearest}?` : `settings are ${SETTING_NAMES.join(', ')}`],
	});
}
