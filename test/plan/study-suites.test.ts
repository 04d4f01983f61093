import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {MODEL_KEYS, TEST_KEYS} from '../../source/domain/setting-names.ts';
import {commandsOf, countDistinct, ownSuite, planLine, planOwn} from '../rig/suites.ts';

const countOf = (name: string): string => {
	const plan = planLine(`experiment=${name}`);
	return `${plan.cells.length} cells, ${countDistinct(plan)} distinct, ${plan.experiments.length} executions`;
};

suite('the studies, on a host of four nodes', () => {
	const counts = {
		compile_study: '18 cells, 18 distinct, 54 executions',
		resolution_study: '14 cells, 14 distinct, 42 executions',
		transfer_study: '168 cells, 168 distinct, 504 executions',
	};
	for (const [name, count] of Object.entries(counts)) {
		test(`${name} has ${count}`, () => assert.equal(countOf(name), count));
	}

	test('compile_study has each of six models eager, compiled by default and with reduce-overhead', () => {
		const models = planLine('experiment=compile_study').cells.map(({params}) => {
			const shape = [params.patch_size, params.depth, params.dim].join('x');
			return [shape, params.compile_model === true ? params.compile_mode : 'eager'] as const;
		});
		const modes = Map.groupBy(models, ([shape]) => shape);

		assert.equal(modes.size, 6);
		for (const own of modes.values()) {
			assert.deepEqual(
				own.map(([, mode]) => mode),
				['eager', 'default', 'reduce-overhead'],
			);
		}
	});

	test('transfer_study crosses sizes of powers of four with memory and direction, on every node', () => {
		const {cells} = planLine('experiment=transfer_study');
		const listOf = (key: string) => [...new Set(cells.map(({axes}) => axes[key]))];

		assert.deepEqual(listOf('size_kib'), [64, 256, 1024, 4096, 16384, 65536, 262144]);
		assert.deepEqual(
			[listOf('memory'), listOf('direction')],
			[
				['pinned', 'pageable'],
				['h2d', 'd2h', 'both'],
			],
		);
		assert.deepEqual([...new Set(cells.map(({numaNode}) => numaNode))], [0, 1, 2, 3]);
	});

	test('resolution_study gives each model the shape of its name', () => {
		for (const {model, params} of planLine('experiment=resolution_study').cells) {
			const side = Number(/_(\d+)px$/.exec(model ?? '')?.[1]);
			assert.deepEqual(params.tensor_shape, [3, side, side], model ?? '');
		}
	});
});

/** One value for each key of a model, none of them the default. */
const OTHER = {
	patch_size: 16,
	depth: 3,
	heads: 2,
	dim: 64,
	mlp_dim: 96,
	num_samples: 12,
	batch_size: 3,
	warmup_samples: 6,
	memory_size_mb: 9,
	tensor_shape: [3, 48, 32],
	compile_model: true,
	compile_mode: 'reduce-overhead',
	pipeline_mode: 'sync',
	preprocessing_mode: 'gpu',
	queue_depth: 5,
	execution: 'graph',
	min_window_s: 0.25,
	measure_floors: false,
	timeout_s: 77,
};

test('every key of a model reaches the command, or the time limit of its experiment', () => {
	const vit = {...OTHER, name: 'all'};
	const [experiment] = planOwn({vit_configs: [vit]}).experiments;
	const [command] = [...commandsOf('experiment=own', {suites: [ownSuite({vit_configs: [vit]})]}).values()];

	assert.deepEqual(Object.keys(OTHER).toSorted(), [...MODEL_KEYS, ...TEST_KEYS].toSorted());
	assert.deepEqual(experiment?.params, OTHER);
	assert.equal(experiment?.timeoutMs, 77_000);
	assert.ok(
		command?.argv
			.join(' ')
			.endsWith(
				'--shape 3 48 32 --num-samples 12 --batch-size 3 --warmup-samples 6 --memory-size-mb 9 --vit-patch-size 16' +
					' --vit-depth 3 --vit-heads 2 --vit-dim 64 --vit-mlp-dim 96 --pipeline-mode sync --preprocessing-mode gpu' +
					' --queue-depth 5 --execution graph --min-window-s 0.25 --no-measure-floors' +
					' --compile-model --compile-mode reduce-overhead',
			),
	);
});
