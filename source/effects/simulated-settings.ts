import {UserError} from '../domain/errors.ts';
import type {JsonObject} from '../domain/json.ts';
import {findGpu, formatCpuList, type Gpu, type Topology} from '../domain/topology.ts';
import type {LaunchRequest} from '../engine/ports.ts';

/** What a command line of the bundled pipeline asks for, and where. */
export type SimulatedSettings = {
	readonly gpu: Gpu;
	/** Bound to it; null when it may run anywhere. */
	readonly node: number | null;
	readonly name: string;
	readonly samples: number;
	readonly batchSize: number;
	readonly warmupSamples: number;
	readonly poolMiB: number;
	/** Channels, height, width. */
	readonly shape: readonly number[];
	readonly patchSize: number;
	readonly depth: number;
	readonly heads: number;
	readonly dim: number;
	readonly mlpDim: number;
	/** Null when it runs eagerly. */
	readonly compileMode: string | null;
	readonly isAsync: boolean;
	readonly preprocessing: string;
	readonly queueDepth: number;
	readonly execution: string;
	/** Seconds that the window lasts at least. */
	readonly minWindowS: number;
	readonly measuresFloors: boolean;
};

type Options = ReadonlyMap<string, readonly string[]>;

/** Reads a command as buildCommand makes it; throws what cannot be played, because to invent it would be worse. */
export function readSettings({argv, env}: Pick<LaunchRequest, 'argv' | 'env'>, topology: Topology): SimulatedSettings {
	const options = readOptions(argv);
	const gpu = findVisibleGpu(env.CUDA_VISIBLE_DEVICES ?? '', topology);
	if (!argv.some((word) => /(?:vit_pipeline\.py|reference-pipeline)$/.test(word))) throw refuse('another workload');
	if (options.get('--device')?.[0] !== 'cuda' || !gpu) throw refuse('a CPU');
	const number = (flag: string): number => readNumbers(options, flag)[0] as number;
	return {
		gpu,
		node: readNode(argv, options, topology),
		name: options.get('--name')?.[0] ?? '',
		samples: number('--num-samples'),
		batchSize: number('--batch-size'),
		warmupSamples: number('--warmup-samples'),
		poolMiB: number('--memory-size-mb'),
		shape: readNumbers(options, '--shape'),
		patchSize: number('--vit-patch-size'),
		depth: number('--vit-depth'),
		heads: number('--vit-heads'),
		dim: number('--vit-dim'),
		mlpDim: number('--vit-mlp-dim'),
		compileMode: options.has('--compile-model') ? (options.get('--compile-mode')?.[0] ?? 'default') : null,
		isAsync: options.get('--pipeline-mode')?.[0] !== 'sync',
		preprocessing: options.get('--preprocessing-mode')?.[0] ?? 'none',
		queueDepth: number('--queue-depth'),
		execution: options.get('--execution')?.[0] ?? 'eager',
		minWindowS: number('--min-window-s'),
		measuresFloors: !options.has('--no-measure-floors'),
	};
}

/** The configuration that such a run confirms, with the keys of vit_pipeline.py; null for a key without meaning in it. */
export function describeEffective(settings: SimulatedSettings): JsonObject {
	const model = settings.depth > 0;
	return {
		num_samples: settings.samples,
		warmup_samples: settings.warmupSamples,
		batch_size: settings.batchSize,
		memory_size_mb: settings.poolMiB,
		tensor_shape: settings.shape,
		image_shape: fitToPatch(settings),
		compile_model: model ? settings.compileMode !== null : null,
		compile_mode: model ? settings.compileMode : null,
		patch_size: model ? settings.patchSize : null,
		depth: settings.depth,
		heads: model ? settings.heads : null,
		dim: model ? settings.dim : null,
		mlp_dim: model ? settings.mlpDim : null,
		pipeline_mode: settings.isAsync ? 'async' : 'sync',
		preprocessing_mode: settings.preprocessing,
		queue_depth: settings.isAsync ? settings.queueDepth : null,
		execution: settings.execution,
		min_window_s: settings.minWindowS,
		measure_floors: settings.measuresFloors,
		dtype: 'float32',
		device: 'cuda',
		d2h_source: 'output',
		simulated: true,
	};
}

/** The shape that the model sees: sides rounded up to whole patches. */
export function fitToPatch({shape, patchSize, depth}: SimulatedSettings): readonly [number, number, number] {
	const [channels = 1, height = 1, width = 1] = shape;
	const fit = (side: number) => (depth > 0 ? Math.ceil(side / patchSize) * patchSize : side);
	return [channels, fit(height), fit(width)];
}

function readOptions(argv: readonly string[]): Options {
	const options = new Map<string, string[]>();
	let values: string[] = [];
	for (const word of argv) {
		if (word.startsWith('--')) {
			const [flag = '', value] = word.split('=');
			values = value === undefined ? [] : [value];
			options.set(flag, values);
		} else values.push(word);
	}
	return options;
}

function readNumbers(options: Options, flag: string): readonly number[] {
	const numbers = options.get(flag)?.map(Number) ?? [];
	if (numbers.length > 0 && numbers.every(Number.isFinite)) return numbers;
	throw new UserError(`The simulation found no number after ${flag} in the command.`, {
		tryThis: ['warpdeck plan --json   # shows the argv of each experiment'],
	});
}

const findVisibleGpu = (visible: string, topology: Topology): Gpu | undefined =>
	topology.gpus.find(({uuid}) => uuid === visible) ??
	(/^\d+$/.test(visible) ? findGpu(topology, Number(visible)) : undefined);

/** numactl names the node, taskset only its CPUs. */
function readNode(argv: readonly string[], options: Options, {nodes}: Topology): number | null {
	const named = options.get('--membind')?.[0];
	if (named !== undefined) return Number(named);
	const cpus = argv[0] === 'taskset' ? argv[2] : undefined;
	return nodes.find((node) => node.cpus.length > 0 && formatCpuList(node.cpus) === cpus)?.id ?? null;
}

const refuse = (what: string): UserError =>
	new UserError(`The simulation plays the bundled vit_pipeline on GPUs, and not ${what}.`, {
		tryThis: ['warpdeck run quick_test --simulate FILE', 'leave --simulate out to run it for real'],
	});
