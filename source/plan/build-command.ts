import {type CommandOutput, pickOutput} from '../domain/command-output-keys.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {findGpu, findNode, formatCpuList, type Topology} from '../domain/topology.ts';
import {isNamed, type NamedWorkload, toFlag, type Workload} from '../domain/workload.ts';
import {fillOutput} from './fill-output.ts';
import {canServe} from './isolation.ts';
import {wrapInProfiler} from './profiler-command.ts';
import {nameWorker} from './worker.ts';

/** What is known where an experiment is launched. */
export type CommandContext = {
	/** By the number of the experiment's job. */
	readonly workloadOf: (job: number) => Workload;
	readonly topology: Topology;
	/** Interpreter that has PyTorch. */
	readonly python: string | null;
	/** Path of vit_pipeline.py. */
	readonly pipeline: string;
	/** How warpdeck starts itself, for the reference pipeline. */
	readonly warpdeck: readonly string[];
	readonly runDir: string;
	/** Working folder of workloads that name none. */
	readonly cwd: string;
};

export type Command = {
	readonly argv: readonly string[];
	/** What is added to the environment. */
	readonly env: {readonly [name: string]: string};
	readonly cwd: string;
	/** The command starts a process that serves others too, and this is what it is asked; absent: it runs just this. */
	readonly worker?: {readonly key: string; readonly request: JsonObject};
	/** What it leaves, and where; absent where the suite says nothing of that. */
	readonly output?: CommandOutput;
};

/** The exact command of an experiment; no part of it ever passes through a shell. */
export const buildCommand = (experiment: Experiment, context: CommandContext): Command =>
	wrapInProfiler(experiment, buildBare(experiment, context), context.runDir);

function buildBare(experiment: Experiment, context: CommandContext): Command {
	const workload = context.workloadOf(experiment.job);
	if (isServed(experiment, workload)) return buildServed(workload, experiment, context);
	const {argv, env, cwd} = buildProgram(workload, experiment, context);
	return {
		argv: [...buildBinding(experiment, context.topology), ...argv],
		env: {...buildDevice(experiment, context.topology), ...env},
		cwd,
		...describeOutput(workload, experiment, context),
	};
}

function describeOutput(workload: Workload, experiment: Experiment, context: CommandContext): Pick<Command, 'output'> {
	const output = workload === 'vit_pipeline' || isNamed(workload) ? null : pickOutput(workload);
	return output ? {output: fillOutput(output, (text) => fill(text, experiment, context))} : {};
}

type Served = 'vit_pipeline' | NamedWorkload;

/** A command of the user's takes no requests, and the reference pipeline starts at once anyway. */
const isServed = ({isolation, device}: Experiment, workload: Workload): workload is Served =>
	isolation === 'block' && canServe({workload, device, params: {}});

function buildServed(workload: Served, experiment: Experiment, context: CommandContext): Command {
	const {topology, python, cwd} = context;
	const {program, settings} = isNamed(workload)
		? buildNamedWorker(workload, experiment, context)
		: buildPipelineWorker(experiment, context);
	return {
		argv: [...buildBinding(experiment, topology), python ?? 'python3', '-u', ...program],
		env: buildDevice(experiment, topology),
		cwd,
		worker: {key: nameWorker(experiment), request: {run_id: experiment.id, ...settings}},
	};
}

/** The words that start a worker, and what it is asked once it is there. */
type Worker = {readonly program: readonly string[]; readonly settings: JsonObject};

const buildPipelineWorker = ({device, runId, params}: Experiment, {pipeline}: CommandContext): Worker => ({
	program: [pipeline, '--serve', '--device', device, '--gpu-id', '0'],
	settings: {name: runId, ...listSettings(params)},
});

/** The device holds for the process, so it stands on the command line. */
function buildNamedWorker(workload: NamedWorkload, experiment: Experiment, context: CommandContext): Worker {
	const described = listDescribed(workload, experiment);
	const words = described.flatMap(({parameter, value}) =>
		parameter.name === 'device' ? toFlag(parameter, value) : [],
	);
	const asked = described.filter(({parameter}) => parameter.name !== 'device');
	return {
		program: [findNamed(workload, context), '--serve', ...words],
		settings: Object.fromEntries(asked.map(({parameter, value}) => [parameter.name, value])),
	};
}

function buildProgram(workload: Workload, experiment: Experiment, context: CommandContext): Command {
	const {cwd} = context;
	if (workload === 'vit_pipeline') return {argv: buildPipeline(experiment, context), env: {}, cwd};
	if (isNamed(workload)) return {argv: buildNamed(workload, experiment, context), env: {}, cwd};
	return {
		argv: fillAll(workload.command, experiment, context),
		env: fillValues(workload.env, experiment, context),
		cwd: workload.cwd === undefined ? cwd : fill(workload.cwd, experiment, context),
	};
}

function buildNamed(workload: NamedWorkload, experiment: Experiment, context: CommandContext): readonly string[] {
	const words = listDescribed(workload, experiment).flatMap(({parameter, value}) => toFlag(parameter, value));
	return [context.python ?? 'python3', '-u', findNamed(workload, context), ...words];
}

const findNamed = ({file}: NamedWorkload, {pipeline}: CommandContext): string =>
	file.includes('/') ? file : pipeline.replace(/[^/]*$/, file);

/** What it describes and the suite declares; device and name where it takes them. */
function listDescribed({parameters}: NamedWorkload, {params, device, runId}: Experiment) {
	const settings: JsonObject = {...params, device, name: runId};
	return parameters.flatMap((parameter) => {
		const value = settings[parameter.name];
		return value === undefined ? [] : [{parameter, value}];
	});
}

function buildBinding({binding, memoryNode}: Experiment, topology: Topology): readonly string[] {
	if (binding.kind === 'strict')
		return ['numactl', `--cpunodebind=${binding.node}`, `--membind=${memoryNode ?? binding.node}`];
	if (binding.kind === 'off') return [];
	return ['taskset', '-c', formatCpuList(findNode(topology, binding.node)?.cpus ?? [])];
}

/** By UUID, because indexes depend on an order that CUDA and nvidia-smi do not share. */
function buildDevice({device, gpuId}: Experiment, topology: Topology): Command['env'] {
	const common = {PYTHONUNBUFFERED: '1'};
	if (device !== 'cuda' || gpuId === null) return {...common, CUDA_VISIBLE_DEVICES: ''};
	const uuid = findGpu(topology, gpuId)?.uuid ?? String(gpuId);
	return {...common, CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: uuid};
}

function buildPipeline(experiment: Experiment, {python, pipeline, warpdeck}: CommandContext): readonly string[] {
	const settings = buildPipelineSettings(experiment);
	if (experiment.device === 'cpu-reference') return [...warpdeck, 'reference-pipeline', ...settings];
	return [python ?? 'python3', '-u', pipeline, '--device', experiment.device, ...settings];
}

const PIPELINE_OPTIONS: readonly (readonly [option: string, key: string])[] = [
	['--shape', 'tensor_shape'],
	['--num-samples', 'num_samples'],
	['--batch-size', 'batch_size'],
	['--warmup-samples', 'warmup_samples'],
	['--memory-size-mb', 'memory_size_mb'],
	['--vit-patch-size', 'patch_size'],
	['--vit-depth', 'depth'],
	['--vit-heads', 'heads'],
	['--vit-dim', 'dim'],
	['--vit-mlp-dim', 'mlp_dim'],
	['--pipeline-mode', 'pipeline_mode'],
	['--preprocessing-mode', 'preprocessing_mode'],
	['--queue-depth', 'queue_depth'],
	['--execution', 'execution'],
	['--min-window-s', 'min_window_s'],
];

/** What a worker is asked, by the keys of the workload's own `--describe`. */
function listSettings(params: JsonObject): JsonObject {
	const settings = PIPELINE_OPTIONS.flatMap(([, key]) => (params[key] === undefined ? [] : [[key, params[key]]]));
	const compiled =
		params.compile_model === true ? {compile_model: true, compile_mode: params.compile_mode ?? null} : {};
	return {
		...Object.fromEntries(settings),
		...(params.measure_floors === false ? {measure_floors: false} : {}),
		...compiled,
	};
}

/** What the bundled pipeline is told by number. */
export const PIPELINE_KEYS: readonly string[] = PIPELINE_OPTIONS.map(([, key]) => key);

/** The same settings as options of a command line. */
export function buildPipelineSettings({runId, params}: Pick<Experiment, 'runId' | 'params'>): readonly string[] {
	const listed = PIPELINE_OPTIONS.flatMap(([option, key]) => [option, ...toArguments(params[key])]);
	const compiled =
		params.compile_model === true ? ['--compile-model', '--compile-mode', String(params.compile_mode)] : [];
	const withoutFloors = params.measure_floors === false ? ['--no-measure-floors'] : [];
	// One visible GPU is GPU 0 to the program.
	return ['--name', runId, '--gpu-id', '0', ...listed, ...withoutFloors, ...compiled];
}

const toArguments = (value: Json | undefined): readonly string[] =>
	Array.isArray(value) ? value.map(String) : [String(value)];

const fillAll = (texts: readonly string[], experiment: Experiment, context: CommandContext): readonly string[] =>
	texts.map((text) => fill(text, experiment, context));

const fillValues = (
	values: {readonly [name: string]: string},
	experiment: Experiment,
	context: CommandContext,
): Command['env'] =>
	Object.fromEntries(Object.entries(values).map(([name, text]) => [name, fill(text, experiment, context)]));

function fill(text: string, experiment: Experiment, context: CommandContext): string {
	return text.replace(/\$\{([^{}]*)\}/g, (whole, name: string) => lookUp(name, experiment, context) ?? whole);
}

function lookUp(name: string, experiment: Experiment, {topology, runDir}: CommandContext): string | undefined {
	const {gpuId, numaNode, runId, axes, params} = experiment;
	const [group, key = ''] = name.split(/\.(.*)/s);
	if (group === 'axes') return toText(axes[key]);
	if (group === 'params') return toText(params[key]);
	const gpu = gpuId === null ? undefined : findGpu(topology, gpuId);
	const known: {readonly [name: string]: string} = {
		'gpu.index': gpuId === null ? '' : String(gpuId),
		'gpu.uuid': gpu?.uuid ?? '',
		numa_node: numaNode === null ? '' : String(numaNode),
		run_id: runId,
		run_dir: runDir,
	};
	return known[name];
}

const toText = (value: Json | undefined): string | undefined =>
	value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
