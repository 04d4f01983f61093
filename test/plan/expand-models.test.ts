import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json} from '../../source/domain/json.ts';
import {commandsOf, planLine} from '../rig/suites.ts';

const MODEL = 'patch_size:32,depth:2,heads:4,dim:256,mlp_dim:1024';
const lineWith = (key: string, value: string): string =>
	`experiment=quick_test 'experiment.vit_configs=[{${MODEL},${key}:${value}}]'`;

/** What one cell's command says behind an option, up to the next option. */
function argumentOf(line: string, option: string): string {
	const [command] = [...commandsOf(line).values()];
	const words = command?.argv ?? [];
	const at = words.indexOf(option);
	const end = words.findIndex((word, index) => index > at && word.startsWith('--'));
	return at === -1 ? 'absent' : words.slice(at + 1, end === -1 ? undefined : end).join(' ');
}

type Honoured = {
	readonly key: string;
	readonly value: string;
	readonly declared: Json;
	readonly option: string;
	readonly said: string;
};

const honoured: readonly Honoured[] = [
	{key: 'num_samples', value: '77', declared: 77, option: '--num-samples', said: '77'},
	{key: 'batch_size', value: '3', declared: 3, option: '--batch-size', said: '3'},
	{key: 'warmup_samples', value: '7', declared: 7, option: '--warmup-samples', said: '7'},
	{key: 'warmup_samples', value: '0', declared: 0, option: '--warmup-samples', said: '0'},
	{key: 'memory_size_mb', value: '2048', declared: 2048, option: '--memory-size-mb', said: '2048'},
	{key: 'tensor_shape', value: '[3,512,512]', declared: [3, 512, 512], option: '--shape', said: '3 512 512'},
	{key: 'pipeline_mode', value: 'sync', declared: 'sync', option: '--pipeline-mode', said: 'sync'},
	{key: 'preprocessing_mode', value: 'gpu', declared: 'gpu', option: '--preprocessing-mode', said: 'gpu'},
	{key: 'queue_depth', value: '16', declared: 16, option: '--queue-depth', said: '16'},
	{key: 'execution', value: 'graph', declared: 'graph', option: '--execution', said: 'graph'},
	{key: 'min_window_s', value: '2.5', declared: 2.5, option: '--min-window-s', said: '2.5'},
	{key: 'measure_floors', value: 'false', declared: false, option: '--no-measure-floors', said: ''},
	{key: 'compile_model', value: 'true', declared: true, option: '--compile-model', said: ''},
];

// Settings of a model that nobody read made five published comparisons false.
suite('a setting of one model (A7.2)', () => {
	for (const {key, value, declared, option, said} of honoured) {
		test(`reaches the command line: ${key}=${value} is ${option} ${said}`, () => {
			const line = lineWith(key, value);

			assert.equal(argumentOf(line, option), said);
			assert.deepEqual(planLine(line).cells[0]?.params[key], declared);
			assert.notEqual(argumentOf('experiment=quick_test', option), said);
		});

		if (key !== 'compile_model') {
			test(`wins over the suite’s: ${key}=${value} whatever experiment.test.${key} is`, () => {
				const shared = planLine('experiment=quick_test').cells[0]?.params[key];
				const line = `${lineWith(key, value)} 'experiment.test.${key}=${JSON.stringify(shared).replaceAll('"', '')}'`;

				assert.equal(argumentOf(line, option), said);
			});
		}
	}

	test('compile_mode reaches the command line of a model that is compiled', () => {
		assert.equal(
			argumentOf(lineWith('compile_model', 'true,compile_mode:max-autotune'), '--compile-mode'),
			'max-autotune',
		);
		assert.equal(argumentOf(lineWith('compile_mode', 'max-autotune'), '--compile-mode'), 'absent');
	});

	test('numa_node binds this model there, whatever nodes the suite lists, and the name says so', () => {
		const [[id, command] = []] = commandsOf(lineWith('numa_node', '3'));

		assert.equal(id, 'gpu0_numa3_vit32x2x256');
		assert.deepEqual(command?.argv.slice(0, 3), ['numactl', '--cpunodebind=3', '--membind=3']);
	});

	test('timeout_s limits this model only', () => {
		const [own, other] = planLine(
			`experiment=quick_test 'experiment.vit_configs=[{${MODEL},timeout_s:5},{${MODEL}}]'`,
		).experiments;

		assert.deepEqual([own?.timeoutMs, other?.timeoutMs], [5000, 300_000]);
	});

	test('compile_model=true of the suite compiles only models that do not set it', () => {
		const commands = commandsOf('experiment=rq3_compilation_optimization experiment.test.compile_model=true');
		const isCompiled = (id: string) => commands.get(id)?.argv.includes('--compile-model');

		assert.equal(isCompiled('gpu0_numa0_vit32x6x384_batch8'), false);
		assert.equal(isCompiled('gpu0_numa0_vit32x6x384_compiled_batch8'), true);
	});

	test('compile_model=false of a model wins over the suite’s true, and the name follows', () => {
		const plan = planLine(`${lineWith('compile_model', 'false')} experiment.test.compile_model=true`);

		assert.deepEqual([plan.cells[0]?.runId, plan.cells[0]?.params.compile_model], ['gpu0_numa0_vit32x2x256', false]);
	});

	test('reaches every command of rq2: each model runs at the resolution of its label', () => {
		const {cells} = planLine('experiment=rq2_resolution_scaling');

		for (const {model, params} of cells) {
			const [, pixels] = /_(\d+)px$/.exec(model ?? '') ?? [];
			assert.deepEqual(params.tensor_shape, [3, Number(pixels), Number(pixels)]);
		}
	});
});
