import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import type {RunState} from '../../source/journal/state.ts';
import {buildExperimentSummary} from '../../source/report/experiment-summary.ts';
import {buildResults} from '../../source/report/exports.ts';
import {cell, failed, launching, opened, PARAMS, planned, play, ran, STORY_START, started} from '../rig/story.ts';

const A = cell({model: 'a'});
const B = cell({model: 'b'});
const [a, b] = [A.runId, B.runId];

function first(state: RunState): JsonObject {
	const [record] = buildResults(state);
	assert.ok(record);
	return record;
}

const pick = (record: JsonObject, ...keys: readonly string[]) => keys.map((key) => record[key]);

suite('a record of results.json', () => {
	test('carries every field that the replaced runner wrote, numbers as numbers', () => {
		const record = first(play(opened(), planned([A]), ...ran(a)));

		const {run_id, gpu_id, numa_node, vit_config, test_config, start_time, duration} = record;
		assert.deepEqual(
			{run_id, gpu_id, numa_node, start_time, duration},
			{
				run_id: 'gpu0_numa0_a',
				gpu_id: 0,
				numa_node: 0,
				start_time: '2025-07-12T02:31:05.000Z',
				duration: 12.5,
			},
		);
		assert.deepEqual(vit_config, {name: 'a', patch_size: 32, depth: 2, heads: 4, dim: 256, mlp_dim: 1024});
		assert.deepEqual(test_config, {num_samples: 1000, batch_size: 10, timeout_s: 600});
		assert.deepEqual(pick(record, 'success', 'exit_code', 'nsys_report'), [true, 0, null]);
		assert.deepEqual(pick(record, 'stdout_log', 'stderr_log'), [`logs/${a}.stdout`, `logs/${a}.stderr`]);
		assert.equal('error' in record, false);
	});

	test('adds what was measured, on what, and where it was bound', () => {
		const record = first(play(opened(), planned([cell({gpuId: 2, numaNode: 0})]), ...ran('gpu2_numa0_vit32x2x256')));

		assert.deepEqual(record.latency_ms, {p50: 9, p90: 11, p99: null, mean: 9.5, n: 100});
		assert.deepEqual(record.topology, {
			gpu_uuid: 'GPU-2',
			pci_address: '0000:30:00.0',
			gpu_numa_node: 2,
			bound_node: 0,
			distance: 21,
		});
		assert.deepEqual(record.binding, {kind: 'strict', node: 0, reason: null});
		assert.deepEqual(pick(record, 'status', 'attempts', 'throughput_samples_per_s', 'device'), [
			'succeeded',
			1,
			1000,
			'cuda',
		]);
		assert.deepEqual(pick(record, 'peak_host_memory_mib', 'peak_gpu_memory_mib', 'simulated'), [2048, 512, false]);
		assert.deepEqual(pick(record, 'declared', 'effective'), [PARAMS, PARAMS]);
	});

	test('of a failure has the error, its kind and the advice, and no throughput', () => {
		const record = first(play(opened(), planned([A]), ...failed(a)));

		assert.deepEqual(pick(record, 'success', 'status', 'exit_code', 'error'), [false, 'failed', 1, 'ValueError: no']);
		assert.deepEqual(record.failure, {kind: 'exit', message: 'exited with code 1', advice: 'read the log'});
		assert.equal(record.throughput_samples_per_s, null);
	});

	test('is there for cells that have not ended too, in the planned order', () => {
		const records = buildResults(play(opened(), planned([A, B]), launching(b), started(b)));

		assert.deepEqual(
			records.map((record) => pick(record, 'run_id', 'status', 'success', 'start_time', 'attempts')),
			[
				[a, 'waiting', false, null, 0],
				[b, 'running', false, '2025-07-12T02:31:05.000Z', 1],
			],
		);
	});

	test('of a repeated cell shares the result and says whose it is', () => {
		const again = cell({model: 'a', runId: `${a}_2`, duplicateOf: a});

		const [, record = {}] = buildResults(play(opened(), planned([A, again]), ...ran(a)));

		assert.deepEqual(pick(record, 'run_id', 'duplicate_of', 'status', 'throughput_samples_per_s'), [
			`${a}_2`,
			a,
			'succeeded',
			1000,
		]);
	});

	test('averages its blocks and keeps each of them', () => {
		const record = first(
			play(
				opened(),
				planned([A], {blocks: 2}),
				...ran(a, {throughputSamplesPerS: 900}),
				...ran(`${a}.b2`, {
					throughputSamplesPerS: 1100,
					latencyMs: {p50: null, p90: null, p99: null, mean: null, n: 0},
				}),
			),
		);

		assert.deepEqual(pick(record, 'throughput_samples_per_s', 'duration'), [1000, 25]);
		assert.deepEqual(record.latency_ms, {p50: 9, p90: 11, p99: null, mean: 9.5, n: 100});
		assert.deepEqual(
			(record.blocks as readonly JsonObject[]).map((block) =>
				pick(block, 'block', 'status', 'throughput_samples_per_s'),
			),
			[
				[1, 'succeeded', 900],
				[2, 'succeeded', 1100],
			],
		);
	});

	test('lists what the suite sets for one model alone beside that model', () => {
		const own = {name: 'a', patch_size: 32, depth: 2, heads: 4, dim: 256, mlp_dim: 1024, batch_size: 10};
		const config = {experiment: {name: 'study', vit_configs: [{...own, depth: 9}, own]}};

		assert.deepEqual(first(play(opened({config}), planned([A]))).vit_config, own);
	});

	test('survives JSON unchanged', () => {
		const records = buildResults(play(opened(), planned([A, B]), ...ran(a), ...failed(b)));

		assert.deepEqual(JSON.parse(JSON.stringify(records)), records);
	});
});

suite('experiment_summary.json', () => {
	test('counts in numbers, sums durations, and takes wall time separately', () => {
		const C = cell({model: 'c', gpuId: 1, numaNode: 2});
		const state = play(opened(), planned([A, B, C]), ...ran(a), ...failed(b, {durationS: 3}), ...ran(C.runId));

		const summary = buildExperimentSummary(state, STORY_START + 60_000);

		assert.deepEqual(pick(summary, 'experiment_name', 'total_runs', 'successful_runs', 'failed_runs'), [
			'numa_locality_study',
			3,
			2,
			1,
		]);
		assert.equal(Number(summary.success_rate).toFixed(2), '66.67');
		assert.deepEqual(pick(summary, 'average_duration', 'total_duration', 'wall_s'), [12.5, 28, 60]);
		assert.deepEqual(pick(summary, 'gpu_ids_tested', 'numa_nodes_tested', 'vit_configs_tested'), [[0, 1], [0, 2], 3]);
		assert.deepEqual(pick(summary, 'failures_by_reason', 'devices', 'seed', 'simulated'), [
			{exit: 1},
			['cuda'],
			41,
			false,
		]);
		assert.deepEqual(pick(summary, 'start_time', 'end_time'), ['2025-07-12T02:31:02.000Z', null]);
		assert.equal((summary.numa_penalty as JsonObject).available, false);
	});

	test('calls tested only what has a result, and a GPU only what a result was measured on', () => {
		const onCpu = cell({model: 'c', gpuId: 2, numaNode: 2});
		const waiting = cell({model: 'd', gpuId: 3, numaNode: 3});
		const state = play(opened(), planned([A, onCpu, waiting]), ...ran(a), ...ran(onCpu.runId, {device: 'cpu'}));

		const summary = buildExperimentSummary(state, 0);

		assert.deepEqual(pick(summary, 'gpu_ids_tested', 'numa_nodes_tested', 'vit_configs_tested'), [[0], [0, 2], 2]);
		assert.equal(summary.total_runs, 3);
	});

	test('counts the time of a shared result once', () => {
		const again = cell({model: 'a', runId: `${a}_2`, duplicateOf: a});

		const summary = buildExperimentSummary(play(opened(), planned([A, again]), ...ran(a)), 0);

		assert.deepEqual(pick(summary, 'total_runs', 'distinct', 'executions', 'total_duration'), [2, 1, 1, 12.5]);
	});

	test('holds the penalty with its formula', () => {
		const remote = cell({model: 'a', numaNode: 2});

		const {numa_penalty: penalty} = buildExperimentSummary(
			play(opened(), planned([A, remote]), ...ran(a), ...ran(remote.runId, {throughputSamplesPerS: 750})),
			0,
		);

		const {available, formula, family, rows} = penalty as JsonObject;
		assert.deepEqual(
			[available, formula, family],
			[true, '1 - remote / local, geometric means of throughput; above 0 remote is slower', 1],
		);
		const [row] = rows as readonly JsonObject[];
		assert.ok(Math.abs(Number(row?.penalty_percent) - 25) < 1e-9);
		assert.deepEqual(row && pick(row, 'n', 'interval', 'p', 'p_holm', 'mde_percent', 'more_blocks', 'verdict'), [
			1,
			null,
			null,
			null,
			null,
			null,
			'single run, no interval',
		]);
	});

	test('holds what blocks say of a penalty, and the mean of its GPUs', () => {
		const cells = [0, 2].flatMap((gpuId) => [0, 2].map((node) => cell({model: 'a', gpuId, numaNode: node})));
		const story = cells.flatMap(({runId, gpuId, numaNode: node}) =>
			[1, 2, 3, 4, 5, 6].flatMap((block) =>
				ran(block === 1 ? runId : `${runId}.b${block}`, {
					throughputSamplesPerS: (gpuId === node ? 1000 : 950) + block,
				}),
			),
		);

		const {numa_penalty: penalty} = buildExperimentSummary(play(opened(), planned(cells, {blocks: 6}), ...story), 0);

		const {family, equivalence_percent: delta, rows, models} = penalty as JsonObject;
		const [row] = rows as readonly JsonObject[];
		const [model] = models as readonly JsonObject[];
		assert.deepEqual([family, delta], [2, 2]);
		assert.deepEqual(row && pick(row, 'gpu_id', 'n', 'more_blocks', 'verdict'), [
			0,
			6,
			0,
			'penalty 4.98 % [4.97, 4.99], no control',
		]);
		assert.deepEqual(Object.keys((row?.interval ?? {}) as JsonObject), ['low_percent', 'high_percent']);
		assert.ok(Number(row?.p) < Number(row?.p_holm));
		assert.ok(Number(row?.mde_percent) < 0.02);
		assert.deepEqual(model && pick(model, 'model', 'distance', 'gpu_ids', 'comparisons', 'n', 'verdict'), [
			'a',
			21,
			[0, 2],
			2,
			6,
			'penalty 4.98 % [4.97, 4.99], no control',
		]);
	});
});
