import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {campaign, idsOf, planOf, run, small} from '../rig/campaigns.ts';
import {gpu} from '../rig/story-values.ts';
import {composeLine, cpuMachine, machine, ownSuite, planLine, refusalOf} from '../rig/suites.ts';

suite('a campaign', () => {
	test('is one plan, whose jobs count on over runs and phases and whose ids begin with the phase', () => {
		const plan = planOf([
			{name: 'first', runs: [run(), run('experiment.axes.size=[3]')]},
			{name: 'second', runs: [{...run('experiment.test.timeout_s=20,30', 'experiment.max_workers=3'), sweep: true}]},
		]);

		assert.deepEqual(
			plan.experiments.map(({id, job}) => `${job} ${id}`),
			[
				'0 first.gpu0_size-1',
				'0 first.gpu0_size-2',
				'1 first.gpu0_size-3',
				'2 second.gpu0_timeout20_size-1',
				'2 second.gpu0_timeout20_size-2',
				'3 second.gpu0_timeout30_size-1',
				'3 second.gpu0_timeout30_size-2',
			],
		);
		assert.deepEqual([plan.suite, plan.jobs, plan.multirun, plan.maxWorkers], ['plan', 4, false, 3]);
	});

	test('measures equal cells once within a phase, and again in another one', () => {
		const plan = planOf([
			{name: 'first', runs: [run(), run()]},
			{name: 'second', runs: [run()]},
		]);

		assert.deepEqual(
			plan.cells.map(({runId, duplicateOf}) => `${runId}${duplicateOf ? ` = ${duplicateOf}` : ''}`),
			[
				'first.gpu0_size-1',
				'first.gpu0_size-2',
				'first.gpu0_size-1_2 = first.gpu0_size-1',
				'first.gpu0_size-2_2 = first.gpu0_size-2',
				'second.gpu0_size-1',
				'second.gpu0_size-2',
			],
		);
	});

	test('runs equal cells again where one of them is postponed or has more blocks', () => {
		const plan = planOf([{name: 'first', runs: [{...run(), postponed: 'later'}, run(), run('experiment.blocks=2')]}]);

		assert.equal(plan.cells.filter(({duplicateOf}) => duplicateOf !== null).length, 0);
		assert.equal(plan.experiments.length, 2 + 2 + 4);
	});

	test('tells each experiment its phase, its group and why it is postponed', () => {
		const one = 'experiment.axes.size=[1]';
		const plan = planOf([
			{
				name: 'core',
				postpone: [
					{runs: 1, reason: 'too large'},
					{runs: 'wide', reason: 'too wide'},
				],
				runs: [
					run(one),
					run('experiment.axes.size=[2]'),
					{...run('experiment.axes.size=[3]'), group: 'wide'},
					{...run('experiment.axes.size=[4]'), group: 'core', postponed: 'not there'},
				],
			},
		]);

		assert.deepEqual(
			plan.experiments.map(({phase, group, postponed}) => [phase, group, postponed]),
			[
				['core', undefined, undefined],
				['core', undefined, 'too large'],
				['core', 'wide', 'too wide'],
				['core', undefined, 'not there'],
			],
		);
	});

	test('has the seed, output, brakes and workers of its own suite, and says where a run has others', () => {
		const own = {seed: 7, max_workers: 2, stop_after: {failures: 3}};
		const other = ownSuite({...(small.config.experiment as JsonObject), seed: 9, max_workers: 5});
		const [, file] = campaign([{name: 'first', runs: [run()]}], own);
		const suites = file ? [other, file] : [];
		const plan = planLine('experiment=plan', {suites});

		assert.deepEqual([plan.seed, plan.maxWorkers], [7, 2]);
		assert.ok(
			plan.notices.includes(
				'Suites of its runs have seed of their own, which a whole run has once; those of plan hold.',
			),
			plan.notices.join('\n'),
		);
		assert.deepEqual(composeLine('experiment=plan', {suites}).campaign?.suite.experiment.stop_after, {failures: 3});
		assert.equal(planOf([{name: 'first', runs: [run()]}]).notices.length, 0);
	});
});

suite('overrides behind a campaign', () => {
	const phases = [
		{name: 'first', runs: [run()]},
		{name: 'second', gpus: [1], runs: [run('experiment.blocks=2')]},
	];

	test('of ordinary keys hold for all runs of all phases, and win over what a run or a pin says', () => {
		const plan = planOf(phases, 'experiment.hardware.gpu_ids=[2] blocks=1');

		assert.deepEqual(idsOf(plan), [
			...['first.gpu2_size-1', 'first.gpu2_size-2', 'second.gpu2_size-1', 'second.gpu2_size-2'],
		]);
	});

	test('of its own keys change the campaign, a phase by its index', () => {
		const plan = planOf(phases, 'experiment.name=other experiment.phases.1.gpus=[3] phases.0.gate.success_rate=0.5', {
			phases: [{...phases[0], gate: {approval: 'look'}}, phases[1] ?? {}],
		});

		assert.equal(plan.suite, 'other');
		assert.deepEqual(idsOf(plan).slice(2, 3), ['second.gpu3_size-1']);
		assert.deepEqual(plan.campaign?.phases[0]?.gate, {successRate: 0.5, approval: 'look'});
	});

	test('with a value of a sweep that a run has take the place of the sweep', () => {
		const swept = [{name: 'first', runs: [{...run('experiment.blocks=1,2'), sweep: true}]}];

		assert.equal(planOf(swept).jobs, 2);
		assert.equal(planOf(swept, 'experiment.blocks=3').jobs, 1);
	});

	test('sweep nothing: -m and several values are refused with where a sweep belongs', () => {
		assert.match(
			refusalOf(() => planOf(phases, '-m')).message,
			/plan is a campaign, which is one plan and takes no -m/,
		);
		const several = refusalOf(() => planOf(phases, 'experiment.blocks=1,2'));
		assert.match(several.message, /has several values/);
		assert.match(several.advice, /sweep: true/);
	});
});

suite('pins', () => {
	test('put all runs of a phase on its GPUs, and on no others', () => {
		const plan = planOf([{name: 'first', gpus: [1, 3], runs: [run()]}]);

		assert.deepEqual([...new Set(plan.experiments.map(({lane}) => lane))], ['gpu1', 'gpu3']);
		assert.deepEqual(plan.problems, []);
	});

	test('to a GPU that is not here are a problem, corrected where they are written', () => {
		const [problem, ...more] = planOf([{name: 'first', gpus: [9], runs: [run()]}]).problems;

		assert.equal(problem?.message, 'GPU 9, which phase first is pinned to, is not here; this machine has 0, 1, 2, 3.');
		assert.equal(problem?.advice, 'experiment.phases.0.gpus=[0,1,2,3]');
		assert.deepEqual(more, []);
	});

	test('on a machine without GPUs are said to hold nothing', () => {
		const suites = campaign([{name: 'first', gpus: [0], runs: [run()]}]);
		const plan = planLine('experiment=plan', {suites, machine: cpuMachine()});

		assert.deepEqual(plan.problems, []);
		assert.match(
			plan.notices.join('\n'),
			/Pinned to GPUs that this machine does not have, because it has none: first\./,
		);
	});
});

test('a phase that needs more GPU memory than a GPU of it has is a problem; what is postponed needs none', () => {
	const host = machine({gpus: [{...gpu(0, 0), memoryTotalMiB: 24_576}]});
	const plan = (more: JsonObject) =>
		planLine('experiment=plan', {
			suites: campaign([{name: 'first', gpu_memory_gb: 30, runs: [{...run(), ...more}]}]),
			machine: host,
		});

	assert.match(plan({}).problems[0]?.message ?? '', /^Phase first needs 30 GiB of GPU memory; GPU 0 .* has 24 GiB\.$/);
	assert.match(plan({}).problems[0]?.advice ?? '', /experiment\.phases\.0\.gpu_memory_gb=24/);
	assert.deepEqual(plan({postponed: 'no such GPU'}).problems, []);
});
