import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {assertConsistent} from './printed-lines.ts';
import {
	evaluateInPython,
	findHuman,
	findResult,
	findSaid,
	runVitPipelines,
	skipWithoutTorch,
	smallArguments,
} from './run-workloads.ts';

suite('The timed window of vit_pipeline.py', {skip: skipWithoutTorch}, () => {
	const [short, long, measured, graph] = skipWithoutTorch
		? []
		: runVitPipelines([
				smallArguments('--num-samples 10'),
				smallArguments('--num-samples 10 --min-window-s 0.3'),
				smallArguments().filter((word) => word !== '--no-measure-floors'),
				smallArguments('--execution graph'),
			]);

	test('is one pass over the declared samples when no length is asked for', () => {
		assert.ok(short);
		const {metrics} = findResult(short);
		assert.deepEqual([metrics.passes, metrics.samples, metrics.batches], [1, 10, 3]);
		assert.deepEqual([metrics.floors, metrics.not_steady], [null, null]);
	});

	test('is made of whole passes until it is long enough, and counts them all', () => {
		assert.ok(long);
		const {metrics, effective} = findResult(long);
		const passes = Number(metrics.passes);
		assert.ok(passes > 1 && Number(metrics.window_s) >= 0.3, `${passes} passes in ${metrics.window_s} s`);
		assert.deepEqual([metrics.samples, metrics.batches, effective.num_samples], [10 * passes, 3 * passes, 10]);
		assert.equal(metrics.h2d_bytes, 10 * passes * 3 * 32 * 32 * 4);
		assertConsistent(long, metrics);
	});

	test('tells of progress that never goes back and ends with all samples, and people of the first pass', () => {
		assert.ok(long);
		const done = findSaid(long, 'progress').map((line) => line.done);
		const measuring = done.slice(done.indexOf(4, 1));
		assert.deepEqual(
			measuring,
			measuring.toSorted((one, other) => one - other),
		);
		assert.equal(measuring.at(-1), findResult(long).metrics.samples);
		assert.equal(findHuman(long).filter((line) => line.includes('(10/10)')).length, 1);
	});

	test('is followed by a measurement of each stage alone', () => {
		assert.ok(measured);
		const {metrics, effective} = findResult(measured);
		const {launch_samples_per_s, ...floors} = metrics.floors as Record<string, number | null>;
		assert.deepEqual(Object.keys(floors), ['h2d_samples_per_s', 'compute_samples_per_s', 'd2h_samples_per_s']);
		assert.ok(Object.values(floors).every((rate) => Number(rate) > 0));
		assert.deepEqual([launch_samples_per_s, metrics.launch_gap_share], [null, null]);
		assert.equal(effective.measure_floors, true);
	});

	test('is launched kernel by kernel on a CPU although CUDA graphs were asked for, and says so', () => {
		assert.ok(graph);
		assert.equal(findResult(graph).effective.execution, 'eager');
		assert.deepEqual(
			findSaid(graph, 'degraded').map(({reason}) => reason),
			['no graph execution: no CUDA graphs on the CPU'],
		);
	});
});

const questions = `
import json, _workload
even = [float(at) for at in range(600)]
slower = even[:400] + [400 + 1.05 * at for at in range(200)]
print(json.dumps([_workload.find_rate_change(times) for times in (even, slower, even[:59])]))
`;

test('a window is steady when its last third runs as fast as its middle third, and untold when it is short', {
	skip: skipWithoutTorch,
}, () => {
	const [even, slower, short] = evaluateInPython(questions) as readonly [number, number, null];
	assert.ok(Math.abs(even) < 1e-9);
	assert.ok(Math.abs(slower - (1 / 1.05 - 1)) < 1e-9, String(slower));
	assert.equal(short, null);
});
