import type {Model, TestSettings} from './suite.ts';

/** Keys of `experiment.test`, apart from the schema: a screen that names them need not load what checks suites. */
export const TEST_KEYS = [
	'num_samples',
	'batch_size',
	'warmup_samples',
	'memory_size_mb',
	'tensor_shape',
	'compile_model',
	'compile_mode',
	'pipeline_mode',
	'preprocessing_mode',
	'queue_depth',
	'execution',
	'min_window_s',
	'measure_floors',
	'timeout_s',
] as const satisfies readonly (keyof TestSettings)[];

/** Keys that shape a model; it may set any of the test's keys beside them. */
export const MODEL_KEYS = [
	'patch_size',
	'depth',
	'heads',
	'dim',
	'mlp_dim',
] as const satisfies readonly (keyof Model)[];
