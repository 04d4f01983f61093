import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type Ground, workOut} from '../../source/cli/work-out.ts';
import {groundOn} from '../rig/picker-stories.ts';
import {planLine} from '../rig/suites.ts';

const choose = (line: string, ground: Ground = groundOn('gpus'), multirun = false) =>
	workOut({words: line.split(' '), multirun}, ground);

suite('a choice that is worked out', () => {
	test('is what a plan of the same words is', () => {
		const outcome = choose('quick_test experiment.blocks=3 experiment.seed=5');
		const plan = planLine('experiment=quick_test experiment.blocks=3 experiment.seed=5', groundOn('gpus'));

		assert.ok(outcome.kind === 'planned');
		assert.deepEqual(outcome.plan.experiments, plan.experiments);
		assert.deepEqual(outcome.counts, {
			cells: 3,
			distinct: 3,
			executions: 9,
			warmUps: 0,
			controls: 0,
			profiles: 0,
			jobs: 1,
		});
	});

	test('is counted before the machine has answered, unless the count is up to the machine', () => {
		const counted = choose('quick_test', groundOn('nothing'));
		const unknown = choose('quick_test experiment.hardware.gpu_ids=auto', groundOn('nothing'));

		assert.equal(counted.kind === 'counted' && counted.counts?.executions, 3);
		assert.equal(unknown.kind === 'counted' && unknown.counts, null);
	});

	test('of too many jobs or experiments is not planned while somebody types', () => {
		const jobs = choose('quick_test experiment.test.batch_size=range(1,1000)', groundOn('gpus'), true);
		const executions = choose('quick_test experiment.blocks=100000');

		assert.match(jobs.kind === 'unplanned' ? jobs.reason : '', /^a sweep of 999 jobs: too much/);
		assert.match(executions.kind === 'unplanned' ? executions.reason : '', /^up to 300000 executions: too much/);
	});

	test('counts warm-ups, controls and split bindings before it plans too many', () => {
		for (const line of [
			'quick_test experiment.blocks=4000 experiment.control=true',
			'quick_test experiment.warmup_blocks=8000',
			'quick_test experiment.blocks=1000 hardware.split_binding=true hardware.numa_nodes=all',
		])
			assert.equal(choose(line).kind, 'unplanned', line);
	});

	for (const [line, place] of [
		['quick_test experiment.test.batch_size=[1', {word: 1, column: 30}],
		['quick_test experiment.blocks=2 experiment.blokcs=3', {word: 2, column: 1}],
		['quick_test experiment.blocks=two experiment.seed=1', {word: 1, column: 1}],
		['no_suite', {word: 0, column: 1}],
		['torn experiment.seed=1', {word: 0, column: 1}],
		['quick_test experiment.blocks=1,2', {word: 1, column: 1}],
	] as const) {
		test(`knows which word is refused: ${line}`, () => {
			const outcome = choose(line);

			assert.ok(outcome.kind === 'refused');
			assert.deepEqual(outcome.place, place);
			assert.ok(outcome.hints.length > 0 && outcome.error !== '');
		});
	}

	test('tells the values that the options have in it', () => {
		const outcome = choose('quick_test hardware.binding=auto');

		assert.ok(outcome.kind === 'planned');
		assert.equal(outcome.settings['experiment.hardware.binding'], 'auto');
		assert.equal(outcome.settings['experiment.hardware.device'], 'auto');
	});
});
