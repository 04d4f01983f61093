import type {Entry, Given} from './command-keys.ts';
import type {CommandOutput} from './command-output-keys.ts';
import type {Json, JsonObject} from './json.ts';
import type {WorkloadParameter} from './workload-description.ts';

export type CommandWorkload = {
	/** Empty where an entry is chosen by the configuration. */
	readonly command: readonly string[];
	readonly env: {readonly [name: string]: string};
	readonly cwd?: string | undefined;
	readonly folder?: 'shared' | 'lane' | 'experiment' | undefined;
	readonly inputs?: readonly string[] | undefined;
	readonly environment?: 'inherit' | 'listed' | undefined;
	readonly env_from?: readonly string[] | undefined;
	readonly env_required?: readonly string[] | undefined;
	readonly device?: 'uuid' | 'index' | 'open' | 'none' | undefined;
	readonly config?: string | undefined;
	readonly config_overrides?: JsonObject | undefined;
	readonly entry?: readonly Entry[] | undefined;
	/** What of its files was found when it was planned; absent where it names none. */
	readonly given?: Given;
} & CommandOutput;

/** A Python program by its name, which speaks the protocol and tells its own parameters. */
export type NamedWorkload = {
	readonly name: string;
	/** Its path, or the mere file name of one that warpdeck brings. */
	readonly file: string;
	readonly parameters: readonly WorkloadParameter[];
	/** Whether one process of it runs several experiments; absent in what older versions wrote. */
	readonly serves?: boolean;
};

export type Workload = 'vit_pipeline' | NamedWorkload | CommandWorkload;

export const isNamed = (workload: Workload): workload is NamedWorkload =>
	workload !== 'vit_pipeline' && 'name' in workload;

export const isCommand = (workload: Workload): workload is CommandWorkload =>
	workload !== 'vit_pipeline' && !isNamed(workload);

/** Its command, or those of all entries. */
export const listCommands = ({command, entry = []}: CommandWorkload): readonly (readonly string[])[] => [
	...(command.length > 0 ? [command] : []),
	...entry.map((one) => one.command),
];

/** Every text of it in which placeholders are filled. */
export const listTexts = (workload: CommandWorkload): readonly string[] => [
	...listCommands(workload).flat(),
	...Object.values(workload.env),
	...[workload.cwd, workload.config].filter((text) => text !== undefined),
	...(workload.inputs ?? []),
	...(workload.config_overrides === undefined ? [] : [JSON.stringify(workload.config_overrides)]),
];

/** Whether it owes a result with every figure, and confirms every setting that it was given. */
export const owesResult = (workload: Workload): boolean => workload === 'vit_pipeline' || isNamed(workload);

/** Whether warpdeck brings it, so that it is known to need PyTorch. */
export const needsTorch = (workload: Workload): boolean =>
	workload === 'vit_pipeline' || (isNamed(workload) && !workload.file.includes('/'));

/** Settings that warpdeck itself makes for each experiment, where a workload describes them. */
export const OWN_SETTINGS: readonly string[] = ['device', 'gpu_id', 'name'];

/** The words of the command line that say a value; none where a switch stays as it is. */
export function toFlag({flag, type, default: usual}: WorkloadParameter, value: Json): readonly string[] {
	if (type === 'bool') return value === usual ? [] : [flag];
	return [flag, ...(Array.isArray(value) ? value : [value]).map(String)];
}
