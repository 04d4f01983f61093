import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {buildCommand, buildPipelineSettings, type CommandContext} from '../../source/plan/build-command.ts';
import {declared} from '../rig/simulated.ts';
import {topology} from '../rig/story.ts';
import {commandsOf, cpuMachine, machine, ownSuite, reading} from '../rig/suites.ts';

const firstOf = (line: string, circumstances = {}) => {
	const [command] = commandsOf(line, circumstances).values();
	assert.ok(command);
	return command;
};

const firstOwn = (experiment: JsonObject) => firstOf('experiment=own', {suites: [ownSuite(experiment)]});

suite('the command of vit_pipeline', () => {
	test('is numactl, the interpreter, the workload and every setting, with nothing for a shell to read', () => {
		const command = firstOf('experiment=quick_test');

		assert.deepEqual(
			command.argv.join(' '),
			'numactl --cpunodebind=0 --membind=0 python3 -u vit_pipeline.py --device cuda --name gpu0_numa0_vit0x0x0 --gpu-id 0' +
				' --shape 3 224 224 --num-samples 100 --batch-size 5 --warmup-samples 20 --memory-size-mb 256' +
				' --vit-patch-size 32 --vit-depth 0 --vit-heads 8 --vit-dim 256 --vit-mlp-dim 1024' +
				' --pipeline-mode async --preprocessing-mode none --queue-depth 2 --execution eager --min-window-s 1',
		);
		assert.equal(command.cwd, '/here');
	});

	test('binds memory apart from the CPUs where it is to be on another node', () => {
		const line = 'experiment=quick_test hardware.split_binding=true hardware.numa_nodes=[0,2]';
		const {argv} = commandsOf(line).get('gpu0_numa0_mem2_vit0x0x0') ?? firstOf(line);

		assert.deepEqual(argv.slice(0, 3), ['numactl', '--cpunodebind=0', '--membind=2']);
	});

	// nvidia-smi counts in PCI order, CUDA by speed: an index means two different GPUs.
	test('sees one GPU, by its UUID and in PCI order (A7.15)', () => {
		const command = commandsOf('experiment=numa_study').get('gpu3_numa2_vit0x0x0.b2');

		assert.deepEqual(command?.env, {
			PYTHONUNBUFFERED: '1',
			CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
			CUDA_VISIBLE_DEVICES: 'GPU-3',
		});
	});

	// A profiler inside the timed region slowed every number that was published.
	test('has no profiler around it, so that no timed number comes from a profiled pass (A7.5)', () => {
		for (const {argv} of commandsOf('experiment=rq5_pipeline_design').values()) {
			assert.ok(!argv.some((word) => /nsys|ncu|timeout/.test(word)), argv.join(' '));
		}
	});

	test('sees no GPU where it runs on the CPU', () => {
		const command = firstOf('experiment=quick_test', {machine: cpuMachine()});

		assert.equal(command.env.CUDA_VISIBLE_DEVICES, '');
		assert.ok(command.argv.join(' ').includes('--device cpu '));
	});

	test('is warpdeck itself where no interpreter has PyTorch, with the same settings', () => {
		const {argv} = firstOf('experiment=quick_test', {machine: cpuMachine(), python: null});

		assert.deepEqual(argv.slice(3, 7), ['warpdeck', 'reference-pipeline', '--name', 'gpu0_numa0_vit0x0x0']);
		assert.ok(argv.join(' ').endsWith('--execution eager --min-window-s 1'));
	});

	test('is held on the CPUs of its node by taskset where memory cannot be bound', () => {
		const host = machine({}, {0: {kind: 'cpu-only', reason: 'EPERM'}});
		const {argv} = firstOf('experiment=quick_test experiment.hardware.binding=auto', {machine: host});

		assert.deepEqual(argv.slice(0, 4), ['taskset', '-c', '0', 'python3']);
	});

	test('is not wrapped at all where binding is off', () => {
		assert.equal(firstOf('experiment=quick_test experiment.hardware.binding=off').argv[0], 'python3');
	});
});

suite('a command of the user’s', () => {
	test('has every placeholder filled, in its arguments, its environment and its folder', () => {
		const placeholder = (name: string) => ['$', `{${name}}`].join('');
		const command = firstOwn({
			hardware: {gpu_ids: [2], numa_nodes: [3]},
			workload: {
				command: [
					'run',
					...['gpu.index', 'gpu.uuid', 'numa_node', 'run_id', 'axes.size', 'params.batch_size'].map(placeholder),
				],
				env: {OUT: `${placeholder('run_dir')}/out`},
				cwd: `/data/${placeholder('axes.size')}`,
			},
			test: {batch_size: 8},
			axes: {size: [64]},
		});

		assert.deepEqual(command.argv, [
			...['numactl', '--cpunodebind=3', '--membind=3'],
			...['run', '2', 'GPU-2', '3', 'gpu2_numa3_size-64', '64', '8'],
		]);
		assert.equal(command.env.OUT, '/runs/1/out');
		assert.equal(command.env.CUDA_VISIBLE_DEVICES, 'GPU-2');
		assert.equal(command.cwd, '/data/64');
	});

	test('keeps blanks, quotes and dollars of a value in one argument, because no shell reads them', () => {
		const {argv} = firstOwn({workload: reading('axes.text'), axes: {text: ['a b; rm -rf "$HOME" \'x\'']}});

		assert.deepEqual(argv, ['./program', 'a b; rm -rf "$HOME" \'x\'']);
	});

	test('has the default of a setting that it mentions and the suite does not set, a list as its values', () => {
		assert.deepEqual(firstOwn({workload: reading('params.queue_depth', 'params.tensor_shape')}).argv, [
			'./program',
			...['2', '3', '224', '224'],
		]);
	});

	test('has its models’ values', () => {
		const model = {patch_size: 16, depth: 2, heads: 4, dim: 256, mlp_dim: 1024};
		const names = ['patch_size', 'depth', 'heads', 'dim', 'mlp_dim'].map((key) => `params.${key}`);

		assert.deepEqual(firstOwn({workload: reading(...names), vit_configs: [model]}).argv, [
			'./program',
			...['16', '2', '4', '256', '1024'],
		]);
	});

	test('finds a placeholder empty that has no value here, and no GPU visible', () => {
		const command = firstOwn({workload: reading('gpu.index', 'numa_node')});

		assert.deepEqual(command.argv, ['./program', '', '']);
		assert.equal(command.env.CUDA_VISIBLE_DEVICES, '');
	});

	test('is another one for each job that asks for another', () => {
		const suites = [ownSuite({workload: {command: ['sleep', '1']}})];
		const commands = commandsOf("-m experiment=own 'experiment.workload.command=[sleep,2s],[sleep,3s]'", {suites});

		assert.deepEqual(
			[...commands.values()].map(({argv}) => argv.join(' ')),
			['sleep 2s', 'sleep 3s'],
		);
	});
});

suite('an experiment that a worker serves', () => {
	const context: CommandContext = {
		workloadOf: () => 'vit_pipeline',
		topology: topology(),
		python: 'python3',
		pipeline: 'vit_pipeline.py',
		warpdeck: ['warpdeck'],
		runDir: '/runs/1',
		cwd: '/here',
	};
	const served = {...declared({depth: 4, measure_floors: false}, {numaNode: 2}), isolation: 'block'} as const;

	test('starts the workload as a server where the experiment is bound, and asks it for the settings by their keys', () => {
		const {argv, env, worker} = buildCommand(served, context);

		assert.equal(
			argv.join(' '),
			'numactl --cpunodebind=2 --membind=2 python3 -u vit_pipeline.py --serve --device cuda --gpu-id 0',
		);
		assert.equal(env.CUDA_VISIBLE_DEVICES, 'GPU-0');
		assert.equal(worker?.key, 'gpu0.node2.b1');
		const {run_id, name, depth, tensor_shape, measure_floors, compile_model} = worker?.request ?? {};
		assert.deepEqual([run_id, name], [served.id, served.runId]);
		assert.deepEqual([depth, tensor_shape, measure_floors, compile_model], [4, [3, 224, 224], false, undefined]);
	});

	test('is asked for just what the command line of its own process says', () => {
		const request = buildCommand(served, context).worker?.request ?? {};
		const {argv} = buildCommand({...declared(served.params, {numaNode: 2})}, context);

		assert.deepEqual(
			buildPipelineSettings({runId: String(request.name), params: request}),
			argv.slice(argv.indexOf('--name')),
		);
	});

	test('is the same command for every model of its block, and another one in the next', () => {
		const commands = [served, {...served, params: {...served.params, depth: 1}}, {...served, block: 2}].map((one) =>
			buildCommand(one, context),
		);

		assert.deepEqual(commands[1]?.argv, commands[0]?.argv);
		assert.deepEqual(
			commands.map(({worker}) => worker?.key),
			['gpu0.node2.b1', 'gpu0.node2.b1', 'gpu0.node2.b2'],
		);
	});

	test('has a process of its own where nothing can serve it', () => {
		const own = buildCommand(served, {...context, workloadOf: () => ({command: ['./program'], env: {}})});
		const reference = buildCommand({...served, device: 'cpu-reference'}, context);

		assert.deepEqual([own.worker, reference.worker], [undefined, undefined]);
		assert.ok(reference.argv.includes('reference-pipeline'));
	});
});
