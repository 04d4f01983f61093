import assert from 'node:assert/strict';
import {findHuman, findSaid, type Printed} from './run-workloads.ts';

/** The lines that users of the replaced script parse, in their order; the values are those of `smallArguments()`. */
export const expectedLines: readonly RegExp[] = [
	/^=== GPU NUMA Pipeline Performance Test ===$/,
	/^Process PID: \d+$/,
	/^CPU Affinity: \d+(-\d+)?(,\d+(-\d+)?)*$/,
	/^GPU ID: none$/,
	/^GPU: none \(.+\)$/,
	/^Compute Capability: none$/,
	/^Tensor Shape: \(3, 32, 32\)$/,
	/^Batch Size: 4$/,
	/^Total Samples: 8$/,
	/^Warmup Samples: 4$/,
	/^CPU Memory Pool: 8 MB \(random\)$/,
	/^ViT Config: patch_size=32, depth=2, heads=4, dim=128, mlp_dim=512$/,
	/^Pin Memory: False$/,
	/^Sync Frequency: 1$/,
	/^Deterministic: (True|False)$/,
	/^Compile Model: False \(mode: default\)$/,
	/^Allocating 8 MB CPU memory pool\.\.\.$/,
	/^CPU memory pool allocated: 8\.00 MB$/,
	/^Pre-generating test data\.\.\.$/,
	/^Generated 680 CPU tensors$/,
	/^Warmup phase: 4 samples\.\.\.$/,
	/^ {2}Progress: 100\.0% \(4\/4\)$/,
	/^Warmup completed$/,
	/^Test phase: 8 samples\.\.\.$/,
	/^ {2}Progress: 50\.0% \(4\/8\)$/,
	/^ {2}Progress: 100\.0% \(8\/8\)$/,
	/^=== Pipeline Results Summary ===$/,
	/^Test Samples: 8$/,
	/^Total Time: \d+\.\d{6}s$/,
	/^Average Throughput: \d+\.\d{2} samples\/s$/,
	/^=== Pipeline Test Completed ===$/,
];

export function assertPrintedInOrder(printed: Printed): void {
	const human = findHuman(printed);
	assert.equal(human.length, expectedLines.length, human.join('\n'));
	for (const [index, expected] of expectedLines.entries()) assert.match(human[index] ?? '', expected);
}

/** One latency a batch, samples that add up, a window that lies inside them: what the runner will check as well. */
export function assertConsistent(printed: Printed, metrics: Readonly<Record<string, unknown>>): void {
	const latencies = findSaid(printed, 'samples').flatMap((line) => line.latency_ms);
	assert.equal(latencies.length, metrics.batches);
	assert.ok(latencies.every((ms) => ms > 0));
	const windowS = Number(metrics.window_s);
	const samples = Number(metrics.samples);
	assert.ok(Math.abs(Number(metrics.throughput_samples_per_s) * windowS - samples) < 0.01 * samples);
	assert.ok(Math.max(...latencies) <= windowS * 1000);
}

export const metricKeys = [
	'batches',
	'compiled_graphs',
	'd2h_bytes',
	'floors',
	'graph_breaks',
	'h2d_bytes',
	'launch_gap_share',
	'not_steady',
	'output_checksum',
	'output_max_abs_diff',
	'output_max_rel_diff',
	'passes',
	'peak_gpu_memory_mib',
	'peak_host_memory_mib',
	'rate_change',
	'samples',
	'startup_s',
	'throughput_samples_per_s',
	'window_s',
];

export const effectiveKeys = [
	'batch_size',
	'batches_a_graph',
	'compile_mode',
	'compile_model',
	'cublas_workspace',
	'cudnn_benchmark',
	'd2h_source',
	'depth',
	'deterministic',
	'device',
	'dim',
	'dtype',
	'execution',
	'heads',
	'image_shape',
	'is_pinned',
	'measure_floors',
	'memory_size_mb',
	'min_window_s',
	'mlp_dim',
	'num_samples',
	'numa_balancing',
	'patch_size',
	'pipeline_mode',
	'preprocessing_mode',
	'queue_depth',
	'shared_hugepages',
	'tensor_shape',
	'tf32',
	'threads',
	'transparent_hugepages',
	'warmup_samples',
];
