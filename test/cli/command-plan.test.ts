import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {checkCommands} from '../../source/cli/check-commands.ts';
import {completeCommands} from '../../source/cli/complete-commands.ts';
import {describeGiven} from '../../source/cli/describe-given.ts';
import {refuseSecrets} from '../../source/cli/refuse-secrets.ts';
import type {Json, JsonObject} from '../../source/domain/json.ts';
import {expandPlan} from '../../source/plan/expand.ts';
import {composeLine, machine, ownSuite, refusalOf} from '../rig/suites.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const slot = (name: string) => ['$', `{${name}}`].join('');

/** The plan of a suite of one command, on this machine as far as files go, with four GPUs. */
async function plan(workload: JsonObject, more: JsonObject = {}, env: NodeJS.ProcessEnv = {PATH: '/usr/bin:/bin'}) {
	const {composition, ...found} = await completeCommands(
		composeLine('experiment=own', {suites: [ownSuite({workload, ...more})]}),
	);
	const host = machine({origin: 'measured'});
	const expanded = expandPlan(composition, {machine: host, python: null, seed: 1});
	const python = {kind: 'none', tried: []} as const;
	const {problems, notices} = await checkCommands({composition, plan: expanded, machine: host, python}, found, env);
	return {
		problems: problems.map(({message}) => message),
		advice: problems.map(({advice}) => advice),
		notices,
		given: describeGiven(composition),
		cells: expanded.cells,
	};
}

/** A folder with these files. */
function write(context: TestContext, files: {readonly [name: string]: string}): string {
	const folder = makeTemporaryFolder(context);
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	return folder;
}

const onGpus = (...gpu_ids: readonly number[]): {readonly [key: string]: Json} => ({
	hardware: {gpu_ids, binding: 'off'},
});

suite('the plan of a command with inputs', () => {
	const workload = (cwd: string) => ({command: ['sh', slot('axes.data')], inputs: [`${slot('axes.data')}.csv`], cwd});

	test('has what they hold in each cell, and other cells once they change', async (t) => {
		const folder = write(t, {'a.csv': '1', 'b.csv': '2'});
		const digests = async () =>
			(await plan(workload(folder), {axes: {data: ['a', 'b']}})).cells.map(({params}) => params.input_sha256);

		const before = await digests();
		writeFileSync(join(folder, 'b.csv'), '3');
		const after = await digests();

		assert.equal(before[0], after[0]);
		assert.equal(new Set([...before, after[1]]).size, 3);
		assert.match(String(before[0]), /^[0-9a-f]{16}$/);
	});

	test('says which is not there, and what to do', async (t) => {
		const {problems, advice} = await plan(workload(write(t, {'a.csv': '1'})), {axes: {data: ['a', 'b']}});

		assert.match(problems.join('\n'), /^The input b\.csv is not in \/\S+\.$/);
		assert.match(advice.join('\n'), /correct experiment\.workload\.inputs/);
	});

	test('reads nothing where none are named', async () => {
		const {given, cells} = await plan({command: ['sh']});

		assert.deepEqual([given, cells[0]?.params.input_sha256], [[], undefined]);
	});
});

suite('the plan of a command with entries', () => {
	const entry = [
		{when: {has: 'conditions'}, command: ['sh', 'many']},
		{when: {has: 'dataset'}, command: ['sh', 'one']},
	];
	const planFiles = (t: TestContext, files: {readonly [name: string]: string}) =>
		plan({config: slot('axes.file'), entry, cwd: write(t, files)}, {axes: {file: Object.keys(files)}});

	test('says which each configuration gets, and why; comments and YAML are read', async (t) => {
		const {given, problems} = await planFiles(t, {
			'a.json': '{\n// several\n"conditions": [],\n}',
			'b.yaml': 'dataset: facts\n',
		});

		assert.deepEqual(problems, []);
		assert.deepEqual(given.slice(0, 2), [
			'entry: a.json runs by number 1, because it has conditions: sh many',
			'entry: b.yaml runs by number 2, because it has dataset: sh one',
		]);
	});

	test('says where one cannot be read, and where no entry is for it', async (t) => {
		const {problems} = await planFiles(t, {'a.json': '{"conditions": ]}', 'b.json': '{}'});

		assert.match(problems[0] ?? '', /a\.json cannot be read: .*line 1/);
		assert.equal(problems[1], 'No entry of experiment.workload.entry is for b.json.');
	});

	test('compares the devices in it with the lanes', async (t) => {
		const cwd = write(t, {'a.json': '{"shared": {"device": "cuda:1"}, "conditions": []}'});
		const workload = {config: 'a.json', entry, cwd};

		const alone = await plan({...workload, device: 'open'}, onGpus(1));
		const both = await plan({...workload, device: 'open'}, onGpus(0, 1));

		assert.deepEqual(alone.problems, []);
		assert.match(both.problems.join('\n'), /a\.json \(\/shared\/device\): cuda:1 is not the GPU of gpu0 of 2 lanes/);
	});
});

suite('the plan of a command', () => {
	test('names a program that is not there once for all experiments', async () => {
		const {problems} = await plan({command: ['no-such-program', slot('axes.n')]}, {axes: {n: [1, 2, 3]}});

		assert.equal(problems.length, 1);
	});

	test('names a script that chooses a GPU which is not its lane’s', async (t) => {
		const cwd = write(t, {'run.py': 'import os\nos.environ["CUDA_VISIBLE_DEVICES"] = "0"\n'});
		const workload = {command: ['sh', 'run.py'], cwd};

		assert.deepEqual((await plan(workload, onGpus(0))).problems, []);
		assert.match(
			(await plan(workload, onGpus(0, 2))).problems.join('\n'),
			/run\.py \(line 2\): .*=0 would put .* gpu2/,
		);
	});

	test('names variables that are not set: those it needs as a problem, others as a note', async () => {
		const {problems, notices} = await plan(
			{command: ['sh'], env_from: ['A_*', 'B_ONE'], env_required: ['C_ONE']},
			{},
			{
				PATH: '/bin',
				A_TWO: '1',
			},
		);

		assert.match(problems.join('\n'), /C_ONE is not set/);
		assert.deepEqual(notices, ['Not set here, so the command goes without: B_ONE.']);
	});

	test('names words that only a shell reads, and an interpreter that nobody has', async () => {
		const {problems, notices} = await plan({command: ['sh', slot('python'), '>', 'log']});

		assert.match(notices.join('\n'), /> is an argument like any other/);
		assert.match(problems.join('\n'), /no interpreter with PyTorch/);
	});
});

suite('a secret in a command', () => {
	const refuse = (workload: JsonObject, env = {}) =>
		refusalOf(() => refuseSecrets(composeLine('experiment=own', {suites: [ownSuite({workload})]}), env));

	test('is refused without being said again', () => {
		const {message, advice} = refuse({command: ['x', '--token', 'correct-horse']}, {MY_TOKEN: 'correct-horse'});

		assert.match(message, /command holds a secret/);
		assert.match(advice, /env_from=\[MY_TOKEN\]/);
		assert.ok(!`${message}${advice}`.includes('correct-horse'));
	});

	test('is refused by the name of a variable, unless its value is none or comes from elsewhere', () => {
		assert.match(refuse({command: ['x'], env: {HF_TOKEN: 'something-long'}}).message, /env\.HF_TOKEN/);
		for (const env of [{HF_TOKEN: ''}, {MAX_KEYS: '123456789'}, {TOKENIZERS_PARALLELISM: 'false-or-so'}]) {
			refuseSecrets(composeLine('experiment=own', {suites: [ownSuite({workload: {command: ['x'], env}})]}), {});
		}
	});
});
