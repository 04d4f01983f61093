import {pickOutput} from '../domain/command-output.ts';
import type {CommandOutput} from '../domain/command-output-keys.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {findGpu} from '../domain/topology.ts';
import type {CommandWorkload} from '../domain/workload.ts';
import type {CommandContext} from './build-command.ts';
import {type ConfigCopy, listConfigChanges} from './config-copy.ts';
import {fillOutput} from './fill-output.ts';
import {fillWords} from './fill-words.ts';
import {listInherited} from './inherited.ts';
import {nameTorchDevice, tellDevice} from './tell-device.ts';

export type Command = {
	readonly argv: readonly string[];
	/** What is added to the environment. */
	readonly env: {readonly [name: string]: string};
	readonly cwd: string;
	/** A folder of its own that is made before it starts; absent: none. */
	readonly folder?: string;
	/** Made before it starts; absent: it gets the configuration itself. */
	readonly copy?: ConfigCopy;
	/** Variables of the user's environment that reach it, `*` allowed; absent: all of them. */
	readonly inherited?: readonly string[];
	/** The command starts a process that serves others too, and this is what it is asked; absent: it runs just this. */
	readonly worker?: {readonly key: string; readonly request: JsonObject};
	/** What it leaves, and where; absent where the suite says nothing of that. */
	readonly output?: CommandOutput;
};

/** A command of the user's with every placeholder filled. */
export function fillCommand(workload: CommandWorkload, experiment: Experiment, context: CommandContext): Command {
	const look = createLookup(workload, experiment, context);
	const folder = nameWorkFolder(workload, experiment, context.runDir);
	const inherited = listInherited(workload);
	const output = pickOutput(workload);
	const fillText = (text: string): string => fill(text, look);
	const argv = chooseCommand(workload, experiment).flatMap((text) => fillWords(text, experiment, fillText));
	const env = Object.entries(workload.env).map(([name, text]) => [name, fill(text, look)]);
	return {
		argv: folder === null || workload.cwd !== undefined ? argv : anchor(argv, context.cwd),
		env: {...tellDevice(workload.device ?? 'uuid', experiment, context.topology), ...Object.fromEntries(env)},
		cwd: workload.cwd === undefined ? (folder ?? context.cwd) : resolvePath(fill(workload.cwd, look), context.cwd),
		...(folder === null ? {} : {folder}),
		...(inherited === null ? {} : {inherited}),
		...(output === null ? {} : {output: fillOutput(output, fillText)}),
		...copyConfig(workload, experiment, context, look),
	};
}

function copyConfig(
	workload: CommandWorkload,
	experiment: Experiment,
	{cwd, runDir}: CommandContext,
	look: Lookup,
): Pick<Command, 'copy'> {
	const {config, config_overrides: overrides} = workload;
	if (config === undefined || overrides === undefined) return {};
	const path = fillDeclared(config, experiment);
	const from = resolvePath(path, nameBase(workload, cwd));
	const changes = listConfigChanges(overrides, (text) => fill(text, look));
	return {copy: {from, to: nameConfig(workload, experiment, runDir, from), changes}};
}

/** In the run's folder where it is changed: every cell has a copy of its own, which is kept with the run. */
function nameConfig({config_overrides}: CommandWorkload, {runId}: Experiment, runDir: string, from: string): string {
	if (config_overrides === undefined) return from;
	const ending = /\.ya?ml$/i.exec(from)?.[0] ?? '.json';
	return `${runDir}/${CONFIGS}/${runId}${ending}`;
}

/** In the run's folder. */
const CONFIGS = 'configs';

/** Inside the run's folder and kept with it; names of lanes and experiments are safe as names of folders. */
function nameWorkFolder({folder}: CommandWorkload, {lane, id}: Experiment, runDir: string): string | null {
	if (folder === undefined || folder === 'shared') return null;
	return `${runDir}/${WORK}/${folder === 'lane' ? lane : id}`;
}

/** In the run's folder. */
const WORK = 'work';

/** `./program` is where warpdeck was started, wherever it starts the program. */
const anchor = ([program = '', ...rest]: readonly string[], cwd: string): readonly string[] => [
	program.includes('/') ? resolvePath(program, cwd) : program,
	...rest,
];

/** Where relative paths of a command begin; a folder that has placeholders is another one for each experiment. */
export const nameBase = ({cwd}: CommandWorkload, start: string): string =>
	cwd === undefined || cwd.includes(`\${`) ? start : resolvePath(cwd, start);

export function resolvePath(path: string, base: string): string {
	if (path.startsWith('/')) return path;
	return [base, ...path.split('/').filter((part) => part !== '' && part !== '.')].join('/');
}

/** The entry that was found to be for its configuration, when it was planned. */
function chooseCommand(workload: CommandWorkload, experiment: Pick<Experiment, 'axes' | 'params'>): readonly string[] {
	const {command, entry, config, given} = workload;
	if (!entry || config === undefined) return command;
	const chosen = given?.entries?.[fillDeclared(config, experiment)];
	return entry[chosen?.entry ?? -1]?.command ?? entry.at(-1)?.command ?? command;
}

type Lookup = (name: string) => string | undefined;

function createLookup(workload: CommandWorkload, experiment: Experiment, context: CommandContext): Lookup {
	const {topology, runDir, cwd, python} = context;
	const {gpuId, numaNode, runId} = experiment;
	const gpu = gpuId === null ? undefined : findGpu(topology, gpuId);
	const base = nameBase(workload, cwd);
	const known: {readonly [name: string]: string | undefined} = {
		'gpu.index': gpuId === null ? '' : String(gpuId),
		'gpu.uuid': gpu?.uuid ?? '',
		numa_node: numaNode === null ? '' : String(numaNode),
		run_id: runId,
		run_dir: runDir,
		device: nameTorchDevice(workload.device ?? 'uuid', experiment, topology),
		work_dir: nameWorkFolder(workload, experiment, runDir) ?? base,
		start_dir: cwd,
		python: python ?? 'python3',
		config:
			workload.config === undefined
				? undefined
				: nameConfig(workload, experiment, runDir, resolvePath(fillDeclared(workload.config, experiment), base)),
	};
	return (name) => lookUpDeclared(name, experiment) ?? known[name];
}

/** Placeholders that a command may mention, beside those of axes and settings. */
export const PLACEHOLDERS: readonly string[] = [
	'gpu.index',
	'gpu.uuid',
	'numa_node',
	'run_id',
	'run_dir',
	'device',
	'work_dir',
	'start_dir',
	'python',
];

type Declared = {readonly axes: JsonObject; readonly params: JsonObject};

/** A path of `inputs` or `config`, whose placeholders are known before there is a run. */
export const fillDeclared = (text: string, declared: Declared): string =>
	fill(text, (name) => lookUpDeclared(name, declared));

const fill = (text: string, look: Lookup): string =>
	text.replace(/\$\{([^{}]*)\}/g, (whole, name: string) => look(name) ?? whole);

function lookUpDeclared(name: string, {axes, params}: Declared): string | undefined {
	const [group, key = ''] = name.split(/\.(.*)/s);
	if (group === 'axes') return toText(axes[key]);
	return group === 'params' ? toText(params[key]) : undefined;
}

const toText = (value: Json | undefined): string | undefined =>
	value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);

/** What the inputs of a cell hold, short; null where it has none. */
export function digestInputs({inputs = [], config, given}: CommandWorkload, declared: Declared): string | null {
	const patterns = [...inputs, ...(config === undefined ? [] : [config])];
	const found = patterns.flatMap((pattern) => given?.inputs?.[fillDeclared(pattern, declared)]?.sha256 ?? []);
	return found.length === 0 ? null : found.map((sha256) => sha256.slice(0, found.length === 1 ? 16 : 12)).join('+');
}
