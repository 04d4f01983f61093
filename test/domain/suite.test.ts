import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {suiteSchema} from '../../source/domain/suite.ts';
import {findKnownKeys, listKnownPaths} from '../../source/domain/suite-keys.ts';

const parse = (experiment: object) => suiteSchema.safeParse({experiment: {name: 'own', ...experiment}});
const faults = (experiment: object): readonly string[] =>
	(parse(experiment).error?.issues ?? []).map(({path}) => path.join('.'));
const MODEL = {patch_size: 32, depth: 2, heads: 4, dim: 256, mlp_dim: 1024};

suite('a suite', () => {
	test('needs a name and nothing else: every other key has a value, or one that follows from the rest', () => {
		const {experiment, output} = suiteSchema.parse({experiment: {name: 'own'}});

		assert.deepEqual(
			[experiment.max_workers, experiment.resume, experiment.blocks, experiment.order, experiment.exclusive],
			[1, true, 1, undefined, undefined],
		);
		assert.deepEqual([experiment.warmup_blocks, experiment.control, experiment.isolation], [0, false, 'process']);
		assert.deepEqual(experiment.hardware, {
			gpu_ids: 'auto',
			numa_nodes: 'auto',
			device: 'auto',
			binding: 'strict',
			split_binding: false,
		});
		assert.deepEqual(
			[experiment.workload, experiment.duplicates, output.base_dir],
			['vit_pipeline', 'once', 'outputs'],
		);
		assert.deepEqual(experiment.telemetry, {hz: 1, pcie_traffic: false});
	});

	for (const [what, experiment, fault] of [
		['a key that nothing reads', {colour: 'red'}, 'experiment'],
		['an unknown key of its test', {test: {batchsize: 1}}, 'experiment.test'],
		['an unknown key of a model', {vit_configs: [{...MODEL, width: 1}]}, 'experiment.vit_configs.0'],
		['a model without a depth', {vit_configs: [{...MODEL, depth: undefined}]}, 'experiment.vit_configs.0.depth'],
		['a width that its heads do not divide', {vit_configs: [{...MODEL, heads: 3}]}, 'experiment.vit_configs.0.heads'],
		['no workers', {max_workers: 0}, 'experiment.max_workers'],
		['an axis without values', {axes: {size: []}}, 'experiment.axes.size'],
		['an axis that no placeholder can name', {axes: {'a-b': [1]}}, 'experiment.axes.a-b'],
		['a hundred samples of the GPUs a second', {telemetry: {hz: 100}}, 'experiment.telemetry.hz'],
		['a text where a number belongs', {test: {num_samples: '10'}}, 'experiment.test.num_samples'],
	] as const) {
		test(`with ${what} is refused at ${fault}`, () => {
			assert.deepEqual(faults(experiment), [fault]);
		});
	}

	test('may have a model that computes nothing, whatever its heads are', () => {
		assert.deepEqual(faults({vit_configs: [{...MODEL, depth: 0, heads: 7}]}), []);
	});

	test('takes 0 samples of warm-up, which is not the same as none given', () => {
		assert.equal(parse({test: {warmup_samples: 0}}).data?.experiment.test.warmup_samples, 0);
		assert.equal(parse({}).data?.experiment.test.warmup_samples, 100);
	});
});

suite('the known keys', () => {
	test('are those of the schema at each place, lists and dictionaries included', () => {
		assert.deepEqual(findKnownKeys(['experiment', 'hardware']), [
			'gpu_ids',
			'numa_nodes',
			'device',
			'binding',
			'split_binding',
		]);
		assert.ok(findKnownKeys(['experiment', 'vit_configs', 0])?.includes('numa_node'));
		assert.deepEqual(findKnownKeys([]), ['experiment', 'output']);
	});

	test('are any where a dictionary is open, and none where there is nothing below', () => {
		assert.equal(findKnownKeys(['experiment', 'axes']), null);
		assert.deepEqual(findKnownKeys(['experiment', 'name']), []);
		assert.deepEqual(findKnownKeys(['experiment', 'nothing', 'here']), []);
	});

	test('are all listed with their full names, once each', () => {
		const paths = listKnownPaths();

		for (const path of [
			'experiment.test.batch_size',
			'experiment.vit_configs.*.depth',
			'experiment.workload.command',
			'output.base_dir',
		]) {
			assert.ok(paths.includes(path), path);
		}
		assert.equal(new Set(paths).size, paths.length);
	});
});
