import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findResult, runVitPipelines, skipWithoutTorch, smallArguments} from './run-workloads.ts';

type Knob = {readonly flags: string; readonly changes: Readonly<Record<string, unknown>>};

/** Each knob changed alone, and everything in the effective configuration that has to follow. */
const knobs: readonly Knob[] = [
	{flags: '--queue-depth 4', changes: {queue_depth: 4}},
	{flags: '--min-window-s 0.001', changes: {min_window_s: 0.001}},
	{flags: '--execution graph', changes: {}},
	{flags: '--queue-depth 1', changes: {queue_depth: 1}},
	{flags: '--pipeline-mode sync', changes: {pipeline_mode: 'sync', queue_depth: null}},
	{flags: '--preprocessing-mode cpu', changes: {preprocessing_mode: 'cpu'}},
	{flags: '--preprocessing-mode gpu', changes: {preprocessing_mode: 'gpu'}},
	{flags: '--batch-size 3', changes: {batch_size: 3}},
	{flags: '--num-samples 7', changes: {num_samples: 7}},
	{flags: '--memory-size-mb 3', changes: {memory_size_mb: 3}},
	{flags: '--shape 3 40 32', changes: {tensor_shape: [3, 40, 32], image_shape: [3, 64, 32]}},
	{flags: '--warmup-samples 0', changes: {warmup_samples: 0}},
	{flags: '--warmup-samples 5', changes: {warmup_samples: 5}},
	{flags: '--vit-patch-size 16', changes: {patch_size: 16}},
	{flags: '--vit-depth 1', changes: {depth: 1}},
	{flags: '--vit-heads 2', changes: {heads: 2}},
	{flags: '--vit-dim 64', changes: {dim: 64}},
	{flags: '--vit-mlp-dim 256', changes: {mlp_dim: 256}},
	{flags: '--deterministic', changes: {deterministic: true}},
	{
		flags: '--vit-depth 0',
		changes: {depth: 0, patch_size: null, heads: null, dim: null, mlp_dim: null, compile_model: null},
	},
];

suite('What vit_pipeline.py says it did follows what it was told', {skip: skipWithoutTorch}, () => {
	const [baseline, ...others] = skipWithoutTorch
		? []
		: runVitPipelines([smallArguments(), ...knobs.map(({flags}) => smallArguments(flags))]);

	test('when everything is told once', () => {
		assert.ok(baseline);
		const {threads, numa_balancing, transparent_hugepages, shared_hugepages, ...effective} =
			findResult(baseline).effective;
		assert.ok(Number(threads) >= 1);
		for (const setting of [numa_balancing, transparent_hugepages, shared_hugepages])
			assert.match(String(setting), /^(\d+|[a-z+]+)$/);
		assert.deepEqual(effective, {
			num_samples: 8,
			warmup_samples: 4,
			batch_size: 4,
			memory_size_mb: 8,
			tensor_shape: [3, 32, 32],
			image_shape: [3, 32, 32],
			compile_model: false,
			compile_mode: null,
			patch_size: 32,
			depth: 2,
			heads: 4,
			dim: 128,
			mlp_dim: 512,
			pipeline_mode: 'async',
			preprocessing_mode: 'none',
			queue_depth: 2,
			execution: 'eager',
			batches_a_graph: null,
			min_window_s: 0,
			measure_floors: false,
			dtype: 'float32',
			device: 'cpu',
			is_pinned: false,
			tf32: false,
			deterministic: false,
			cudnn_benchmark: false,
			cublas_workspace: null,
			d2h_source: 'output',
		});
	});

	for (const [index, {flags, changes}] of knobs.entries()) {
		test(`${flags} changes ${Object.keys(changes).join(', ') || 'nothing'} and nothing else`, () => {
			const printed = others[index];
			assert.ok(baseline && printed);
			assert.deepEqual(findResult(printed).effective, {...findResult(baseline).effective, ...changes});
		});
	}

	test('partial last batches count their own samples and bytes', () => {
		const printed = others[knobs.findIndex(({flags}) => flags === '--batch-size 3')];
		assert.ok(printed);
		const {metrics} = findResult(printed);
		assert.deepEqual([metrics.samples, metrics.batches, metrics.h2d_bytes], [8, 3, 8 * 3 * 32 * 32 * 4]);
	});

	test('a seed and a fill pattern change the output', () => {
		const checksums = runVitPipelines([
			smallArguments(),
			smallArguments('--seed 1'),
			smallArguments('--fill-pattern sequential'),
			smallArguments('--fill-pattern zeros'),
		]).map((printed) => findResult(printed).metrics.output_checksum);
		assert.equal(new Set(checksums).size, 4);
	});
});
