import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Plan} from '../../source/plan/plan.ts';
import {gpu} from '../rig/story.ts';
import {cpuMachine, machine, planLine, planOwn, reading} from '../rig/suites.ts';

const ofRole = ({experiments}: Plan, role: Experiment['role']) => experiments.filter((one) => one.role === role);
const cellOf = ({gpuId, numaNode, model, block}: Experiment) => `${gpuId} ${numaNode} ${model} ${block}`;
const STUDY = 'experiment=numa_study';

suite('numa_study', () => {
	const plan = planLine(STUDY);

	test('is 48 cells, each once to warm up and once in each of ten blocks, with 24 controls a block', () => {
		assert.equal(plan.cells.length, 48);
		assert.deepEqual(
			([undefined, 'warm-up', 'control'] as const).map((role) => ofRole(plan, role).length),
			[480, 48, 240],
		);
		assert.equal(new Set(plan.experiments.map(({id}) => id)).size, 768);
		const measured = ofRole(plan, undefined);
		assert.equal(new Set(measured.map(cellOf)).size, 480);
		assert.deepEqual(new Set(measured.map(({block}) => block)), new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
	});

	test('warms up before anything is measured, as block 0', () => {
		assert.ok(plan.experiments.slice(0, 48).every(({role, block}) => role === 'warm-up' && block === 0));
		assert.ok(plan.experiments.slice(48).every(({role, block}) => role !== 'warm-up' && block > 0));
	});

	test('takes the local and the remote node of each GPU from the topology', () => {
		const nodes = ofRole(plan, 'control').map(({gpuId, numaNode}) => `${gpuId}:${numaNode}`);

		assert.deepEqual([...new Set(nodes)].toSorted(), ['0:0', '1:0', '2:2', '3:2']);
	});

	test('has local and remote of a model next to each other in every block', () => {
		for (const [, block] of Map.groupBy(ofRole(plan, undefined), ({block}) => block)) {
			for (const [, pair] of Map.groupBy(block, ({gpuId, model}) => `${gpuId} ${model}`)) {
				const [one, other] = pair.map((experiment) => plan.experiments.indexOf(experiment)) as [number, number];
				assert.equal(Math.abs(one - other), 1);
			}
		}
	});

	test('has the host to itself, and says so where that takes GPUs away', () => {
		assert.deepEqual(new Set(plan.experiments.map(({exclusive}) => exclusive)), new Set(['host']));
		assert.match(
			plan.notices.join('\n'),
			/Nodes are compared, so one experiment runs at a time .*experiment\.exclusive=gpu/,
		);
		assert.deepEqual(planLine(`${STUDY} experiment.exclusive=gpu`).notices, []);
		assert.deepEqual(planLine(`${STUDY} experiment.max_workers=1`).notices, []);
	});

	test('is what it was when it was typed for the runner before: each cell once, in the order of the matrix', () => {
		const {cells, experiments} = planLine(
			`${STUDY} experiment.blocks=1 experiment.warmup_blocks=0 experiment.control=false experiment.order=listed`,
		);

		assert.deepEqual(
			experiments.map(({id}) => id),
			cells.map(({runId}) => runId),
		);
		assert.ok(experiments.every(({role}) => role === undefined));
	});
});

suite('a control', () => {
	const controls = (line: string, host = machine()) =>
		ofRole(
			planLine(`${STUDY} experiment.blocks=2 experiment.hardware.gpu_ids=[2] ${line}`, {machine: host}),
			'control',
		);

	test('bears the name and the node of the cell that it repeats', () => {
		assert.deepEqual(
			controls('')
				.filter(({model}) => model === 'vit0x0x0')
				.map(({id, runId, numaNode}) => [id, runId, numaNode]),
			[
				['gpu2_numa2_vit0x0x0.aa', 'gpu2_numa2_vit0x0x0', 2],
				['gpu2_numa2_vit0x0x0.aa.b2', 'gpu2_numa2_vit0x0x0', 2],
			],
		);
	});

	for (const [what, line, host] of [
		['the local node is not in the plan', 'experiment.hardware.numa_nodes=[0]', machine()],
		['nobody knows the local node', 'experiment.hardware.numa_nodes=[0,2]', machine({gpus: [gpu(2, null)]})],
	] as const) {
		test(`repeats the first planned node where ${what}`, () => {
			const own = controls(line, host);
			assert.equal(own.length, 12);
			assert.ok(own.every(({numaNode}) => numaNode === 0));
		});
	}

	test('stands beside its cell in an order that is not paired', () => {
		const {experiments} = planLine('experiment=quick_test experiment.control=true experiment.order=listed');

		assert.deepEqual(
			experiments.map(({runId, role}) => `${runId} ${role ?? ''}`.trim()),
			['vit0x0x0', 'vit32x2x256', 'vit32x4x512'].flatMap((name) => [
				`gpu0_numa0_${name}`,
				`gpu0_numa0_${name} control`,
			]),
		);
	});
});

suite('the order', () => {
	const isListed = (line: string) => {
		const {cells, experiments} = planLine(`experiment=rq1_model_architecture_impact ${line}`);
		return experiments.slice(0, cells.length).every(({runId}, index) => runId === cells[index]?.runId);
	};

	test('is paired where blocks or a control make a comparison, else listed; what is said wins', () => {
		assert.ok(isListed(''));
		assert.ok(!isListed('experiment.blocks=2'));
		assert.ok(!isListed('experiment.order=paired'));
		assert.ok(isListed('experiment.blocks=2 experiment.order=listed'));
		assert.ok(isListed('experiment.warmup_blocks=1'));
	});

	test('is each job’s own in a sweep: its warm-up, then its blocks', () => {
		const {experiments} = planLine(
			'-m experiment=quick_test experiment.test.batch_size=1,2 experiment.blocks=2 experiment.warmup_blocks=1',
		);

		assert.deepEqual(
			experiments.map(({job, block}) => `${job}.${block}`),
			[0, 1].flatMap((job) => [0, 1, 2].flatMap((block) => Array.from({length: 3}, () => `${job}.${block}`))),
		);
		assert.deepEqual(
			experiments.slice(0, 3).map(({id}) => /\.w1$/.test(id)),
			[true, true, true],
		);
	});

	test('draws each job’s models anew', () => {
		const {experiments} = planLine('-m experiment=numa_study experiment.test.batch_size=1,2 experiment.max_workers=1');
		const models = [0, 1].map((job) =>
			experiments.flatMap((one) => (one.job === job && one.role === undefined ? [one.model] : [])).join(),
		);

		assert.notEqual(models[0], models[1]);
	});
});

suite('what a job has for itself', () => {
	const exclusiveOf = (line: string, host = machine()) => [
		...new Set(planLine(line, {machine: host}).experiments.map(({exclusive}) => exclusive)),
	];

	test('is the host where one GPU is on several nodes, also by its models’ own, and one GPU elsewhere', () => {
		assert.deepEqual(exclusiveOf('experiment=quick_test'), ['gpu']);
		assert.deepEqual(exclusiveOf('experiment=quick_test hardware.gpu_ids=auto hardware.numa_nodes=local'), ['gpu']);
		assert.deepEqual(exclusiveOf('experiment=quick_test experiment.hardware.numa_nodes=[0,2]'), ['host']);
		assert.deepEqual(exclusiveOf('experiment=rq4_numa_locality_effects'), ['host']);
		assert.deepEqual(exclusiveOf(`${STUDY} experiment.hardware.binding=off`), ['gpu']);
		assert.deepEqual(exclusiveOf(`${STUDY} experiment.exclusive=socket`), ['socket']);
	});

	test('is the host where one CPU lane is on several nodes', () => {
		assert.deepEqual(exclusiveOf(`${STUDY} experiment.hardware.gpu_ids=[0]`, cpuMachine()), ['host']);
	});
});

suite('a sweep over nodes', () => {
	const noticesOf = (line: string) => planLine(line).notices.join('\n');

	test('is told that its halves are far apart, and how they come together', () => {
		const apart = noticesOf('-m experiment=numa_study experiment.hardware.numa_nodes=0,2');

		assert.match(apart, /measured in different jobs.*experiment\.hardware\.numa_nodes=\[0,2\] has them next/);
	});

	test('of anything else is told nothing of the kind', () => {
		for (const line of [
			'-m experiment=numa_study experiment.test.batch_size=1,2',
			'-m experiment=quick_test experiment.test.batch_size=1,2',
			'-m experiment=quick_test experiment.hardware.gpu_ids=[0],[3] experiment.hardware.numa_nodes=local',
		])
			assert.doesNotMatch(noticesOf(line), /different jobs/, line);
	});
});

suite('isolation=block', () => {
	const warm = ({experiments}: Plan) => experiments.filter(({isolation}) => isolation === 'block').length;

	test('is recorded in every experiment, warm-ups and controls too, where it was compared with a process each', () => {
		const plan = planLine(`${STUDY} experiment.blocks=2`);

		assert.equal(warm(plan), plan.experiments.length);
		assert.equal(warm(planLine(`${STUDY} experiment.isolation=process`)), 0);
		assert.equal(warm(planLine('experiment=quick_test')), 0);
	});

	test('leaves compiled models, commands and the reference pipeline alone, and says how many', () => {
		const models =
			'experiment.vit_configs=[{patch_size:32,depth:2,heads:4,dim:256,mlp_dim:1024},{patch_size:32,depth:2,heads:4,dim:256,mlp_dim:1024,compile_model:true}]';
		const compiled = planLine(`experiment=quick_test experiment.isolation=block ${models}`);
		const command = planOwn({isolation: 'block', workload: reading('axes.n'), axes: {n: [1, 2]}});
		const reference = planLine('experiment=quick_test experiment.isolation=block', {
			machine: cpuMachine(),
			python: null,
		});

		assert.equal(warm(compiled), 1);
		assert.match(compiled.notices.join(), /isolation=block leaves 1 cell in a process .*torch\.compile/);
		assert.equal(warm(command) + warm(reference), 0);
		assert.match(command.notices.join(), /isolation=block leaves 2 cells in a process .*cannot serve/);
		assert.match(reference.notices.join(), /isolation=block leaves 3 cells in a process/);
	});
});

suite('CPUs and memory that are bound apart', () => {
	const SPLIT = `${STUDY} experiment.hardware.split_binding=true experiment.hardware.gpu_ids=[0]`;

	test('are every node with every node, named by both where they differ', () => {
		const plan = planLine(SPLIT);

		assert.equal(plan.cells.length, 24);
		assert.deepEqual(
			plan.cells
				.filter(({model}) => model === 'vit0x0x0')
				.map(({runId, numaNode, memoryNode}) => [runId, numaNode, memoryNode]),
			[
				['gpu0_numa0_vit0x0x0', 0, undefined],
				['gpu0_numa0_mem2_vit0x0x0', 0, 2],
				['gpu0_numa2_mem0_vit0x0x0', 2, 0],
				['gpu0_numa2_vit0x0x0', 2, undefined],
			],
		);
		assert.equal(new Set(plan.cells.map(({runId}) => runId)).size, 24);
		assert.deepEqual(plan.problems, []);
	});

	test('have one control a model and block, on the local node for both', () => {
		const controls = ofRole(planLine(SPLIT), 'control');

		assert.equal(controls.length, 60);
		assert.ok(controls.every(({numaNode, memoryNode}) => numaNode === 0 && memoryNode === undefined));
	});

	test('belong to no socket where they are on two, so that both are kept', () => {
		const sockets = planLine(SPLIT).experiments.map(
			({memoryNode, socket}) => (memoryNode === undefined) === (socket !== null),
		);

		assert.ok(sockets.every(Boolean));
	});

	test('need both nodes bound strictly, whatever the binding would fall back to', () => {
		const host = machine({}, {0: {kind: 'strict'}, 2: {kind: 'cpu-only', reason: 'EPERM'}});
		const {problems} = planLine(`${SPLIT} experiment.hardware.binding=auto`, {machine: host});

		assert.equal(problems.length, 1);
		assert.match(problems[0]?.message ?? '', /Node 2 cannot be bound strictly, and split_binding needs that: EPERM/);
	});

	test('need two nodes', () => {
		const {problems} = planLine(`${SPLIT} experiment.hardware.numa_nodes=local`);

		assert.match(problems[0]?.message ?? '', /split_binding needs two nodes at least, and GPU 0 has one/);
	});
});
