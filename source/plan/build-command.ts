import type {Experiment} from '../domain/experiment.ts';
import type {Json} from '../domain/json.ts';
import type {Workload} from '../domain/suite.ts';
import {findGpu, findNode, formatCpuList, type Topology} from '../domain/topology.ts';

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
};

/** The exact command of an experiment; no part of it ever passes through a shell. */
export function buildCommand(experiment: Experiment, context: CommandContext): Command {
	const workload = context.workloadOf(experiment.job);
	const program =
		workload === 'vit_pipeline' ? buildPipeline(experiment, context) : fillAll(workload.command, experiment, context);
	const own = workload === 'vit_pipeline' ? {} : fillValues(workload.env, experiment, context);
	const cwd =
		workload === 'vit_pipeline' || workload.cwd === undefined ? context.cwd : fill(workload.cwd, experiment, context);
	return {
		argv: [...buildBinding(experiment, context.topology), ...program],
		env: {...buildDevice(experiment, context.topology), ...own},
		cwd,
	};
}

function buildBinding({binding}: Experiment, topology: Topology): readonly string[] {
	if (binding.kind === 'strict') return ['numactl', `--cpunodebind=${binding.node}`, `--membind=${binding.node}`];
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

/** What the bundled pipeline is told by number. */
export const PIPELINE_KEYS: readonly string[] = PIPELINE_OPTIONS.map(([, key]) => key);

function buildPipelineSettings({runId, params}: Experiment): readonly string[] {
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
