import {z} from 'zod';
import {campaignKeys} from './campaign-keys.ts';
import {commandKeys} from './command-keys.ts';
import {commandOutputKeys} from './command-output-keys.ts';
import {policyKeys} from './policy-keys.ts';
import {profilerKeys} from './profiler-keys.ts';
import {searchKeys} from './search-keys.ts';
import type {NamedWorkload} from './workload.ts';

const positive = z.int().positive();
const natural = z.int().nonnegative();
const seconds = z.number().positive();

/** The spelling of the suites that exist is taken too. */
const shortenMode = (mode: string) => (mode.startsWith('async') ? 'async' : 'sync');

/** Keys of `experiment.test`; a model may set any of them for itself. */
const testKeys = {
	/** Samples of one pass; the timed window consists of whole passes. */
	num_samples: positive,
	/** Samples a batch. */
	batch_size: positive,
	/** Samples before the timed window; 0 switches the warm-up off. */
	warmup_samples: natural,
	/** Pinned host memory that holds the input batches, MiB. */
	memory_size_mb: positive,
	/** Channels, height, width. */
	tensor_shape: z.tuple([positive, positive, positive]),
	compile_model: z.boolean(),
	compile_mode: z.enum(['default', 'reduce-overhead', 'max-autotune']),
	/** async: copies and compute overlap on three streams; sync: one batch after the other. */
	pipeline_mode: z.enum(['async', 'sync', 'asynchronous', 'synchronous']).transform(shortenMode),
	/** Where samples are normalised: nowhere, on the CPU before the copy, on the device after it. */
	preprocessing_mode: z.enum(['none', 'cpu', 'gpu']),
	/** Input buffers on the device, and as many outputs in flight. */
	queue_depth: positive,
	/** eager: each kernel is launched by itself; graph: CUDA graphs of several batches are replayed. */
	execution: z.enum(['eager', 'graph']),
	/** Passes are repeated until the window has this many seconds; 0 measures one pass. */
	min_window_s: z.number().nonnegative(),
	/** Whether each stage is measured alone after the window. */
	measure_floors: z.boolean(),
	/** Seconds from launch to SIGTERM. */
	timeout_s: seconds,
} as const;

const testSchema = z.strictObject({
	num_samples: testKeys.num_samples.default(1000),
	batch_size: testKeys.batch_size.default(10),
	warmup_samples: testKeys.warmup_samples.default(100),
	memory_size_mb: testKeys.memory_size_mb.default(512),
	tensor_shape: testKeys.tensor_shape.default([3, 224, 224]),
	compile_model: testKeys.compile_model.default(false),
	compile_mode: testKeys.compile_mode.default('default'),
	pipeline_mode: testKeys.pipeline_mode.default('async'),
	preprocessing_mode: testKeys.preprocessing_mode.default('none'),
	queue_depth: testKeys.queue_depth.default(2),
	execution: testKeys.execution.default('eager'),
	min_window_s: testKeys.min_window_s.default(1),
	measure_floors: testKeys.measure_floors.default(true),
	timeout_s: testKeys.timeout_s.default(600),
});

const modelSchema = z
	.strictObject({
		/** A label for people; run_ids are made from the values. */
		name: z.string().min(1).optional(),
		patch_size: positive,
		/** Transformer layers; 0 only moves data. */
		depth: natural,
		heads: positive,
		dim: positive,
		mlp_dim: positive,
		/** Binds this model to one node, whatever `hardware.numa_nodes` lists. */
		numa_node: natural.optional(),
		/** Seconds that an experiment of this model is expected to take. */
		expected_s: seconds.optional(),
		...z.strictObject(testKeys).partial().shape,
	})
	.refine(({dim, heads, depth}) => depth === 0 || dim % heads === 0, {
		message: 'dim must be a multiple of heads',
		path: ['heads'],
	});

/** `0` is taken as `[0]`, because `-m …numa_nodes=0,2` gives each job one number. */
const indexList = z.union([natural.transform((index) => [index]), z.array(natural)]);

const hardwareSchema = z.strictObject({
	gpu_ids: z.union([z.literal('auto'), indexList]).default('auto'),
	numa_nodes: z.union([z.enum(['auto', 'local', 'remote', 'all']), indexList]).default('auto'),
	device: z.enum(['auto', 'cuda', 'cpu']).default('auto'),
	binding: z.enum(['strict', 'cpu', 'off', 'auto']).default('strict'),
	/** Binds CPUs and memory apart: every node for the CPUs with every node for the memory, to tell which of both costs. */
	split_binding: z.boolean().default(false),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const commandFields = z.strictObject({
	/** The program and its arguments; never passed through a shell. Absent where `entry` chooses one. */
	command: z.array(z.string()).min(1).optional(),
	env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
	/** Working folder; the folder that warpdeck was started in when absent. */
	cwd: z.string().optional(),
	...commandKeys,
	...commandOutputKeys,
});

const commandSchema = commandFields
	.refine(({command, entry}) => command !== undefined || entry !== undefined, {
		message: 'it is a list of texts, one at least, or entry chooses one',
		path: ['command'],
	})
	.refine(({command, entry}) => command === undefined || entry === undefined, {
		message: 'there is command or entry, not both',
		path: ['entry'],
	})
	.refine(({config, entry}) => entry === undefined || config !== undefined, {
		message: 'it is the path of the file by which entry chooses',
		path: ['config'],
	})
	.refine(({config, config_overrides}) => config_overrides === undefined || config !== undefined, {
		message: 'it is the path of the file of which a copy is changed',
		path: ['config'],
	})
	.transform(({command = [], ...rest}) => ({command, ...rest}));

/** Its file and its parameters are looked up where the suite is composed. */
const workloadName = z
	.string()
	.min(1)
	.transform((name): 'vit_pipeline' | NamedWorkload =>
		name === 'vit_pipeline' ? name : {name, file: '', parameters: []},
	);

const telemetrySchema = z.strictObject({
	/** Samples of the GPUs a second. */
	hz: z.number().min(0.1).max(10).default(1),
	/** Reads PCIe traffic too, one GPU a sample and never while something is timed: it takes the driver 40 ms. */
	pcie_traffic: z.boolean().default(false),
});

/** What an experiment takes, MiB; without it the peaks of earlier runs are gone by. */
const memorySchema = z.strictObject({
	/** Host memory of the whole process tree. */
	host_mb: positive.optional(),
	gpu_mb: positive.optional(),
});

/** When a GPU is given a rest, and what becomes of its queue when it is given up. */
const guardsSchema = z.strictObject({
	/** A hotter GPU starts nothing before it is 5 degrees cooler than this. */
	max_celsius: z.number().positive().optional(),
	/** Whether a GPU that slows itself down starts the next experiment. */
	throttling: z.enum(['pause', 'ignore']).default('pause'),
	/** Whether experiments of a lost GPU may run on another one of its kind. */
	move: z.boolean().default(false),
});

const experimentSchema = z.strictObject({
	name: z.string().min(1),
	description: z.string().default(''),
	/** Upper bound of experiments that run at once; never more than one a GPU. */
	max_workers: positive.default(1),
	/** Whether a new run mentions an unfinished one of its suite; only the command `resume` goes on with it. */
	resume: z.boolean().default(true),
	test: testSchema.prefault({}),
	hardware: hardwareSchema.prefault({}),
	vit_configs: z.array(modelSchema).optional(),
	workload: z.union([workloadName, commandSchema]).default('vit_pipeline'),
	/** Named lists that are crossed with GPUs, nodes and models. */
	axes: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.array(scalar).min(1)).default({}),
	/** Repetitions of all cells. */
	blocks: positive.default(1),
	/** Repetitions before them, which count in no figure. */
	warmup_blocks: natural.default(0),
	/** Measures each comparison's reference once more a block: local against local shows what the method finds where nothing is. */
	control: z.boolean().default(false),
	/** paired where blocks or a control make a comparison of it, else listed. */
	order: z.enum(['listed', 'interleaved', 'paired', 'longest']).optional(),
	/** process: an experiment has a process of its own; block: those of one lane, node and block share one that stays warm. */
	isolation: z.enum(['process', 'block']).default('process'),
	/** Seed of every random order; drawn and recorded when absent. */
	seed: natural.optional(),
	/** Seconds that an experiment is expected to take: a guess that measured durations replace. */
	expected_s: seconds.optional(),
	/** What an experiment must have for itself while it runs; host where nodes are compared, else gpu. */
	exclusive: z.enum(['gpu', 'socket', 'host']).optional(),
	memory: memorySchema.prefault({}),
	guards: guardsSchema.prefault({}),
	/** Whether programs of others on a GPU are waited for. */
	foreign: z.enum(['wait', 'ignore']).default('wait'),
	/** once: cells with equal effective configuration are run once and share the result. */
	duplicates: z.enum(['once', 'run']).default('once'),
	/** How the GPUs are watched; that of the first job holds for a whole sweep. */
	telemetry: telemetrySchema.prefault({}),
	...profilerKeys,
	...policyKeys,
	...searchKeys,
	...campaignKeys,
});

const outputSchema = z.strictObject({
	base_dir: z.string().min(1).default('outputs'),
	/** A folder in the run's folder. */
	nsys_reports_dir: z.string().min(1).default('nsys_reports'),
	logs_dir: z.string().min(1).default('logs'),
	/** Where a run is kept as one file when it has ended. */
	archive_dir: z.string().min(1).optional(),
	/** A file in the run's folder. */
	results_file: z
		.string()
		.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.json$/, 'it is a plain file name that ends in .json')
		.refine((name) => name !== 'experiment_summary.json', 'that name belongs to the summary')
		.default('results.json'),
});

export const suiteSchema = z.strictObject({experiment: experimentSchema, output: outputSchema.prefault({})});

/** A composed and completed suite: what a plan is expanded from. */
export type Suite = z.output<typeof suiteSchema>;
export type SuiteExperiment = Suite['experiment'];
export type TestSettings = SuiteExperiment['test'];
export type Model = NonNullable<SuiteExperiment['vit_configs']>[number];
export type {Workload} from './workload.ts';
export type BindingMode = SuiteExperiment['hardware']['binding'];
