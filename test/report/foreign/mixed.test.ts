import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ForeignRun} from '../../../source/report/foreign/foreign-run.ts';
import {isWanted, readForeign} from '../../../source/report/foreign/read-foreign.ts';
import {plantTree, readFixture} from '../../rig/foreign.ts';

const findCell = ({cells}: ForeignRun, name: string, block = 1) => {
	const cell = cells.find((one) => one.name === name && one.block === block);
	assert.ok(cell, `${name} is not there`);
	return cell;
};

const demandRun = (runs: readonly ForeignRun[], name: string): ForeignRun => {
	const run = runs.find((one) => one.name === name);
	assert.ok(run, `${name} is not there`);
	return run;
};

suite('names of reports', () => {
	const run = demandRun(readForeign(readFixture('nsys-reports')).runs, 'nsys-reports');

	test('give GPU, node and model, with and without the prefix of the guide, and once for a report and its export', () => {
		assert.deepEqual(
			run.cells.map(({gpuId, numaNode, model, params}) => [gpuId, numaNode, model, params.compile_model ?? false]),
			[
				[1, 0, 'vit16x8x768', true],
				[0, 2, 'vit32x6x512', false],
				[null, null, 'somebody', false],
			],
		);
	});

	test('are no measurement', () => assert.ok(run.cells.every(({result}) => result.status === 'invalid')));

	test('that records speak of are not told a second time', () => {
		assert.ok(readForeign(readFixture('hydra-runner')).runs.every(({kind}) => kind === 'hydra-runner'));
	});
});

suite('tables alone', () => {
	const {runs, problems} = readForeign(readFixture('csv'));
	const result = findCell(demandRun(runs, 'csv'), 'vram_log').result;

	test('are read over NUL bytes and rows that two programs wrote into each other, which are counted', () => {
		assert.deepEqual(result.metrics['memory.used [MiB]'], {n: 6, mean: 12421 / 6, min: 2000, max: 2321});
		assert.match(result.reason ?? '', /64 NUL bytes were passed over; 1 of 7 rows do not have 2 fields/);
	});

	test('without a number are named', () => {
		assert.deepEqual(problems, ['notes.csv: it has no row of numbers; left out']);
	});

	test('may have commas and quotes in a field', () => {
		const {runs: planted} = readForeign(plantTree({'t.csv': 'a,"b, ""c"""\n"x, y",2\n,4\n'}));

		assert.deepEqual(planted[0]?.cells[0]?.result.metrics, {rows: 2, 'b, "c"': {n: 2, mean: 3, min: 2, max: 4}});
	});
});

suite('a folder of others', () => {
	test('that holds nothing known is no run', () => {
		assert.deepEqual(readForeign(plantTree({'package.json': '{}', 'README.md': ''})).runs, []);
	});

	test('with several programs is a run for each, so that nothing is mixed', () => {
		const tree = plantTree({
			'a/results.json': '[{"run_id": "gpu0_numa0_x", "success": true, "duration": 1}]',
			'b/metrics.json': '{"latency_ms_mean": 2}',
			'c/ReLU_tol0.5_results.json': '{"proof_time_mean": 1, "status": "success"}',
			'd/summary.json': '{"m": {"mean": 1}}',
		});

		assert.deepEqual(
			readForeign(tree).runs.map(({kind}) => kind),
			['hydra-runner', 'icd', 'tinylab', 'ezkl'],
		);
	});

	test('is read by names and texts that are needed alone', () => {
		const wanted = ['a/x.json', 'x.CSV', 'logs/a.stdout', '.hydra/config.yaml'].map(isWanted);

		assert.deepEqual(wanted, [true, true, true, true]);
		assert.deepEqual(['x.nsys-rep', 'x.sqlite', 'config.yaml', 'model.pt'].map(isWanted), [false, false, false, false]);
	});

	for (const name of ['results.json', 'metrics.json', 'summary.json', 'x_results.json', 'experiment_log_1.json']) {
		test(`may hold any JSON at all under the name ${name}`, () => {
			for (const text of [
				'null',
				'3',
				'"x"',
				'[]',
				'{}',
				'[null, 3, [], {}]',
				'{"experiments": [3, {}], "m": {"mean": "x"}}',
			])
				assert.ok(Array.isArray(readForeign(plantTree({[name]: text})).problems), text);
		});
	}
});
