import assert from 'node:assert/strict';
import {after, before, suite, test} from 'node:test';
import {FEW_SAMPLES, makeWorkplace, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import {lacksStrictBinding, lacksTorch} from '../rig/needed-tools.ts';
import type {PtyScreen} from '../rig/pty-screen.ts';
import {findRunFolder, readJson, readResults, readWholeJournal} from '../rig/run-files.ts';

const skip = (await lacksTorch()) || lacksStrictBinding();
const PLANNED = ['gpu0_numa0_vit0x0x0', 'gpu0_numa0_vit32x2x256', 'gpu0_numa0_vit32x4x512'];

/** What tools around the replaced runner read of a record, with the type of each. */
const RECORD_TYPES = {
	run_id: 'string',
	gpu_id: 'number',
	numa_node: 'number',
	vit_config: 'object',
	test_config: 'object',
	start_time: 'string',
	duration: 'number',
	success: 'boolean',
	exit_code: 'number',
	stdout_log: 'string',
	stderr_log: 'string',
	throughput_samples_per_s: 'number',
	window_s: 'number',
	latency_ms: 'object',
	attempts: 'number',
	declared: 'object',
	effective: 'object',
	topology: 'object',
	versions: 'object',
	peak_host_memory_mib: 'number',
} as const;

suite('quick_test with PyTorch on a terminal of 80x24', {skip}, () => {
	let place: Workplace;
	let screen: PtyScreen;
	let run = '';

	before(async () => {
		place = makeWorkplace();
		screen = openProgram(place, ['run', 'quick_test', ...FEW_SAMPLES]);
		await screen.until(/CPU[\s\S]*vit[\s\S]*\b(load|warmup|measure)\b/);
	});
	after(() => {
		place?.remove();
	});

	test('draws the lane with its experiment and phase, then the summary, on the alternate screen', async () => {
		assert.ok(screen.isAlternate());
		const summary = await screen.until(/SUMMARY/);
		assert.match(summary, /100\.0 % {2}of 3 cells: {2}3 ok/);
		assert.match(summary, /vit32x4x512/);
		for (const line of screen.lines()) assert.ok(line.length <= 80, line);
	});

	test('gives the terminal back when the user leaves, and prints the summary there', async () => {
		screen.press('q');
		const {exitCode} = await screen.exited;

		assert.equal(exitCode, 0);
		assert.ok(!screen.isAlternate());
		assert.match(screen.text(), /outputs\/quick_test\/[\d-]+\/[\d-]+\/results\.json/);
		assert.ok(screen.isCursorShown(), 'the cursor is hidden still');
		run = await findRunFolder(place);
	});

	test('leaves a record for each cell with every field, numbers as numbers', () => {
		const records = readResults(run);
		assert.deepEqual(
			records.map(({run_id}) => run_id),
			PLANNED,
		);
		for (const record of records) {
			for (const [key, type] of Object.entries(RECORD_TYPES)) assert.equal(typeof record[key], type, key);
			assert.ok('nsys_report' in record);
			assert.equal(record.device, 'cpu');
			assert.deepEqual(record.degraded, []);
			assert.equal((record.latency_ms as {n: number}).n, 4);
		}
	});

	test('counts in the summary with numbers, and as many as were measured', () => {
		const summary = readJson<{readonly [key: string]: unknown}>(run, 'experiment_summary.json');
		assert.equal(summary.experiment_name, 'quick_test');
		assert.equal(summary.total_runs, 3);
		assert.equal(summary.successful_runs, 3);
		assert.equal(summary.failed_runs, 0);
		assert.equal(summary.success_rate, 100);
		assert.equal(typeof summary.average_duration, 'number');
		assert.deepEqual(summary.gpu_ids_tested, []);
		assert.deepEqual(summary.numa_nodes_tested, [0]);
		assert.equal(summary.vit_configs_tested, 3);
	});

	test('writes intent before deed and deed before result, each fact with its checksum', () => {
		const facts = readWholeJournal(run);
		for (const id of PLANNED) {
			const own = facts.filter((fact) => 'id' in fact && fact.id === id).map(({type}) => type);
			assert.deepEqual(own, ['launching', 'started', 'ended', 'committed']);
		}
		assert.equal(facts.at(-1)?.type, 'closed');
	});

	test('tells other commands the same afterwards', async () => {
		const summary = JSON.parse((await runProgram(place, ['summary', '--json'])).stdout) as {succeeded: number};
		assert.equal(summary.succeeded, 3);
		const {stdout} = await runProgram(place, ['list']);
		assert.match(stdout, /outputs\/quick_test\/.* finished {2}ok 3 {2}failed 0 {2}left 0\n$/);
	});
});
