import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json} from '../../../source/domain/json.ts';
import {buildReport} from '../../../source/report/figures/build-report.ts';
import type {DrawnFigure, Figure, Value} from '../../../source/report/figures/figure.ts';
import {createGathering} from '../../../source/report/figures/measurements.ts';
import {cell, failed, opened, planned, play, ran, spoilt} from '../../rig/story.ts';
import {finishedStudy} from '../../tui/study-story.ts';

const NOTHING = createGathering({from: 0, to: 1, startedAt: new Map()}).finish();

const study = buildReport(finishedStudy(), NOTHING);

const findFigure = (figures: readonly Figure[], name: string): Figure => {
	const found = figures.find((figure) => figure.name === name);
	assert.ok(found, `there is no figure ${name}`);
	return found;
};

const findDrawn = (name: string): DrawnFigure => {
	const found = findFigure(study.figures, name);
	assert.ok(found.kind === 'drawn', found.kind === 'absent' ? found.reason : '');
	return found;
};

/** Values of one column. */
function readColumn({table}: Pick<DrawnFigure, 'table'>, key: string): readonly Value[] {
	const index = table.columns.findIndex((column) => column.key === key);
	assert.ok(index >= 0, `there is no column ${key}`);
	return table.rows.map((row) => row[index] ?? null);
}

const sum = (values: readonly Value[]): number => values.reduce<number>((total, value) => total + Number(value), 0);

suite('the figures of a study', () => {
	test('are all drawn that it has data for, and the others say in one line why not', () => {
		const absent = study.figures.flatMap((figure) => (figure.kind === 'absent' ? [[figure.name, figure.reason]] : []));

		assert.deepEqual(absent, [
			['compile-speedup', 'no model was measured both compiled and eager on a GPU, the same in all else'],
		]);
		assert.equal(study.figures.length, 12);
	});

	test('show each comparison with the numbers of the summary', () => {
		const {penalties} = study.summary;
		assert.ok(penalties.kind === 'measured');
		const drawn = findDrawn('penalties');

		assert.deepEqual(
			readColumn(drawn, 'penalty_percent').toSorted(),
			penalties.rows.map(({penaltyPercent}) => penaltyPercent).toSorted(),
		);
		assert.equal(drawn.table.rows.length, 8);
		assert.ok(readColumn(drawn, 'low_percent').every((low) => typeof low === 'number'));
	});

	test('put the expectation of the replaced system beside a penalty by what bounds the model, never by its name', () => {
		const drawn = findDrawn('penalties');
		const pairs = readColumn(drawn, 'bound_by').map((cause, index) => [
			cause,
			readColumn(drawn, 'expected_low_percent')[index] ?? null,
			readColumn(drawn, 'expected_high_percent')[index] ?? null,
		]);

		for (const [cause, low, high] of pairs) {
			if (cause === 'copy-bound') assert.deepEqual([low, high], [30, 47]);
			if (cause === 'launch-bound') assert.deepEqual([low, high], [null, null]);
			if (cause === 'compute-bound') assert.deepEqual([low, high], [10, 15]);
		}
		assert.ok(drawn.caption.some((line) => line.includes('no pass mark')));
	});

	test('have a heat map cell for each model on each remote place, and 0 at the distance of the own node', () => {
		assert.equal(findDrawn('numa-sensitivity').table.rows.length, 8);
		const distances = findDrawn('numa-distance');
		const own = readColumn(distances, 'distance').flatMap((distance, index) =>
			distance === 10 ? [readColumn(distances, 'of_local_percent')[index]] : [],
		);
		assert.deepEqual(own, [100, 100, 100, 100]);
	});

	test('divide a sample into stages that make a whole', () => {
		const drawn = findDrawn('stages');
		const keys = ['copy_in_percent', 'compute_percent', 'launch_percent', 'copy_out_percent'];
		const totals = drawn.table.rows.map((_, index) => sum(keys.map((key) => readColumn(drawn, key)[index] ?? null)));

		assert.equal(totals.length, 4);
		for (const total of totals) assert.ok(Math.abs(total - 100) < 1e-9, `${total}`);
	});

	test('draw the crossover where computing takes as long as copying, between two measured depths', () => {
		const [row] = study.summary.study.crossovers;
		const drawn = findDrawn('crossover');

		assert.ok(row?.depth && row.depth > 6 && row.depth < 24);
		assert.ok(JSON.stringify(drawn.chart).includes(`"at":${row.depth}`));
	});

	test('fit a line through models of one series, and say its exponent with the interval', () => {
		const [row] = study.summary.study.exponents;
		const {caption} = findDrawn('scaling');

		assert.ok(row);
		assert.ok(
			caption.some((line) =>
				line.includes(`to the power ${row.exponent.toFixed(2)} (95 % interval ${row.low.toFixed(2)}`),
			),
			caption.join('\n'),
		);
	});

	test('call no place the best where two cannot be told apart', () => {
		const drawn = findDrawn('pairings');
		const best = new Set(
			study.summary.study.pairings.flatMap(({model, best: found}) => (found === null ? [] : [model])),
		);
		const marked = readColumn(drawn, 'model').filter((_, index) => readColumn(drawn, 'is_best')[index] === true);

		assert.deepEqual(new Set(marked), best);
		assert.equal(marked.length, best.size);
	});

	test('are plain JSON, in which nothing can be lost on the way to the library', () => {
		for (const figure of study.figures) {
			if (figure.kind === 'drawn') assert.deepEqual(JSON.parse(JSON.stringify(figure.chart)), figure.chart);
		}
	});

	test('carry the mark of what is simulated', () => {
		assert.deepEqual(study.marks, ['SIMULATED - no hardware produced these numbers']);
	});
});

suite('the figures of a run that has next to nothing', () => {
	const one = cell({gpuId: null, numaNode: null, model: null, params: {}});
	const {figures} = buildReport(play(opened(), planned([one])), NOTHING);

	test('draw what became of its cells, and nothing empty', () => {
		const drawn = figures.flatMap((figure) => (figure.kind === 'drawn' ? [figure.name] : []));

		assert.deepEqual(drawn, ['success']);
	});

	test('give a reason for every other one', () => {
		for (const figure of figures) if (figure.kind === 'absent') assert.match(figure.reason, /\w{3}/);
	});

	test('hold for a journal without a first fact too', () => {
		assert.equal(buildReport(play(), NOTHING).figures.length, 12);
	});
});

test('a bar stands for every reason why a cell did not succeed', () => {
	const models = ['a', 'b', 'c', 'd'].map((model) => cell({model}));
	const [good, bad, worse] = models.map(({runId}) => runId);
	const state = play(opened(), planned(models), ...ran(good ?? ''), ...failed(bad ?? ''), ...spoilt(worse ?? ''));
	const figure = findFigure(buildReport(state, NOTHING).figures, 'success');
	assert.ok(figure.kind === 'drawn');

	assert.deepEqual(
		readColumn(figure, 'status').map((status, index) => [status, readColumn(figure, 'cells')[index]]),
		[
			['succeeded', 1],
			['invalid', 1],
			['failed', 1],
			['unfinished', 1],
		],
	);
});

test('names out of a suite stand in the data of a chart, where they mean nothing to the library', () => {
	const EVIL = "$red'+datum.x+'<script>";
	const models = [EVIL, `${EVIL}2`].flatMap((model) => [0, 2].map((numaNode) => cell({model, numaNode})));
	const {figures} = buildReport(play(opened(), planned(models), ...models.flatMap(({runId}) => ran(runId))), NOTHING);
	const drawn = figures.filter((figure) => figure.kind === 'drawn');

	assert.ok(drawn.length > 4);
	for (const {name, chart} of drawn) {
		const outside = listTexts(chart, new Set(['data', 'domain', 'title'])).filter((text) => text.includes('<script>'));
		assert.deepEqual(outside, [], name);
	}
});

function listTexts(value: Json, without: ReadonlySet<string>): readonly string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) => (without.has(key) ? [] : listTexts(inner as Json, without)));
}

test('an imported run is marked as foreign, with what it cannot support', () => {
	const foreign = {kind: 'hydra-runner', folder: '/old/run', limits: ['one run a cell']} as const;
	const state = play(opened({foreign}), planned([cell()]));

	assert.deepEqual(buildReport(state, NOTHING).marks, [
		'FOREIGN (hydra-runner), not measured by warpdeck: one run a cell',
	]);
});
