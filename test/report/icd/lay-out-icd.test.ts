import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {readForeign} from '../../../source/report/foreign/read-foreign.ts';
import {type IcdStatistics, testPairs} from '../../../source/report/icd/icd-statistics.ts';
import {layOutIcd} from '../../../source/report/icd/lay-out-icd.ts';
import {playImport, readFixture} from '../../rig/foreign.ts';
import {cell, failed, opened, planned, play, ran} from '../../rig/story.ts';

/** Asked of the real ones at their own tests; here it counts what they are given. */
const COUNTING: IcdStatistics = {
	computePooledD: (a, b) => ({kind: 'pooled', d: a.length + b.length}),
	computePairedD: (pairs) => ({kind: 'paired', d: pairs.length}),
	mediate: (rows) => (rows.length < 20 ? {kind: 'refused', reason: `${rows.length} rows`} : {kind: 'mediation'}),
};
const samples = Array.from({length: 300}, (_, index) => 20 + index / 100);
const [imported] = readForeign(readFixture('icd')).runs;
assert.ok(imported);
const tree = layOutIcd(playImport(imported), {statistics: COUNTING, readSamples: () => samples});

/** Rows of a CSV by the names of its columns; no field of it has a comma. */
const readCsv = (files: {readonly [path: string]: string}, path: string) => {
	const [head = '', ...lines] = (files[path] ?? '').trim().split('\n');
	const names = head.split(',');
	return lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [names[index], value])));
};

suite("the A100 guide's files", () => {
	test('are where the guide has them, for what the run has', () => {
		for (const path of [
			'table1/mamba/linear/run_5/metrics.json',
			'quantization/quant_perm/run_1/metrics.json',
			'mechanism/mamba_deepdive/iterative/run_2/metrics.json',
			'table1/results_summary.csv',
			'quantization/summary.csv',
			'results/table1_stats.csv',
			'results/table3_mamba_deepdive.csv',
			'results/table3_mamba_deepdive_raw.csv',
			'results/mediation_analysis.json',
			'figures/quantization_results_barchart.csv',
			'figures/latency_distributions.csv',
			'figures/hardware_generalization_heatmap.csv',
		])
			assert.ok(`experiments/${path}` in tree.files, path);
	});

	test('hold metrics in the words of the guide, null where nothing was measured, which is named', () => {
		const metrics = JSON.parse(tree.files['experiments/quantization/quant_perm/run_1/metrics.json'] ?? '');

		assert.deepEqual([metrics.latency_ms_mean, metrics.Q, metrics.l2_hit_pct, metrics.J], [25.4, 0.42, null, null]);
		assert.ok(metrics.warpdeck.not_measured.includes('l2_hit_pct'));
		assert.equal(metrics.warpdeck.foreign, 'icd');
	});

	test('number repetitions on where cells of one place differ in something else, such as a seed', () => {
		const cells = [11, 12].map((seed) => cell({runId: `seed-${seed}`, model: null, axes: {mode: 'linear', seed}}));
		const facts = cells.flatMap(({runId}) => [...ran(runId), ...ran(`${runId}.b2`)]);
		const state = play(opened(), planned(cells, {blocks: 2}), ...facts);
		const {files} = layOutIcd(state, {statistics: COUNTING, readSamples: () => samples});
		const runs = Object.keys(files).filter((path) => /mamba_deepdive\/linear\/run_\d\/metrics\.json$/.test(path));

		assert.deepEqual(
			runs.map((path) => path.split('/').at(-2)),
			['run_1', 'run_2', 'run_3', 'run_4'],
		);
	});

	test('have no 95th percentile of too few samples', () => {
		const lay = (count: number) => {
			const {files} = layOutIcd(playImport(imported), {
				statistics: COUNTING,
				readSamples: () => samples.slice(0, count),
			});
			return JSON.parse(files['experiments/table1/mamba/linear/run_1/metrics.json'] ?? '').latency_ms.p95;
		};

		assert.notEqual(lay(300), null);
		assert.ok(Math.abs(lay(300) - 22.8405) < 1e-9);
	});

	test('count what was planned beside what there is: a broken run, a degraded one and one that never ended', () => {
		const dense = readCsv(tree.files, 'experiments/table1/results_summary.csv').find(
			({baseline}) => baseline === 'dense',
		);

		assert.deepEqual([dense?.n, dense?.planned, dense?.latency_ms_mean], ['0', '3', '']);
	});

	test('keep a degraded repetition with its reason, and out of every average', () => {
		const metrics = JSON.parse(tree.files['experiments/table1/mamba/dense/run_1/metrics.json'] ?? '');

		assert.equal(metrics.latency_ms_mean, 35.2);
		assert.deepEqual(metrics.warpdeck.degraded, ['TRANSFORMED: fallback: sparsity was not applied']);
	});

	test('compare linear and iterative in pairs, with p of the family', () => {
		const [row] = readCsv(tree.files, 'experiments/results/table1_stats.csv');

		assert.equal(row?.architecture, 'mamba');
		assert.ok(Math.abs(Number(row?.improvement_pct) - (100 * (24.445 - 20.505)) / 24.445) < 1e-9, row?.improvement_pct);
		assert.deepEqual([row?.n_pairs, row?.cohens_d, row?.cohens_d_paired, row?.family], ['5', '10', '5', '1']);
		assert.equal(row?.p_value, row?.p_holm);
	});

	test('write a refusal of the mediation with its reason', () => {
		const said = JSON.parse(tree.files['experiments/results/mediation_analysis.json'] ?? '');

		assert.deepEqual([said.kind, said.reason, said.planned, said.foreign], ['refused', '10 rows', 10, 'icd']);
	});

	test('are marked in every line of every table', () => {
		for (const [path, text] of Object.entries(tree.files).filter(([name]) => name.endsWith('.csv')))
			for (const line of text.trim().split('\n').slice(1)) assert.match(line, /,false,icd$/, path);
	});

	test('say what is not there and why, and begin with what the numbers cannot support', () => {
		const about = tree.files['experiments/ABOUT.txt'] ?? '';

		assert.match(about, /^FOREIGN \(icd\)/);
		assert.match(about, /pareto_frontier_mamba\.pdf: no result has a quality/);
		assert.match(about, /tvm\/comparison\.csv/);
		assert.equal(tree.files['experiments/figures/pareto_frontier_mamba.csv'], undefined);
	});

	test('hold no NaN anywhere', () => {
		for (const [path, text] of Object.entries(tree.files)) assert.doesNotMatch(text, /NaN|Infinity|undefined/, path);
	});
});

suite('a run of ours in the layout of the guide', () => {
	const axes = (baseline: string) => ({baseline, architecture: 'bert'});
	const linear = cell({model: 'a', runId: 'linear', axes: axes('linear')});
	const iterative = cell({model: 'a', runId: 'iterative', axes: axes('iterative')});
	const latency = (mean: number) => ({latencyMs: {p50: mean, p90: null, p99: null, mean, n: 30}});
	const state = play(
		opened(),
		planned([linear, iterative], {blocks: 3}),
		...ran('linear', latency(10)),
		...ran('iterative', latency(8)),
		...ran('linear.b2', latency(10.5)),
		...failed('iterative.b2', {failure: {kind: 'exit', message: 'x', advice: 'y'}}),
	);
	const {files, missing} = layOutIcd(state, {statistics: COUNTING, readSamples: () => []});

	test('has its place by the axes of its suite, and pairs that are whole', () => {
		const [row] = readCsv(files, 'experiments/results/table1_stats.csv');

		assert.deepEqual([row?.architecture, row?.n_pairs, row?.planned_pairs, row?.p_value], ['bert', '1', '3', '']);
	});

	test('has no metrics of what failed or did not run', () => {
		const written = Object.keys(files).filter((path) => path.endsWith('metrics.json'));

		assert.deepEqual(written, [
			'experiments/table1/bert/linear/run_1/metrics.json',
			'experiments/table1/bert/linear/run_2/metrics.json',
			'experiments/table1/bert/iterative/run_1/metrics.json',
		]);
	});

	test('without those axes has its metrics alone, and a line for each table that it has not', () => {
		const plain = play(opened({simulated: true}), planned([cell({model: 'a'})]), ...ran('gpu0_numa0_a'));
		const layout = layOutIcd(plain, {statistics: COUNTING, readSamples: () => []});

		assert.deepEqual(Object.keys(layout.files), [
			'experiments/other/gpu0_numa0_a/run_1/metrics.json',
			'experiments/ABOUT.txt',
		]);
		assert.match(layout.files['experiments/ABOUT.txt'] ?? '', /^SIMULATED/);
		assert.ok(layout.missing.some((line) => line.startsWith('experiments/table1/results_summary.csv: no cell')));
	});

	test('lacks what it lacks', () => assert.ok(missing.some((line) => /table3_mamba_deepdive\.csv/.test(line))));
});

suite('a paired t test', () => {
	/** By numerical integration of the density of t with 4 degrees of freedom. */
	test('gives the two-sided p of the differences', () => {
		const pairs = [1.1, 0.9, 1.3, 0.7, 1.6].map((difference): readonly [number, number] => [10 + difference, 10]);
		const {n, p} = testPairs(pairs);

		assert.equal(n, 5);
		assert.ok(Math.abs((p ?? 0) - 0.00200326990569) < 1e-9, String(p));
	});

	test('gives none for equal differences, whose scatter is rounding alone, and none for one pair', () => {
		assert.equal(testPairs([0.1, 0.2, 0.3].map((x) => [x + 4, x] as const)).p, null);
		assert.equal(
			testPairs([
				[1, 2],
				[null, 3],
			]).p,
			null,
		);
	});
});
