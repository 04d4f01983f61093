import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ForeignRun} from '../../../source/report/foreign/foreign-run.ts';
import {readForeign} from '../../../source/report/foreign/read-foreign.ts';
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

suite('results of the Hydra runner', () => {
	const found = readForeign(readFixture('hydra-runner'));
	const study = demandRun(found.runs, 'numa_locality_study');

	test('are a run for each folder of the runner, and the jobs of a sweep are one', () => {
		assert.deepEqual(
			found.runs.map(({name, cells}) => [name, cells.length]),
			[
				['numa_locality_study', 4],
				['model_scaling_study_multirun', 4],
			],
		);
		assert.deepEqual(
			found.runs[1]?.cells.map(({job = 0}) => job),
			[0, 0, 1, 1],
		);
	});

	test('say how many ran at once, where the configuration beside them does', () => {
		assert.ok(study.limits.includes('up to 4 at once, also on one GPU'));
		assert.ok(found.runs[1]?.limits.includes('perhaps several at once on one GPU'));
	});

	test('take throughput from the log of the program, and device too', () => {
		const {result} = findCell(study, 'gpu0_numa0_vit32x6x512');

		assert.deepEqual([result.samplesPerS, result.device, result.deviceName], [1678, 'cuda', 'NVIDIA L40S']);
		assert.equal(result.durationS, 42.125);
	});

	test('take no rate of launches for throughput, and no model as compiled that was not', () => {
		const {result} = findCell(study, 'gpu0_numa2_vit32x6x512');

		assert.equal(result.samplesPerS, null);
		assert.equal(result.metrics.throughput_as_printed, 6800);
		assert.match(result.degraded.join(), /not samples over time.*was not compiled/);
	});

	test('tell a time limit from a failure', () => {
		assert.match(findCell(study, 'gpu1_numa0_vit32x6x512').result.reason ?? '', /time limit/);
		assert.equal(findCell(study, 'gpu1_numa2_vit32x6x512').result.reason, 'exit code 1');
	});

	test('are compared with their own summary, whose numbers are texts', () => {
		assert.deepEqual(study.notes, [
			'numa_locality_study/2025-07-12/14-30-15/results.json has 4 runs, its summary counts 6; who is missing is not known.',
		]);
	});

	test('lose their log where two runs wrote the same one', () => {
		const {result} = findCell(demandRun(found.runs, 'model_scaling_study_multirun'), 'gpu0_numa0_vit32x6x512');

		assert.match(result.degraded.join(), /same run_id/);
	});

	test('name a file that is cut off, and go on', () => {
		assert.deepEqual(found.problems, ['quick_test/2025-07-12/15-00-00/results.json: it is cut off']);
	});

	test('of warpdeck itself are refused, because its journal knows more', () => {
		const {runs, problems} = readForeign(plantTree({'results.json': '[{"run_id": "a", "declared": {}}]'}));

		assert.deepEqual(runs, []);
		assert.match(problems.join(), /of warpdeck itself/);
	});

	test('of which only the summary is left are counts and no experiment', () => {
		const summary = '{"experiment_name": "s", "total_runs": "48", "successful_runs": "47", "failed_runs": "1"}';
		const {runs} = readForeign(plantTree({'experiment_summary.json': summary}));

		assert.equal(runs[0]?.cells[0]?.result.status, 'invalid');
		assert.equal(runs[0]?.cells[0]?.result.metrics.total_runs, 48);
	});
});

suite('trees of metrics.json', () => {
	const found = readForeign(readFixture('icd'));
	const run = demandRun(found.runs, 'icd');

	test('have their place in the tables from their folder, and repetitions are blocks of a cell', () => {
		assert.deepEqual(
			[1, 5].map((block) => findCell(run, 'table1_mamba_linear', block).axes),
			[1, 5].map(() => ({phase: 'table1', architecture: 'mamba', baseline: 'linear'})),
		);
		assert.deepEqual(findCell(run, 'mechanism_mamba_deepdive_iterative').axes, {phase: 'mechanism', mode: 'iterative'});
		assert.deepEqual(findCell(run, 'quantization_quant_perm').axes, {phase: 'quantization', strategy: 'quant_perm'});
	});

	test('keep samples in the order of the file, and no percentile that they are too few for', () => {
		const {samples, latency} = findCell(run, 'table1_mamba_linear').result;

		assert.deepEqual(samples.slice(0, 2), [24.1, 24.11]);
		assert.deepEqual([latency.n, latency.p90], [30, null]);
	});

	test('leave a number out that was NaN or Infinity, and count those', () => {
		const {metrics} = findCell(run, 'quantization_quant_perm').result;

		assert.deepEqual(
			['l2_hit_pct', 'ept_j_per_tok', 'J'].filter((key) => key in metrics),
			[],
		);
		assert.equal(metrics.Q, 0.42);
		assert.match(run.notes.join(), /^\d+ numbers stood there as NaN or Infinity/);
	});

	test('count who began and left nothing as failed, by configuration and by progress.log', () => {
		for (const [name, block] of [
			['table1_mamba_dense', 2],
			['table1_mamba_algo_only', 1],
		] as const)
			assert.equal(findCell(run, name, block).result.status, 'failed');
	});

	test('count a damaged file as invalid, so that it does not vanish from the rates', () => {
		assert.match(findCell(run, 'table1_mamba_dense', 3).result.reason ?? '', /metrics\.json is damaged: it is cut off/);
		assert.deepEqual(found.problems, ['table1/mamba/dense/run_3/metrics.json: it is cut off']);
	});

	test('say that tables beside them were not read', () => {
		assert.deepEqual(found.remarks, ['1 CSV files beside them were not read; one alone is: warpdeck import FILE.csv']);
	});

	test('know their place also where only a part of the tree is imported', () => {
		const tree = plantTree({'mamba/linear/run_2/metrics.json': '{"latency_ms_mean": 1.5, "repeat": 30}'}, 'table1');
		const [cell] = readForeign(tree).runs[0]?.cells ?? [];

		assert.deepEqual([cell?.block, cell?.axes.baseline, cell?.result.latency.mean], [2, 'linear', 1.5]);
	});

	test('are simulated where they say so', () => {
		const tree = plantTree({'metrics.json': '{"latency_ms_mean": 1.5, "mode": "simulation"}'});

		assert.equal(readForeign(tree).runs[0]?.cells[0]?.result.simulated, true);
	});
});

suite('trees of summary.json', () => {
	const {runs, problems} = readForeign(readFixture('tinylab'));
	const run = demandRun(runs, 'tinylab');

	test('say of seeds that changed nothing that they are one measurement', () => {
		const {degraded, metrics} = findCell(run, 'h1_gpt2_facts_0123456789ab').result;

		assert.match(degraded.join(), /3 seeds gave the same values/);
		assert.match(degraded.join(), /no number: kl_div/);
		assert.deepEqual([metrics.logit_diff, metrics.data_hash], [1.4377, 'a1b2c3d4']);
	});

	test('say of a run that was interrupted how many of its seeds are in it', () => {
		assert.deepEqual(findCell(run, 'h5_gpt2_logic_abcdefabcdef').result.degraded, [
			'2 of 3 seeds are in it: it was interrupted',
		]);
	});

	test('count one that broke as failed, with its reason', () => {
		assert.equal(findCell(run, 'h2_gpt2_neg_fedcbafedcba').result.reason, 'OutOfMemoryError: CUDA out of memory');
	});

	test('take a condition once, from its own folder where that is here, and count one without a summary as failed', () => {
		const names = run.cells.map(({name}) => name);

		assert.deepEqual([names.includes('triplet_facts'), names.includes('triplet_neg')], [false, true]);
		assert.equal(findCell(run, 'triplet_cf').result.status, 'failed');
	});

	test('have nothing that could not be read here', () => assert.deepEqual(problems, []));

	test('that are something else are named', () => {
		const found = readForeign(plantTree({'summary.json': '{"total": 3}'}));

		assert.deepEqual(found.problems, ['summary.json: no metric with a mean is in it; left out']);
	});
});

suite('results of proving', () => {
	const {runs, problems} = readForeign(readFixture('ezkl'));
	const run = demandRun(runs, 'ezkl');

	test('have the seconds of each proof from the log, in their order', () => {
		assert.deepEqual(findCell(run, 'ReLU_tol0.5').result.metrics.proof_times_s, [5.3, 5.12, 5.12]);
	});

	test('name a growth of memory what it is, also below 0', () => {
		const {metrics} = findCell(run, 'ReLU_tol0.5').result;

		assert.deepEqual([metrics.rss_growth_mean_gb, metrics.peak_memory_mean_gb], [-0.76, undefined]);
	});

	test('are degraded where the proof did not verify, and failed where the file says so', () => {
		assert.deepEqual(findCell(run, 'ReLU_tol2.0').result.degraded, ['its proof did not verify']);
		assert.equal(findCell(run, 'LayerNorm_tol0.5').result.reason, 'state_dict mismatch');
	});

	test('count who stands in a log alone: with its numbers, with its error, or as killed', () => {
		assert.equal(findCell(run, 'Dense_tol0.5').result.metrics.proof_time_mean, 2.28);
		assert.equal(findCell(run, 'CNN_Mixed_tol0.5').result.reason, 'checkpoint missing');
		assert.match(findCell(run, 'CNN_ReLU_tol0.5').result.reason ?? '', /killed for its memory/);
	});

	test('count a damaged file as invalid', () => {
		assert.equal(findCell(run, 'CNN_Poly_tol0.5').result.status, 'invalid');
		assert.deepEqual(problems, ['results/composite/CNN_Poly_tol0.5_results.json: it is cut off']);
	});
});
