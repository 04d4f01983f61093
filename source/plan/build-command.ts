import type {Experiment} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {findNode, formatCpuList, type Topology} from '../domain/topology.ts';
import {isNamed, type NamedWorkload, toFlag, type Workload} from '../domain/workload.ts';
import {type Command, fillCommand} from './fill-command.ts';
import {canServe} from './isolation.ts';
import {wrapInProfiler} from './profiler-command.ts';
import {tellDevice} from './tell-device.ts';
import {nameWorker} from './worker.ts';

export type {Command} from './fill-command.ts';

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

/** The exact command of an experiment; no part of it ever passes through a shell. */
export const buildCommand = (experiment: Experiment, context: CommandContext): Command =>
	wrapInProfiler(experiment, buildBare(experiment, context), context.runDir);

function buildBare(experiment: Experiment, context: CommandContext): Command {
	const workload = context.workloadOf(experiment.job);
	if (isServed(experiment, workload)) return buildServed(workload, experiment, context);
	const program = buildProgram(workload, experiment, context);
	return {...program, argv: [...buildBinding(experiment, context.topology), ...program.argv]};
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
		env: tellDevice('uuid', experiment, topology),
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

/** Without what binds it to its node. */
export function buildProgram(workload: Workload, experiment: Experiment, context: CommandContext): Command {
	if (workload !== 'vit_pipeline' && !isNamed(workload)) return fillCommand(workload, experiment, context);
	const argv = isNamed(workload) ? buildNamed(workload, experiment, context) : buildPipeline(experiment, context);
	return {argv, env: tellDevice('uuid', experiment, context.topology), cwd: context.cwd};
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
