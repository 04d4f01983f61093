import type {JsonObject} from '../domain/json.ts';
import {readSetting} from './cpu-facts.ts';
import type {ReferenceSettings} from './reference-settings.ts';
import type {Stages} from './reference-stages.ts';

type Counted = {
	readonly samples: number;
	readonly passes: number;
	readonly warmedUp: number;
};

/** The configuration that ran, with the keys of vit_pipeline.py. null means that the key has no meaning in this run. */
export function readEffective(stages: Stages, settings: ReferenceSettings, counted: Counted): JsonObject {
	const {vit, pool} = stages;
	return {
		num_samples: counted.samples / counted.passes,
		warmup_samples: counted.warmedUp,
		batch_size: settings.batchSize,
		memory_size_mb: pool.byteLength / 2 ** 20,
		tensor_shape: settings.shape,
		image_shape: stages.imageShape,
		compile_model: vit ? false : null,
		compile_mode: null,
		patch_size: vit?.patchSize ?? null,
		depth: vit?.depth ?? 0,
		heads: vit?.heads ?? null,
		dim: vit?.dim ?? null,
		mlp_dim: vit?.mlpDim ?? null,
		pipeline_mode: 'sync',
		preprocessing_mode: settings.preprocessing,
		queue_depth: null,
		execution: 'eager',
		batches_a_graph: null,
		min_window_s: settings.minWindowS,
		measure_floors: null,
		dtype: 'float32',
		device: 'cpu-reference',
		is_pinned: false,
		tf32: false,
		deterministic: true,
		d2h_source: 'output',
		threads: 1,
		cudnn_benchmark: null,
		cublas_workspace: null,
		numa_balancing: readSetting('/proc/sys/kernel/numa_balancing'),
		transparent_hugepages: readSetting('/sys/kernel/mm/transparent_hugepage/enabled'),
		shared_hugepages: readSetting('/sys/kernel/mm/transparent_hugepage/shmem_enabled'),
	};
}
