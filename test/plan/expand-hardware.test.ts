import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {gpu} from '../rig/story.ts';
import {cpuMachine, machine, planLine, planOwn, reading} from '../rig/suites.ts';

suite('what this machine cannot do', () => {
	test('is said with its number of cells, and the plan is counted all the same', () => {
		const plan = planLine('experiment=numa_study', {machine: machine({gpus: [gpu(0, 0), gpu(1, 0)]})});

		assert.equal(plan.cells.length, 48);
		assert.deepEqual(
			plan.problems.map(({message, cells}) => [message, cells]),
			[
				['GPU 2 is not here; this machine has 0, 1.', 12],
				['GPU 3 is not here; this machine has 0, 1.', 12],
			],
		);
		assert.equal(plan.problems[0]?.advice, 'experiment.hardware.gpu_ids=[0,1]');
	});

	test('is a node that does not exist, for a run that is bound strictly', () => {
		const host = machine({}, {0: {kind: 'strict'}});
		const plan = planLine('experiment=numa_study', {machine: host});

		assert.equal(plan.cells.length, 48);
		assert.equal(plan.problems.length, 1);
		assert.match(
			plan.problems[0]?.message ?? '',
			/^Node 2 cannot be bound strictly: this machine has nodes 0, 1, 2, 3/,
		);
		assert.match(plan.problems[0]?.advice ?? '', /binding=auto/);
		assert.equal(plan.problems[0]?.cells, 24);
	});

	test('is a binding that the container refuses, with its reason', () => {
		const host = machine({}, {0: {kind: 'cpu-only', reason: 'set_mempolicy: EPERM'}});
		const [problem] = planLine('experiment=quick_test', {machine: host}).problems;

		assert.match(problem?.message ?? '', /Node 0 cannot be bound strictly: set_mempolicy: EPERM/);
	});

	test('is no problem where the best that works is asked for, and is said in each record', () => {
		const host = machine({}, {0: {kind: 'cpu-only', reason: 'EPERM'}, 2: {kind: 'none', reason: 'no numactl'}});
		const plan = planLine('experiment=numa_study experiment.hardware.binding=auto', {machine: host});
		const bindingOn = (node: number) => plan.experiments.find(({numaNode}) => numaNode === node)?.binding;

		assert.deepEqual(plan.problems, []);
		assert.deepEqual(bindingOn(0), {kind: 'cpu', node: 0, reason: 'EPERM'});
		assert.deepEqual(bindingOn(2), {kind: 'off', reason: 'no numactl'});
	});

	test('is CUDA, where the driver is there and does not answer: such a machine is none without GPUs', () => {
		const host = machine({gpus: [], gpuProblem: 'NVML: driver/library version mismatch'});
		const plan = planLine('experiment=quick_test', {machine: host});

		assert.match(plan.problems[0]?.message ?? '', /cannot run on CUDA: .*version mismatch/);
		assert.equal(plan.experiments[0]?.device, 'cuda');
	});

	test('is CUDA on a machine without a GPU, where CUDA is asked for', () => {
		const plan = planLine('experiment=quick_test experiment.hardware.device=cuda', {machine: cpuMachine()});

		assert.match(plan.problems[0]?.message ?? '', /cannot run on CUDA: it has no NVIDIA GPU/);
		assert.match(plan.problems[0]?.advice ?? '', /device=cpu/);
	});
});

suite('a machine without a GPU', () => {
	test('runs on one CPU lane, says so, and keeps every cell', () => {
		const plan = planLine('experiment=quick_test experiment.hardware.gpu_ids=[0,1]', {machine: cpuMachine()});

		assert.deepEqual([plan.cells.length, plan.lanes.map(({id}) => id), plan.problems], [6, ['cpu0'], []]);
		assert.deepEqual([...new Set(plan.experiments.map(({device}) => device))], ['cpu']);
		assert.match(plan.notices[0] ?? '', /no NVIDIA GPU: experiments run on the CPU by PyTorch/);
	});

	test('has one lane for gpu_ids=auto too, however many workers there may be', () => {
		const plan = planLine('experiment=quick_test experiment.hardware.gpu_ids=auto experiment.max_workers=4', {
			machine: cpuMachine(),
		});

		assert.deepEqual(
			plan.lanes.map(({id}) => id),
			['cpu0'],
		);
		assert.equal(plan.notices.length, 1);
	});

	test('runs the built-in pipeline where no interpreter has PyTorch, and says that', () => {
		const plan = planLine('experiment=quick_test', {machine: cpuMachine(), python: null});

		assert.equal(plan.experiments[0]?.device, 'cpu-reference');
		assert.match(plan.notices[0] ?? '', /built-in reference pipeline, because no interpreter here has PyTorch/);
	});
});

suite('an empty list of GPUs', () => {
	test('is one unbound value on max_workers CPU lanes, on a machine with GPUs as well', () => {
		const plan = planOwn({workload: reading('axes.n'), axes: {n: [1, 2, 3, 4, 5]}, max_workers: 3});

		assert.deepEqual([plan.cells.length, plan.maxWorkers], [5, 3]);
		assert.deepEqual(
			plan.experiments.map(({lane, gpuId, device}) => `${lane} ${gpuId} ${device}`),
			['cpu0 null cpu', 'cpu1 null cpu', 'cpu2 null cpu', 'cpu0 null cpu', 'cpu1 null cpu'],
		);
		assert.deepEqual([plan.notices, plan.problems], [[], []]);
	});

	test('gives one cell a model', () => {
		const plan = planLine('experiment=numa_study experiment.hardware.gpu_ids=[] experiment.hardware.numa_nodes=[]');

		assert.deepEqual([plan.cells.length, plan.cells[3]?.runId], [6, 'vit32x6x512']);
	});
});

suite('GPUs and nodes', () => {
	test('that are auto are the GPUs that are here, each on its own node', () => {
		const plan = planLine('experiment=quick_test hardware.gpu_ids=auto hardware.numa_nodes=auto');

		assert.equal(plan.cells.length, 12);
		assert.deepEqual(
			plan.cells.filter((_, index) => index % 3 === 0).map(({gpuId, numaNode}) => [gpuId, numaNode]),
			[
				[0, 0],
				[1, 0],
				[2, 2],
				[3, 2],
			],
		);
	});

	test('give a lane to each GPU, with the bound of workers over all of them (A7.4)', () => {
		const plan = planLine('experiment=numa_study');

		assert.deepEqual(
			plan.lanes.map(({id, gpuUuid}) => [id, gpuUuid]),
			[
				['gpu0', 'GPU-0'],
				['gpu1', 'GPU-1'],
				['gpu2', 'GPU-2'],
				['gpu3', 'GPU-3'],
			],
		);
		assert.equal(plan.maxWorkers, 4);
	});

	test('tell an experiment its socket, so that quiet sockets can be kept', () => {
		const {experiments} = planLine('experiment=numa_study');

		assert.deepEqual(
			[0, 2].map((node) => experiments.find(({numaNode}) => numaNode === node)?.socket),
			[0, 1],
		);
	});
});
