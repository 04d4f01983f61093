import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Cell, Experiment} from '../../source/domain/experiment.ts';
import type {JsonObject} from '../../source/domain/json.ts';
import type {Fact} from '../../source/journal/event.ts';
import {summarize} from '../../source/report/summarize.ts';
import {formatSummary} from '../../source/report/summary-text.ts';
import {cell, controlId, experiment, opened, PARAMS, planned, play, ran, topology} from '../rig/story.ts';
import {createNormal, runBlocks} from '../rig/studies.ts';

const SHAPE = {tensor_shape: [3, 224, 224]};
/** Samples a second of each stage alone. */
const floors = (h2d: number, compute: number | null, launch: number | null = compute) => ({
	metrics: {
		floors: {
			h2d_samples_per_s: h2d,
			compute_samples_per_s: compute,
			launch_samples_per_s: launch,
			d2h_samples_per_s: 2 * h2d,
		},
	},
});

const model = (name: string, params: JsonObject, changes: Partial<Cell> = {}): Cell =>
	cell({model: name, params: {...PARAMS, ...SHAPE, ...params}, ...changes});

const tell = (cells: readonly Cell[], story: readonly Fact[], blocks = 1) =>
	summarize(play(opened(), planned(cells, {blocks}), ...story), 0);

suite('what bounds a model', () => {
	const classify = (result: Parameters<typeof ran>[1], params: JsonObject = {}) => {
		const one = model('any', params);
		return tell([one], ran(one.runId, {effective: one.params, ...result})).study;
	};

	test('is the stage that takes longest alone, whatever the model is called', () => {
		const causes = [floors(50_000, 100_000), floors(90_000, 20_000), floors(90_000, 60_000, 10_000)].map(
			(result) => classify(result).classes[0]?.cause,
		);

		assert.deepEqual(causes, ['copy-bound', 'compute-bound', 'launch-bound']);
	});

	test('is copying of a model that computes nothing', () => {
		assert.equal(classify(floors(90_000, null), {depth: 0}).classes[0]?.cause, 'copy-bound');
	});

	test('is mixed where two stages are alike, and says which', () => {
		const [copies] = classify(floors(50_000, 48_000)).classes;
		const [launches] = classify(floors(90_000, 20_000, 10_000)).classes;

		assert.deepEqual([copies?.cause, copies?.reason], ['mixed', 'copies take about as long as the forward pass']);
		assert.deepEqual([launches?.cause, launches?.reason], ['mixed', 'launches take about as long as computing']);
	});

	test('has shares that add up, and says how near to the slowest stage the pipeline came', () => {
		const [row] = classify({...floors(90_000, 20_000), throughputSamplesPerS: 18_000}).classes;

		const {h2dPercent = 0, computePercent = 0, launchPercent = 0, d2hPercent = 0} = row?.shares ?? {};
		assert.equal((h2dPercent + computePercent + launchPercent + d2hPercent).toFixed(6), '100.000000');
		assert.equal(row?.reachedPercent.toFixed(6), '90.000000');
	});

	test('is unknown with a reason where nothing measured it', () => {
		assert.deepEqual(classify({metrics: {}}).unclassified, [{reason: 'its program measures no floors', count: 1}]);
		assert.deepEqual(classify({metrics: {floors: null}}, {measure_floors: false}).unclassified, [
			{reason: 'experiment.test.measure_floors=false', count: 1},
		]);
		assert.deepEqual(classify(floors(90_000, 20_000, null)).unclassified, [
			{reason: 'its launches were not measured', count: 1},
		]);
		assert.equal(classify(floors(90_000, 20_000, null), {execution: 'graph'}).classes[0]?.cause, 'compute-bound');
	});

	test('brings the expectation of the replaced system beside a penalty, by the measured class', () => {
		const pair = [0, 2].map((numaNode) => model('any', {}, {numaNode}));
		const {penalties} = tell(
			pair,
			pair.flatMap(({runId}) => ran(runId, floors(50_000, 100_000))),
		);

		assert.ok(penalties.kind === 'measured');
		assert.deepEqual(penalties.rows[0]?.expectation, {className: 'memory-bound', lowPercent: 30, highPercent: 47});
	});

	test('takes one line of a run of three cells', () => {
		const cells = [2, 4, 6].map((depth) => model(`d${depth}`, {depth}));
		const text = (result: Parameters<typeof ran>[1]) =>
			formatSummary(
				tell(
					cells.slice(0, 2),
					cells.slice(0, 2).flatMap(({runId}) => ran(runId, result)),
				),
				{columns: 100},
			).split('\n');

		const [without, having] = [text({}), text(floors(50_000, 100_000))];
		assert.equal(having.length, without.length + 1);
		assert.ok(having.includes('  bound by: d2 copy-bound, d4 copy-bound'));
	});
});

suite('the crossover depth', () => {
	const along = (computes: readonly number[]) => {
		const cells = computes.map((_, index) => model(`d${2 * index + 2}`, {depth: 2 * index + 2}));
		return tell(
			cells,
			cells.flatMap(({runId}, index) => ran(runId, floors(10_000, computes[index] ?? 1))),
		).study.crossovers;
	};

	test('lies where computing takes as long as copying, in a straight line between two depths', () => {
		// Computing takes 0.5, 1.5 and 2.5 times as long as copying at depths 2, 4 and 6.
		assert.equal(along([20_000, 10_000 / 1.5, 4000])[0]?.depth?.toFixed(6), '3.000000');
	});

	test('outside of the measured depths is said and not guessed', () => {
		const [row] = along([40_000, 20_000]);

		assert.deepEqual(
			[row?.depth, row?.verdict],
			[null, 'outside the measured range: copying takes longer at every depth'],
		);
	});
});

suite('compiling', () => {
	const eager = model('a_eager', {compile_model: false});
	const compiled = model('a_compiled', {compile_model: true, warmup_samples: 1000});

	test('is compared with the eager run of the same configuration, by block', () => {
		const story = runBlocks([eager, compiled], 6, (one, place) => (one === compiled ? 1500 : 1000) + (place % 3));

		const [row, ...others] = tell([eager, compiled], story, 6).study.compiled;

		assert.deepEqual([others.length, row?.model, row?.n, row?.speedup.toFixed(1)], [0, 'a_compiled', 6, '1.5']);
		assert.ok(row?.low && row.high && row.low < row.speedup && row.speedup < row.high);
	});

	test('has no interval with one block, and no row without an equal', () => {
		const other = model('b_compiled', {compile_model: true, dim: 999});
		const cells = [eager, compiled, other];

		const rows = tell(
			cells,
			cells.flatMap(({runId}) => ran(runId)),
		).study.compiled;

		assert.deepEqual(
			rows.map(({model: name, low}) => [name, low]),
			[['a_compiled', null]],
		);
	});
});

suite('scaling', () => {
	test('is the power with which time grows with operations, with an interval', () => {
		// The matrix products of a layer go with the square of the width, tokens and depth being equal.
		const cells = [256, 512, 1024, 2048].map((dim) => model(`w${dim}`, {dim, mlp_dim: 4 * dim, depth: 12}));
		const story = cells.flatMap(({runId, params}, index) =>
			ran(runId, {throughputSamplesPerS: (1e9 / Number(params.dim) ** 2) * (1 + (index % 2) / 100)}),
		);

		const [row] = tell(cells, story).study.exponents;

		assert.equal(row?.models, 4);
		assert.ok(row && row.exponent > 0.98 && row.exponent < 1.06, `${row?.exponent}`);
		assert.ok(row.low < row.exponent && row.exponent < row.high);
	});

	test('asks for three models', () => {
		const cells = [256, 512].map((dim) => model(`w${dim}`, {dim}));

		assert.deepEqual(
			tell(
				cells,
				cells.flatMap(({runId}) => ran(runId)),
			).study.exponents,
			[],
		);
	});

	test('over GPUs compares their sum with as many of the fastest', () => {
		const cells = [0, 1].map((gpuId) => cell({gpuId, numaNode: 0}));

		const [row] = tell(
			cells,
			cells.flatMap(({runId}, index) => ran(runId, {throughputSamplesPerS: 1000 - 100 * index})),
		).study.efficiencies;

		assert.deepEqual(
			[row?.gpuIds, row?.sumSamplesPerS.toFixed(3), row?.efficiencyPercent.toFixed(3)],
			[[0, 1], '1900.000', '95.000'],
		);
	});
});

suite('places', () => {
	const cells = [0, 1, 2].map((numaNode) => cell({numaNode}));
	const rates = [1000, 990, 900];
	const noisy = (sd: number) => {
		const normal = createNormal(11);
		return runBlocks(cells, 8, ({numaNode}) => (rates[numaNode ?? 0] ?? 0) * Math.exp(sd * normal()));
	};

	test('are lined up by their distance, each against the own node of its GPU', () => {
		const {distances} = tell(cells, noisy(0), 8).study;

		assert.deepEqual(
			distances.map(({distance, ofLocalPercent}) => [distance, Math.round(Number(ofLocalPercent))]),
			[
				[10, 100],
				[12, 99],
				[21, 90],
			],
		);
	});

	test('have a best one only where it is faster than every other', () => {
		const [sure] = tell(cells, noisy(0.001), 8).study.pairings;
		const [unsure] = tell(cells, noisy(0.05), 8).study.pairings;

		assert.deepEqual([sure?.best?.gpuId, sure?.best?.node], [0, 0]);
		assert.equal(unsure?.best, null);
		assert.match(unsure?.verdict ?? '', /^not distinguishable: GPU 0 on node \d and/);
	});
});

suite('a 2 x 2 of CPUs and memory', () => {
	const BLOCKS = 8;
	const one = cell();
	/** Each of the four places, once a block, with what it costs. */
	function split(cost: (farCpu: boolean, farMemory: boolean) => number, blocks = BLOCKS, hasControl = false) {
		const normal = createNormal(5);
		const experiments: Experiment[] = [];
		const facts: Fact[] = [];
		for (let block = 1; block <= blocks; block++) {
			const control = {...experiment(one, block), id: controlId(one.runId, block), role: 'control'} as const;
			if (hasControl) experiments.push(control);
			if (hasControl) facts.push(...ran(control.id, {throughputSamplesPerS: 1000 * Math.exp(0.002 * normal())}));
			for (const cpu of [0, 2]) {
				for (const memory of [0, 2]) {
					const base = experiment(cell({numaNode: cpu}), block);
					const id = cpu === memory ? base.id : `${base.id}.m${memory}`;
					experiments.push({...base, id, ...(cpu !== memory && {memoryNode: memory})});
					const rate = 1000 * (1 - cost(cpu === 2, memory === 2)) * Math.exp(0.002 * normal());
					facts.push(...ran(id, {throughputSamplesPerS: rate}));
				}
			}
		}
		const plan = {...planned([one, cell({numaNode: 2})]), experiments};
		return summarize(play(opened({topology: topology()}), plan, ...facts), 0);
	}

	test('says that it is the memory, and by how much', () => {
		const [row] = split((_, farMemory) => (farMemory ? 0.05 : 0)).study.splits;

		assert.deepEqual([row?.n, row?.memory.percent.toFixed(0), row?.cpu.isFound], [8, '5', false]);
		assert.equal(row?.verdict, 'far memory: slower');
	});

	test('says that both do, and that they interact', () => {
		const [row] = split((farCpu, farMemory) => (farCpu && farMemory ? 0.2 : farCpu || farMemory ? 0.04 : 0)).study
			.splits;

		assert.equal(row?.verdict, 'far CPUs: slower, far memory: slower, and they interact');
		assert.ok(Number(row?.interaction.percent) > 10);
	});

	test('leaves a control of the local cell to the local cell', () => {
		const {controls} = split((_, farMemory) => (farMemory ? 0.05 : 0), BLOCKS, true);

		assert.deepEqual([controls?.rejected, controls?.rows[0]?.n], [0, BLOCKS]);
	});

	test('concludes nothing from few blocks, and leaves the penalty to the two that are whole', () => {
		const {study, penalties} = split((_, farMemory) => (farMemory ? 0.05 : 0), 3);

		assert.equal(study.splits[0]?.verdict, 'inconclusive, 6 blocks are needed');
		assert.ok(penalties.kind === 'measured');
		assert.deepEqual(
			penalties.rows.map(({n}) => n),
			[3],
		);
	});
});
