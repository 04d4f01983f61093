import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {commandsOf, ownSuite, planOwn, refusalOf} from '../rig/suites.ts';

const TRANSFER = {workload: 'transfer', axes: {size_kib: [64, 1024], direction: ['h2d', 'both']}};

const argvOf = (experiment: JsonObject) =>
	[...commandsOf('experiment=own', {suites: [ownSuite(experiment)]}).values()].map(({argv}) => argv.join(' '));

suite('a workload by its name', () => {
	test('is run with what it describes: axes, settings of the suite, device and name', () => {
		const [first] = argvOf({...TRANSFER, test: {min_window_s: 2, timeout_s: 60}});

		assert.equal(
			first,
			'python3 -u transfer.py --device cpu --size-kib 64 --direction h2d --min-window-s 2 --name size_kib-64_direction-h2d',
		);
	});

	test('has its axes among the declared settings, so that it has to confirm them', () => {
		const [cell] = planOwn({...TRANSFER, test: {num_samples: 10}}).cells;

		assert.deepEqual(cell?.params, {timeout_s: 600, num_samples: 10, size_kib: 64, direction: 'h2d'});
	});

	// A mean over sizes would be a number that nothing has.
	test('has a row of its own for each point of its axes', () => {
		const models = planOwn(TRANSFER).cells.map(({model}) => model);

		assert.deepEqual(models, ['size_kib-64_h2d', 'size_kib-64_both', 'size_kib-1024_h2d', 'size_kib-1024_both']);
	});

	test('is served by one process a block where it says that it serves, and is asked what it describes', () => {
		const [first, second] = [
			...commandsOf('experiment=own', {
				suites: [ownSuite({...TRANSFER, isolation: 'block', test: {min_window_s: 2, timeout_s: 60}})],
			}).values(),
		];

		assert.equal(first?.argv.join(' '), 'python3 -u transfer.py --serve --device cpu');
		assert.deepEqual(first?.worker?.request, {
			run_id: 'size_kib-64_direction-h2d',
			name: 'size_kib-64_direction-h2d',
			size_kib: 64,
			direction: 'h2d',
			min_window_s: 2,
		});
		assert.equal(second?.worker?.key, first?.worker?.key);
	});

	test('leaves the command of vit_pipeline as it was', () => {
		const [first] = [...commandsOf('experiment=quick_test').values()];

		assert.match(
			first?.argv.join(' ') ?? '',
			/-u vit_pipeline\.py --device cuda --name gpu0_numa0_vit0x0x0 --gpu-id 0 --shape/,
		);
	});
});

suite('a setting that a workload by its name does not take', () => {
	const refusals: readonly (readonly [string, JsonObject, RegExp, RegExp])[] = [
		[
			'is refused as an axis, with the nearest',
			{axes: {size_kb: [1]}},
			/does not read experiment\.axes\.size_kb/,
			/size_kib/,
		],
		['is refused under test', {test: {queue_depth: 2}}, /does not read experiment\.test\.queue_depth/, /~experiment/],
		[
			'is refused in a model',
			{vit_configs: [{patch_size: 8, depth: 1, heads: 1, dim: 8, mlp_dim: 8}]},
			/does not read experiment\.vit_configs\.0\.patch_size/,
			/~experiment/,
		],
		['is refused where warpdeck makes it', {axes: {device: ['cpu']}}, /does not read experiment\.axes\.device/, /~exp/],
		['is refused below its least value', {axes: {size_kib: [0]}}, /has 0, and the workload takes/, /at least 1/],
		['is refused as a word that is none of its words', {axes: {memory: ['pined']}}, /has "pined"/, /pinned, pageable/],
		['is refused as a fraction of a count', {axes: {size_kib: [1.5]}}, /takes a whole number/, /default/],
		[
			'is refused when it is said twice',
			{axes: {num_samples: [1]}, test: {num_samples: 2}},
			/say the same setting twice/,
			/~experiment/,
		],
	];
	for (const [title, experiment, message, advice] of refusals) {
		test(title, () => {
			const refusal = refusalOf(() => planOwn({workload: 'transfer', ...experiment}));

			assert.match(refusal.message, message);
			assert.match(refusal.advice, advice);
		});
	}

	test('has a name that is no workload, and is told the nearest one', () => {
		const refusal = refusalOf(() => planOwn({workload: 'transfers'}));

		assert.match(refusal.message, /experiment\.workload=transfers: there is no such workload/);
		assert.match(refusal.advice, /experiment\.workload=transfer$/m);
	});
});
