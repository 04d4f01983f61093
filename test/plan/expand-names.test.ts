import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {planLine, planOwn, reading} from '../rig/suites.ts';

const namesOf = (line: string): readonly string[] => planLine(line).cells.map(({runId}) => runId);
const SMALL = 'patch_size:32,depth:2,heads:4,dim:256,mlp_dim:1024';

suite('the name of a cell', () => {
	test('says GPU, node and shape, in the order of the matrix: GPUs, then nodes, then models', () => {
		const names = namesOf('experiment=numa_study');

		assert.deepEqual(names.slice(0, 7), [
			'gpu0_numa0_vit0x0x0',
			'gpu0_numa0_vit32x2x128',
			'gpu0_numa0_vit32x4x256',
			'gpu0_numa0_vit32x6x512',
			'gpu0_numa0_vit16x8x768',
			'gpu0_numa0_vit16x12x1024',
			'gpu0_numa2_vit0x0x0',
		]);
		assert.equal(names.at(-1), 'gpu3_numa2_vit16x12x1024');
	});

	// Names that two cells shared made them write the same files at the same time.
	test('is made unique with _2, so that the model that scaling_study lists twice has two records (A7.3)', () => {
		const {cells} = planLine('experiment=scaling_study');
		const twice = cells.filter(({runId}) => runId.startsWith('gpu0_numa0_vit32x6x512'));

		assert.deepEqual(
			twice.map(({runId, duplicateOf}) => [runId, duplicateOf]),
			[
				['gpu0_numa0_vit32x6x512', null],
				['gpu0_numa0_vit32x6x512_2', 'gpu0_numa0_vit32x6x512'],
			],
		);
	});

	test('comes from values, so that a model whose depth was overridden keeps no false label', () => {
		const names = namesOf("-m experiment=scaling_study 'experiment.vit_configs[0].depth=2,20'");

		assert.deepEqual([names[0], names[9]], ['gpu0_numa0_vit32x2x512', 'gpu0_numa0_vit32x20x512']);
	});

	test('follows the effective compilation of a model, not the flag of the suite (A7.2)', () => {
		const names = namesOf('experiment=rq3_compilation_optimization experiment.test.compile_model=true');

		assert.deepEqual(names.slice(0, 2), ['gpu0_numa0_vit32x6x384_batch8', 'gpu0_numa0_vit32x6x384_compiled_batch8']);
		assert.ok(names.includes('gpu0_numa0_vit32x18x1024_compiled-max-autotune_batch8'));
	});

	test('ends in _compiled where the suite compiles what sets nothing else', () => {
		assert.ok(
			namesOf('experiment=quick_test experiment.test.compile_model=true').every((name) => name.endsWith('_compiled')),
		);
	});

	test('says a setting that differs between the cells, and none that they share', () => {
		assert.deepEqual(
			namesOf(
				"-m experiment=quick_test 'experiment.vit_configs=[{SMALL}]' experiment.test.batch_size=4,8".replace(
					'SMALL',
					SMALL,
				),
			),
			['gpu0_numa0_vit32x2x256_batch4', 'gpu0_numa0_vit32x2x256_batch8'],
		);
	});

	test('says resolution, mode and queue of the cells that differ in them', () => {
		const names = namesOf('experiment=rq5_pipeline_design');

		assert.equal(names[0], 'gpu0_numa0_vit32x6x384_batch8_memory1024_3x224x224_sync_preproc-none');
		assert.equal(new Set(names).size, 23);
		assert.ok(names.every((name) => !/_\d$/.test(name)));
	});

	test('says heads and MLP of two shapes that differ in nothing else', () => {
		const models = `experiment.vit_configs=[{${SMALL}},{patch_size:32,depth:2,heads:8,dim:256,mlp_dim:1024}]`;

		assert.deepEqual(namesOf(`experiment=quick_test '${models}'`), [
			'gpu0_numa0_vit32x2x256_heads4_mlp1024',
			'gpu0_numa0_vit32x2x256_heads8_mlp1024',
		]);
	});

	test('carries the axes of a command, in characters that are safe in a file name', () => {
		const plan = planOwn({workload: reading('axes.mode'), axes: {mode: ['a/b', 'c d', 1.5]}});

		assert.deepEqual(
			plan.cells.map(({runId}) => runId),
			['mode-a-b', 'mode-c-d', 'mode-1.5'],
		);
	});

	test('is unique also where a value already reads like a second one', () => {
		const plan = planOwn({workload: reading('axes.mode'), axes: {mode: ['a', 'a', 'a_2']}});

		assert.deepEqual(
			plan.cells.map(({runId}) => runId),
			['mode-a', 'mode-a_2', 'mode-a_2_2'],
		);
	});

	test('is the suite’s where there is nothing else to say', () => {
		assert.deepEqual(
			planOwn({name: 'one shot', workload: {command: ['true']}}).cells.map(({runId}) => runId),
			['one-shot'],
		);
	});

	// Analysis that read settings out of file names found none; here nothing does.
	test('bears no load: two plans that differ in the models’ labels only have the same cells but for the label (A7.9)', () => {
		const named = (name: string) =>
			planLine(`experiment=quick_test 'experiment.vit_configs=[{name:${name},${SMALL}}]'`).cells.map(
				({model: _, ...rest}) => rest,
			);

		assert.deepEqual(named('small'), named('gpu7_numa3_vit9x9x9'));
	});
});

suite('cells that measure the same', () => {
	test('are run once and share the result, each with a record of its own', () => {
		const {cells, experiments} = planLine('experiment=rq4_numa_locality_effects');
		const duplicates = cells.filter(({duplicateOf}) => duplicateOf !== null);

		assert.deepEqual([cells.length, experiments.length, duplicates.length], [52, 26, 26]);
		assert.ok(duplicates.every(({duplicateOf}) => experiments.some(({runId}) => runId === duplicateOf)));
	});

	test('are all run where the suite asks for that', () => {
		const {cells, experiments} = planLine('experiment=scaling_study experiment.duplicates=run');

		assert.deepEqual([cells.length, experiments.length], [9, 9]);
		assert.ok(cells.every(({duplicateOf}) => duplicateOf === null));
	});

	for (const [what, line, cells, experiments] of [
		[
			'the mode of a compiler that is off',
			'-m experiment=quick_test experiment.test.compile_mode=default,max-autotune',
			6,
			3,
		],
		[
			'the queue of a pipeline without one',
			'-m experiment=quick_test experiment.test.pipeline_mode=sync experiment.test.queue_depth=2,8',
			6,
			3,
		],
		['two spellings of one mode', '-m experiment=quick_test experiment.test.pipeline_mode=async,asynchronous', 6, 3],
		['two ways to ask for a strict binding', '-m experiment=quick_test experiment.hardware.binding=strict,auto', 6, 3],
	] as const) {
		test(`are known by what takes effect: ${what} makes no difference`, () => {
			const plan = planLine(line);

			assert.deepEqual([plan.cells.length, plan.experiments.length], [cells, experiments]);
		});
	}

	for (const [what, line] of [
		[
			'the compiler’s mode',
			'-m experiment=quick_test experiment.test.compile_model=true experiment.test.compile_mode=default,max-autotune',
		],
		['the binding', '-m experiment=quick_test experiment.hardware.binding=strict,off'],
		['what else may run', '-m experiment=quick_test experiment.exclusive=gpu,host'],
		['the device', '-m experiment=quick_test experiment.hardware.device=cuda,cpu'],
		['whose process they run in', '-m experiment=quick_test experiment.isolation=process,block'],
	] as const) {
		test(`are not those that differ in ${what}`, () => {
			const plan = planLine(line);

			assert.deepEqual([plan.cells.length, plan.experiments.length], [6, 6]);
		});
	}

	test('are not those that run two different commands', () => {
		const suites = ['fast', 'slow'].map((name) => ({
			name,
			origin: `${name}.yaml`,
			config: {experiment: {name, hardware: {gpu_ids: [], numa_nodes: []}, workload: {command: [name]}}},
		}));

		assert.equal(planLine('-m experiment=fast,slow', {suites}).experiments.length, 2);
	});

	test('share whatever CPU lane either would have had', () => {
		const plan = planOwn({workload: reading('axes.size'), axes: {size: [1, 2, 1]}, max_workers: 2});

		assert.deepEqual([plan.cells.length, plan.experiments.length], [3, 2]);
	});
});
