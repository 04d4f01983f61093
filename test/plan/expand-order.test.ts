import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {planLine} from '../rig/suites.ts';

const ids = (line: string, seed = 41): readonly string[] => planLine(line, {seed}).experiments.map(({id}) => id);

suite('the order of experiments', () => {
	test('is the matrix where nothing is repeated and nothing else is asked for', () => {
		const {cells, experiments} = planLine('experiment=rq4_numa_locality_effects experiment.duplicates=run');

		assert.deepEqual(
			experiments.map(({id}) => id),
			cells.map(({runId}) => runId),
		);
	});

	// A fixed order confounds the node with the time of day and with a GPU that warms up.
	test('is drawn from the seed where it is interleaved: the same for the same seed, another for another (A7.4)', () => {
		const line = 'experiment=rq1_model_architecture_impact experiment.order=interleaved';

		assert.deepEqual(ids(line, 1), ids(line, 1));
		assert.notDeepEqual(ids(line, 1), ids(line, 2));
		assert.notDeepEqual(ids(line, 1), ids('experiment=rq1_model_architecture_impact'));
	});

	test('loses and repeats none when it is drawn', () => {
		assert.deepEqual(
			ids('experiment=rq1_model_architecture_impact experiment.order=interleaved').toSorted(),
			ids('experiment=rq1_model_architecture_impact').toSorted(),
		);
	});

	test('is the suite’s own seed’s where it has one, whatever this invocation drew', () => {
		const line = 'experiment=rq1_model_architecture_impact experiment.order=interleaved experiment.seed=7';

		assert.deepEqual(ids(line, 1), ids(line, 2));
		assert.equal(planLine(line, {seed: 1}).seed, 7);
		assert.equal(planLine('experiment=numa_study', {seed: 5}).seed, 5);
	});

	test('runs all cells of a block before the next block, each block in an order of its own', () => {
		const plan = planLine('experiment=quick_test experiment.blocks=3 experiment.order=interleaved experiment.seed=3');
		const blocks = [0, 1, 2].map((block) => plan.experiments.slice(block * 3, block * 3 + 3));

		assert.equal(plan.cells.length, 3);
		assert.deepEqual(
			plan.experiments.map(({block}) => block),
			[1, 1, 1, 2, 2, 2, 3, 3, 3],
		);
		assert.deepEqual(
			new Set(
				blocks.map((block) =>
					block
						.map(({runId}) => runId)
						.toSorted()
						.join(),
				),
			).size,
			1,
		);
		assert.ok(new Set(blocks.map((block) => block.map(({runId}) => runId).join())).size > 1);
	});

	test('names an experiment by its cell in the first block and by its block after that', () => {
		const plan = planLine(
			"experiment=quick_test experiment.blocks=2 '~experiment.vit_configs.0' '~experiment.vit_configs.0'",
		);

		assert.deepEqual(
			plan.experiments.map(({id, runId}) => [id, runId]),
			[
				['gpu0_numa0_vit32x4x512', 'gpu0_numa0_vit32x4x512'],
				['gpu0_numa0_vit32x4x512.b2', 'gpu0_numa0_vit32x4x512'],
			],
		);
	});

	test('keeps the jobs of a sweep one after the other', () => {
		const jobs = planLine(
			'-m experiment=quick_test experiment.test.batch_size=1,2 experiment.order=interleaved',
		).experiments.map(({job}) => job);

		assert.deepEqual(jobs, [0, 0, 0, 1, 1, 1]);
	});
});
