import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {countDistinct, planLine} from '../rig/suites.ts';

type Expected = {readonly cells: number; readonly distinct?: number; readonly jobs?: number};

/** The number of cells that each command of the studies stands for; all of them distinct unless it says otherwise. */
const COMMANDS: readonly (readonly [line: string, expected: Expected])[] = [
	['experiment=numa_study', {cells: 48}],
	['experiment=quick_test', {cells: 3}],
	['experiment=scaling_study', {cells: 9, distinct: 8}],
	['experiment=quick_test experiment.hardware.gpu_ids=[0,1,2,3]', {cells: 12}],
	['experiment=numa_study experiment.hardware.gpu_ids=[0,1]', {cells: 24}],
	['experiment=quick_test experiment.test.num_samples=500', {cells: 3}],
	['experiment=numa_study experiment.hardware.numa_nodes=[0,1,2]', {cells: 72}],
	['experiment=numa_study experiment.hardware.gpu_ids=[0,3] experiment.hardware.numa_nodes=[0,2,3]', {cells: 36}],
	['experiment=numa_study experiment.test.compile_model=true', {cells: 48}],
	['experiment=numa_study experiment.test.batch_size=20 experiment.test.timeout_s=900', {cells: 48}],
	['experiment=numa_study experiment.test.num_samples=2000', {cells: 48}],
	['experiment=numa_study experiment.test.num_samples=5000 experiment.test.timeout_s=1800', {cells: 48}],
	['experiment=numa_study experiment.resume=false', {cells: 48}],
	['-m experiment=scaling_study experiment.test.compile_model=true,false', {cells: 18, distinct: 16, jobs: 2}],
	['-m experiment=numa_study experiment.test.compile_model=true,false', {cells: 96, jobs: 2}],
	[
		'-m experiment=numa_study experiment.test.compile_model=true,false experiment.hardware.numa_nodes="[0],[2]"',
		{cells: 96, jobs: 4},
	],
	[
		'-m experiment=numa_study experiment.test.compile_model=true,false experiment.hardware.numa_nodes="[0],[2]" experiment.test.num_samples=500',
		{cells: 96, jobs: 4},
	],
	['-m experiment.vit_configs.depth=2,4,6,8 experiment.hardware.gpu_ids="[0],[1]"', {cells: 96, distinct: 80, jobs: 8}],
	[
		"-m experiment=scaling_study 'experiment.vit_configs[0].depth=2,4,6,8,10,12,16,20'",
		{cells: 72, distinct: 11, jobs: 8},
	],
	[
		"-m experiment=scaling_study 'experiment.vit_configs.0.depth=2,4,6,8,10,12,16,20'",
		{cells: 72, distinct: 11, jobs: 8},
	],
	[
		"-m experiment=scaling_study 'experiment.vit_configs[0].dim=128,256,384,512,768,1024,1280'",
		{cells: 63, distinct: 14, jobs: 7},
	],
	[
		'-m experiment=numa_study experiment.test.tensor_shape="[3,224,224],[3,384,384],[3,512,512],[3,768,768]" experiment.test.batch_size=10,8,6,4',
		{cells: 768, jobs: 16},
	],
	[
		"-m experiment=numa_study 'zip(experiment.test.tensor_shape=[[3,224,224],[3,384,384],[3,512,512],[3,768,768]],experiment.test.batch_size=[10,8,6,4])'",
		{cells: 192, jobs: 4},
	],
	[
		'-m experiment=numa_study experiment.test.batch_size=4,8,16,32 experiment.test.memory_size_mb=512,1024',
		{cells: 384, jobs: 8},
	],
	['-m experiment=numa_study experiment.test.memory_size_mb=256,512,1024,2048', {cells: 192, jobs: 4}],
	[
		"-m experiment.test.compile_model=true,false 'experiment.vit_configs=[{name:small,patch_size:32,depth:2,heads:4,dim:256,mlp_dim:1024}]'",
		{cells: 16, jobs: 2},
	],
	['-m experiment=numa_study experiment.test.batch_size=16,32,64 experiment.max_workers=8', {cells: 144, jobs: 3}],
	[
		'-m experiment=numa_study experiment.hardware.gpu_ids="[0],[1],[2],[3],[0,1],[0,2]"',
		{cells: 96, distinct: 48, jobs: 6},
	],
	['experiment=rq1_model_architecture_impact', {cells: 39}],
	['experiment=rq2_resolution_scaling', {cells: 17}],
	['experiment=rq3_compilation_optimization', {cells: 32}],
	['experiment=rq3_max_autotune_warmup_study', {cells: 10}],
	['experiment=rq4_numa_locality_effects', {cells: 52, distinct: 26}],
	['experiment=rq5_pipeline_design', {cells: 23}],
	['experiment=rq4_numa_locality_effects experiment.hardware.gpu_ids=[0,1]', {cells: 104, distinct: 52}],
	['experiment=rq4_numa_locality_effects experiment.hardware.numa_nodes=[0,1,2]', {cells: 78, distinct: 26}],
	['experiment=rq1_model_architecture_impact experiment.test.num_samples=3000', {cells: 39}],
	['experiment=rq1_model_architecture_impact experiment.test.batch_size=20 experiment.test.timeout_s=900', {cells: 39}],
	['experiment=rq1_model_architecture_impact experiment.resume=false', {cells: 39}],
	['-m experiment=rq1_model_architecture_impact experiment.test.batch_size=1,2,4,8,16,32,64', {cells: 273, jobs: 7}],
	['-m experiment=numa_study,scaling_study', {cells: 57, distinct: 56, jobs: 2}],
	['-m experiment=numa_study experiment.hardware.numa_nodes=0,2', {cells: 48, jobs: 2}],
	['-m experiment=quick_test experiment.test.batch_size=1,1', {cells: 6, distinct: 3, jobs: 2}],
	['-m experiment=quick_test', {cells: 3, jobs: 1}],
	["experiment=numa_study 'experiment.vit_configs.*.depth=4'", {cells: 48, distinct: 40}],
	['experiment.test.num_samples=500', {cells: 48}],
];

suite('a command line of the studies', () => {
	for (const [line, {cells, distinct = cells, jobs = 1}] of COMMANDS) {
		const told = distinct === cells ? `${cells} cells` : `${cells} cells, ${distinct} of them distinct`;
		test(`is ${told} in ${jobs} jobs: ${line}`, () => {
			const plan = planLine(line);

			assert.deepEqual([plan.cells.length, countDistinct(plan), plan.jobs], [cells, distinct, jobs]);
			assert.equal(plan.experiments.filter(({role, block}) => role === undefined && block === 1).length, distinct);
			assert.deepEqual(plan.problems, []);
			assert.equal(new Set(plan.cells.map(({runId}) => runId)).size, cells);
		});
	}

	test('that sweeps a setting which every model sets itself repeats what it measures, and is shown to', () => {
		const plan = planLine('-m experiment=rq3_compilation_optimization experiment.test.compile_model=true,false');

		assert.deepEqual([plan.cells.length, countDistinct(plan)], [64, 32]);
	});

	test('that sweeps a resolution which every model sets itself repeats what it measures, and is shown to', () => {
		const plan = planLine(
			'-m experiment=rq2_resolution_scaling experiment.test.tensor_shape="[3,256,256],[3,512,512],[3,1024,1024]"',
		);

		assert.deepEqual([plan.cells.length, countDistinct(plan)], [51, 17]);
	});

	test('that sweeps the queue keeps one cell for each model with a queue of its own or with none', () => {
		const plan = planLine('-m experiment=rq5_pipeline_design experiment.test.queue_depth=2,4,8,16');

		assert.deepEqual([plan.cells.length, countDistinct(plan)], [92, 23]);
	});

	test('that asks for both bindings of a node and both compilations counts every pair', () => {
		const plan = planLine(
			'-m experiment=rq4_numa_locality_effects experiment.test.compile_model=true,false experiment.hardware.numa_nodes="[0],[2]"',
		);

		assert.deepEqual([plan.cells.length, countDistinct(plan), plan.jobs], [104, 52, 4]);
	});

	// test/bench plans ten times as many against a limit of time.
	test('that stands for 10 000 cells is planned, each with a name of its own', () => {
		const plan = planLine("-m experiment=numa_study 'experiment.test.num_samples=range(1,210)'");

		assert.deepEqual([plan.cells.length, countDistinct(plan), plan.jobs], [10_032, 10_032, 209]);
		assert.equal(new Set(plan.cells.map(({runId}) => runId)).size, 10_032);
	});
});
