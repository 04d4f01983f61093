import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {foreseePhases} from '../../source/plan/campaign-outlook.ts';
import type {Plan} from '../../source/plan/plan.ts';
import {commandsOf, countDistinct, planLine, shippedSuites} from '../rig/suites.ts';

const countByPhase = (line: string): readonly string[] =>
	[...Map.groupBy(planLine(line).experiments, ({phase}) => phase)].map(
		([phase, own]) => `${phase} ${new Set(own.map(({runId}) => runId)).size}`,
	);

const cellsByPhase = (line: string): readonly string[] =>
	[...Map.groupBy(planLine(line).cells, ({runId}) => runId.split('.')[0])].map(
		([phase, own]) => `${phase} ${own.length}`,
	);

suite('the six phases of the NUMA plan', () => {
	test('come to the 2 056 cells that were computed of it, phase by phase', () => {
		assert.equal(planLine('experiment=numa_campaign').cells.length, 2056);
		assert.deepEqual(cellsByPhase('experiment=numa_campaign'), [
			...['validation 18', 'locality 132', 'scaling 144'],
			...['transfer 1344', 'compilation 130', 'production 288'],
		]);
	});

	test('come to 1 480 where shapes and batches are paired, which is all that the zipped ones change', () => {
		assert.equal(planLine('experiment=numa_campaign_zipped').cells.length, 1480);
		const [written, zipped] = ['numa_campaign', 'numa_campaign_zipped'].map((name) => phasesOf(name));
		const differing = (written ?? []).flatMap(({name, runs}, phase) =>
			runs.flatMap((run, index) =>
				JSON.stringify(run) === JSON.stringify(zipped?.[phase]?.runs[index]) ? [] : [`${name} ${index}`],
			),
		);

		assert.deepEqual(differing, ['transfer 0']);
		assert.deepEqual(
			zipped?.map(({runs: _, ...rest}) => rest),
			written?.map(({runs: _, ...rest}) => rest),
		);
	});

	test('measure equal cells of a phase once, and those of two phases in both', () => {
		assert.equal(countDistinct(planLine('experiment=numa_campaign')), 1708);
		assert.deepEqual(countByPhase('experiment=numa_campaign').slice(0, 2), ['validation 15', 'locality 108']);
	});

	test('keep the ten blocks of the locality study in the phase that asks for it, and nowhere else', () => {
		const {experiments} = planLine('experiment=numa_campaign');
		const blocksOf = (name: string) =>
			Math.max(...experiments.filter(({phase}) => phase === name).map(({block}) => block));

		assert.equal(blocksOf('locality'), 10);
		assert.deepEqual(['transfer', 'compilation', 'production'].map(blocksOf), [1, 1, 1]);
	});

	test('wait for each other as the plan says, the last one for all', () => {
		const {campaign} = planLine('experiment=numa_campaign');

		assert.deepEqual(
			campaign?.phases.map(({name, priority, after, hours}) => [
				name,
				priority,
				after.join(' '),
				`${hours?.least}-${hours?.most}`,
			]),
			[
				['validation', 1, '', '2-4'],
				['locality', 1, 'validation', '8-12'],
				['scaling', 1, 'validation', '6-10'],
				['transfer', 2, 'locality', '4-8'],
				['compilation', 2, 'scaling', '4-6'],
				['production', 3, 'validation locality scaling transfer compilation', '6-12'],
			],
		);
	});
});

suite("the A100 guide's phases", () => {
	const plan = planLine('experiment=a100_guide');

	test('come to 80, 18 and 10 runs, and postpone what has no program, each with its reason', () => {
		assert.deepEqual(countRuns(plan), ['table1 80', 'quantization 18', 'mechanism 10']);
		const late = plan.experiments.filter(({postponed}) => postponed !== undefined);
		assert.deepEqual(
			[...Map.groupBy(late, ({phase}) => phase)].map(([phase, own]) => `${phase} ${own.length}`),
			['mechanism 3', 'ablations 1', 'generalization 2', 'tvm 2'],
		);
		assert.ok(late.every(({postponed = ''}) => /not in the repository|takes other options/.test(postponed)));
	});

	test('of a quick start come to its 57 runs', () => {
		const quick = planLine('experiment=a100_quickstart');

		assert.deepEqual(countRuns(quick), ['table1 20', 'quantization 18', 'mechanism 10', 'ablations 9']);
		assert.equal(quick.experiments.length, 57);
	});

	test('run in the checkout that ICD_HOME names, with the words of the guide for each baseline', () => {
		const commands = commandsOf('experiment=a100_guide', {env: {ICD_HOME: '/data/icd'}});
		const argv = (id: string) => commands.get(id)?.argv ?? [];
		const dense = commands.get('table1.gpu0_architecture-mamba_baseline-dense');

		assert.equal(dense?.cwd, '/data/icd');
		assert.match(dense?.argv[2] ?? '', /-m icd\.cli\.main run -c "configs\/\$config\.json"/);
		assert.deepEqual(argv('ablations.gpu0_script-run_ablations_batch'), [
			...['bash', 'experiments/scripts/run_ablations_batch.sh'],
		]);
		assert.deepEqual(argv('tvm.gpu0_script-bert-large'), [
			...['python', 'scripts/run_autotvm.py', '--model', 'bert-large', '--trials', '3000', '--out'],
			'experiments/tvm/bert/',
		]);
	});
});

suite('the parallel run of the EZKL benchmark', () => {
	const plan = planLine('experiment=ezkl_parallel');

	test('has 4, 4 and 8 experiments, each phase pinned to a GPU of its own', () => {
		assert.deepEqual(countRuns(plan), ['core 4', 'scaling 4', 'composite 8']);
		const lanes = Map.groupBy(plan.experiments.slice(0, 16), ({phase}) => phase);
		assert.deepEqual(
			[...lanes].map(([phase, own]) => `${phase} ${[...new Set(own.map(({lane}) => lane))]}`),
			['core gpu0', 'scaling gpu1', 'composite gpu2'],
		);
	});

	test('comes to 18, 4 and 8 of 40 with the 14 that were done before and the 10 that are postponed', () => {
		const groups = foreseePhases({...plan, phases: plan.campaign?.phases ?? []}).flatMap((outlook) => outlook.groups);
		const sum = (key: 'planned' | 'elsewhere' | 'postponed' | 'expected') =>
			groups.reduce((total, group) => total + (group[key] ?? 0), 0);

		assert.deepEqual([sum('expected'), sum('planned'), sum('elsewhere'), sum('postponed')], [30, 16, 14, 10]);
		assert.deepEqual(
			groups.filter(({expected}) => expected !== null).map(({name, expected}) => `${name} ${expected}`),
			['core 18', 'scaling 4', 'composite 8'],
		);
	});
});

/** Executions that would start, by phase. */
const countRuns = ({experiments}: Plan): readonly string[] =>
	[
		...Map.groupBy(
			experiments.filter(({postponed}) => postponed === undefined),
			({phase}) => phase,
		),
	].map(([phase, own]) => `${phase} ${own.length}`);

type Phase = {readonly name: string; readonly runs: readonly unknown[]};

const phasesOf = (name: string): readonly Phase[] => {
	const config = shippedSuites.find((file) => file.name === name)?.config as {experiment: {phases: readonly Phase[]}};
	return config.experiment.phases;
};
