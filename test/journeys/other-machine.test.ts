import assert from 'node:assert/strict';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {type Ended, fourGpuHost, makeWorkplace, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readJson, readResults} from '../rig/run-files.ts';

type PlannedCell = {
	readonly run_id: string;
	readonly gpu_id: number;
	readonly numa_node: number;
	readonly params: object;
	readonly argv: readonly string[];
	readonly env: {readonly [name: string]: string};
	readonly duplicate_of?: string;
};

type PrintedPlan = {
	readonly total: number;
	readonly distinct: number;
	readonly executions: number;
	readonly jobs: number;
	readonly problems: readonly unknown[];
	readonly experiments: readonly PlannedCell[];
};

suite('a plan for a machine that is not here', () => {
	let place: Workplace;
	before(() => {
		place = makeWorkplace();
	});
	after(() => place.remove());

	const plan = async (...args: readonly string[]) => {
		const {code, stdout, stderr} = await runProgram(place, ['plan', ...args]);
		assert.equal(code, 0, stderr);
		return stdout;
	};

	test('binds each cell to its node and gives it its GPU by UUID, and finds no problem', async () => {
		const {topology} = readJson<{topology: {gpus: readonly {index: number; uuid: string}[]}}>(fourGpuHost);
		const printed = JSON.parse(await plan('numa_study', '--json', '--topology', fourGpuHost)) as PrintedPlan;

		const {total, distinct, executions, jobs, problems, experiments} = printed;
		assert.deepEqual(
			{total, distinct, executions, jobs, problems},
			{total: 48, distinct: 48, executions: 768, jobs: 1, problems: []},
		);
		assert.equal(experiments.length, 48);
		for (const {gpu_id, numa_node, argv, env} of experiments) {
			assert.deepEqual(argv.slice(0, 3), ['numactl', `--cpunodebind=${numa_node}`, `--membind=${numa_node}`]);
			assert.equal(env.CUDA_VISIBLE_DEVICES, topology.gpus.find(({index}) => index === gpu_id)?.uuid);
			assert.equal(env.CUDA_DEVICE_ORDER, 'PCI_BUS_ID');
		}
	});

	test('names the cell that each duplicate repeats', async () => {
		const printed = JSON.parse(await plan('scaling_study', '--json', '--topology', fourGpuHost)) as PrintedPlan;
		const duplicates = printed.experiments.filter(({duplicate_of}) => duplicate_of !== undefined);

		assert.deepEqual([printed.total, printed.distinct], [9, 8]);
		assert.equal(duplicates.length, 1);
		assert.ok(printed.experiments.some(({run_id}) => run_id === duplicates[0]?.duplicate_of));
	});

	test('shows what was composed, whole or a part of it', async () => {
		assert.match(await plan('quick_test', 'experiment.test.batch_size=7', '--cfg', 'job'), /^ {4}batch_size: 7$/m);
		const part = await plan(
			'quick_test',
			'experiment.hardware.gpu_ids=[0,3]',
			'--cfg',
			'job',
			'--package',
			'experiment.hardware',
		);
		assert.equal(part, 'gpu_ids:\n  - 0\n  - 3\nnuma_nodes:\n  - 0\n');
	});

	test('starts nothing and writes nothing', () => assert.deepEqual(readdirSync(place.folder), []));
});

suite('a run on a simulated machine', () => {
	let place: Workplace;
	let host = '';
	let ended: Ended;
	const shown: string[] = [];

	before(async () => {
		place = makeWorkplace();
		host = join(place.folder, 'host.json');
		const known = readJson<{simulation: object}>(fourGpuHost);
		// The invented machine of the fixture, in a hundredth of its own time.
		writeFileSync(
			host,
			JSON.stringify({...known, simulation: {...known.simulation, timeScale: 0.02, failOneIn: 1000}}),
		);
		const screen = openProgram(place, ['run', 'quick_test', '--simulate', host]);
		shown.push(await screen.until(/SIMULATED/), await screen.until(/SUMMARY quick_test.*finished/));
		screen.press('q');
		await screen.exited;
		shown.push(screen.text());
		ended = await runProgram(place, ['summary']);
	});
	after(() => place.remove());

	test('is marked on the dashboard, on the summary, and in the text that stays', () => {
		for (const text of [...shown, ended.stdout]) assert.match(text, /SIMULATED/);
	});

	test('is marked in every record and file, so that its numbers are mixed with no others', async () => {
		const run = await findRunFolder(place);
		const records = readResults(run);
		assert.equal(records.length, 3);
		for (const {simulated} of records) assert.equal(simulated, true);
		assert.equal(readJson<{simulated: boolean}>(run, 'experiment_summary.json').simulated, true);
		assert.match(readFileSync(join(run, 'journal.jsonl'), 'utf8').split('\n')[0] ?? '', /"simulated":true/);
		assert.match((await runProgram(place, ['list'])).stdout, /simulated, finished/);
	});
});
