import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {shuffle} from '../../source/plan/random.ts';
import {adjustBonferroni} from '../../source/report/bonferroni.ts';
import {bootstrapMean, bootstrapStudentised} from '../../source/report/bootstrap.ts';
import {computePairedD, computePooledD} from '../../source/report/cohen.ts';
import {correlatePearson, correlateSpearman} from '../../source/report/correlation.ts';
import {adjustHolm} from '../../source/report/holm.ts';
import {mediate} from '../../source/report/mediation.ts';
import {testPairedT} from '../../source/report/paired-t.ts';
import {findFront} from '../../source/report/pareto.ts';
import {rank} from '../../source/report/ranks.ts';
import {measureRatios} from '../../source/report/ratios.ts';
import {fitPower, nameRegime} from '../../source/report/scaling-fit.ts';
import {compareMeans} from '../../source/report/welch.ts';
import {testWilcoxon} from '../../source/report/wilcoxon.ts';
import {expectFound, isNear, zip} from '../rig/goldens.ts';
import {createNormal} from '../rig/studies.ts';

const normal = createNormal(17);
const draw = {seed: 5, resamples: 500};
const SHIFT = 250;
const SCALE = 8;

const sample = (count: number, mean = 0): readonly number[] => Array.from({length: count}, () => mean + normal());
const shift = (values: readonly number[], by = SHIFT) => values.map((value) => value + by);
const scale = (values: readonly number[], by = SCALE) => values.map((value) => value * by);

/** The same pairs in another order. */
const mix = <T>(items: readonly T[]): readonly T[] => {
	let turn = 0;
	return shuffle(items, () => (turn = (turn + 0.37) % 1));
};

/** Every number of two findings agrees but for these. */
function agree(a: object, b: object, except: readonly string[] = []): void {
	assert.deepEqual(Object.keys(a), Object.keys(b));
	for (const [key, value] of Object.entries(a)) {
		const other = (b as {readonly [key: string]: unknown})[key];
		if (except.includes(key)) continue;
		if (typeof value === 'number') isNear(Number(other), value, 1e-7);
		else assert.deepEqual(other, value, key);
	}
}

const a = sample(24, 3);
const b = a.map((value) => 0.5 * value + 2 + 0.4 * normal());
const pairs = zip(a, b);

suite('the order of pairs', () => {
	for (const [name, test_] of [
		['paired t', testPairedT],
		['signed rank', testWilcoxon],
		['paired d', computePairedD],
		['Pearson', correlatePearson],
		['Spearman', correlateSpearman],
	] as const) {
		test(`changes nothing of ${name}, and who is paired with whom does`, () => {
			agree(expectFound(test_(pairs)), expectFound(test_(mix(pairs))));
			const apart = expectFound(test_(zip(a, mix(b))));
			assert.notDeepEqual({...apart}, {...expectFound(test_(pairs))});
		});
	}

	test('changes nothing of what is drawn from a seed, and another seed does', () => {
		for (const bootstrap of [bootstrapMean, bootstrapStudentised]) {
			assert.deepEqual(bootstrap(mix(a), draw), bootstrap(a, draw));
			assert.notDeepEqual(bootstrap(a, {...draw, seed: 6}), bootstrap(a, draw));
		}
		const rows = pairs.map(([x, m]) => [x, m, m - x + 0.1 * Math.sin(9 * x)] as const);
		agree(expectFound(mediate(rows, draw)), expectFound(mediate(mix(rows), draw)));
	});

	test('is kept by adjusted p-values, which go by their size', () => {
		const ps = [0.04, null, 0.001, 0.02];
		assert.deepEqual(adjustBonferroni(ps, 6), [0.24, null, 0.006, 0.12]);
		assert.deepEqual(
			adjustHolm(ps, 6).map((p) => p && Number(p.toFixed(6))),
			[0.16, null, 0.006, 0.1],
		);
		assert.deepEqual(adjustBonferroni([0.5], 1), [0.5]);
	});
});

suite('a shift', () => {
	test('of both sides changes nothing of their difference', () => {
		for (const test_ of [testPairedT, testWilcoxon, computePairedD])
			agree(expectFound(test_(zip(shift(a), shift(b)))), expectFound(test_(pairs)));
		agree(expectFound(computePooledD(shift(a), shift(b))), expectFound(computePooledD(a, b)));
		agree(expectFound(compareMeans(shift(a), shift(b))), expectFound(compareMeans(a, b)));
	});

	test('of one side moves a difference and its interval by as much, and changes no correlation', () => {
		const [before, after] = [pairs, zip(shift(a), b)].map((some) => expectFound(testPairedT(some)));
		for (const key of ['meanDifference', 'low', 'high'] as const)
			isNear(Number(after?.[key]), Number(before?.[key]) + SHIFT);
		for (const correlate of [correlatePearson, correlateSpearman])
			agree(expectFound(correlate(zip(shift(a), b))), expectFound(correlate(pairs)));
	});

	test('moves a bootstrapped mean and both ends by as much', () => {
		for (const bootstrap of [bootstrapMean, bootstrapStudentised]) {
			const [before, after] = [a, shift(a)].map((values) => expectFound(bootstrap(values, draw)));
			for (const key of ['estimate', 'low', 'high'] as const)
				isNear(Number(after?.[key]), Number(before?.[key]) + SHIFT);
		}
	});

	test('of x, m and y changes no path of a mediation', () => {
		const rows = pairs.map(([x, m]) => [x, m, 2 * m - x + 0.2 * Math.sin(5 * m)] as const);
		const moved = rows.map(([x, m, y]) => [x + 5, m - 7, y + 11] as const);
		const [before, after] = [rows, moved].map((some) => expectFound(mediate(some, draw)));
		agree(before ?? {}, after ?? {}, ['interval']);
	});
});

suite('a scale', () => {
	test('of both sides scales differences and leaves tests and effect sizes alone', () => {
		const scaled = zip(scale(a), scale(b));
		const sizes = ['meanDifference', 'sdDifference', 'low', 'high'] as const;
		const [before, after] = [pairs, scaled].map((some) => expectFound(testPairedT(some)));
		agree(before ?? {}, after ?? {}, sizes);
		for (const key of sizes) isNear(Number(after?.[key]), SCALE * Number(before?.[key]));
		for (const test_ of [testWilcoxon, computePairedD, correlatePearson, correlateSpearman])
			agree(expectFound(test_(scaled)), expectFound(test_(pairs)));
		agree(expectFound(computePooledD(scale(a), scale(b))), expectFound(computePooledD(a, b)));
	});

	test('below 0 turns a correlation round and swaps the ends of an interval', () => {
		const [before, after] = [a, scale(a, -1)].map((values) =>
			expectFound(
				compareMeans(
					values,
					b.map((one) => (values === a ? one : -one)),
				),
			),
		);
		isNear(Number(after?.low), -Number(before?.high));
		isNear(Number(after?.p), Number(before?.p));
		isNear(expectFound(correlateSpearman(zip(scale(a, -1), b))).r, -expectFound(correlateSpearman(pairs)).r);
	});

	test('of costs changes the factor of a scaling fit, of sizes too, and its exponent never', () => {
		const points = [1, 2, 4, 8, 16].map((size) => [size, 3 * size ** 0.7 * (1 + 0.02 * Math.sin(size))] as const);
		const before = expectFound(fitPower(points));
		const costlier = expectFound(fitPower(points.map(([size, cost]) => [size, SCALE * cost] as const)));
		agree(before, costlier, ['factor', 'factorLow', 'factorHigh']);
		isNear(costlier.factor, SCALE * before.factor);
		const larger = expectFound(fitPower(points.map(([size, cost]) => [SCALE * size, cost] as const)));
		agree(before, larger, ['factor', 'factorLow', 'factorHigh']);
	});

	test('is nothing to ranks: any rising curve leaves them', () => {
		agree(
			expectFound(
				correlateSpearman(
					zip(
						a.map(Math.exp),
						b.map((value) => value ** 3),
					),
				),
			),
			expectFound(correlateSpearman(pairs)),
		);
		assert.deepEqual(rank([3, 1, 3, 2]), [3.5, 1, 3.5, 2]);
	});
});

suite('a mediation', () => {
	test('adds up: the total is the direct and the indirect effect', () => {
		const rows = pairs.map(([x, m]) => [x, m, 3 * m - 2 * x + normal()] as const);
		const {c, direct, indirect} = expectFound(mediate(rows, draw));
		isNear(direct + indirect, c);
	});

	test('finds no way through a mediator that only follows x, where a simple regression of y on m would', () => {
		const rows = Array.from({length: 200}, () => {
			const x = normal();
			return [x, x + normal(), 2 * x + normal()] as const;
		});
		const {b: partial, interval} = expectFound(mediate(rows, draw));
		const simple = expectFound(correlatePearson(rows.map(([, m, y]) => [m, y] as const)));
		assert.ok(Math.abs(partial) < 0.2, `${partial}`);
		assert.ok(interval.low < 0 && interval.high > 0);
		assert.ok(simple.p < 1e-6);
	});
});

suite('a front', () => {
	const points = [
		{name: 'fast', rate: 10, ms: 9},
		{name: 'quick', rate: 8, ms: 4},
		{name: 'worse', rate: 8, ms: 5},
		{name: 'twin', rate: 8, ms: 4},
		{name: 'silent', rate: null, ms: 1},
	];
	const find = (some: typeof points) =>
		findFront(some, ({rate, ms}) => [rate, ms], ['most', 'least']).map(({name}) => name);

	test('has what no other beats, twins both, in their order', () => {
		assert.deepEqual(find(points), ['fast', 'quick', 'twin']);
		assert.deepEqual(find(points.toReversed()), ['twin', 'quick', 'fast']);
	});

	test('does not change with the unit of a number', () => {
		assert.deepEqual(find(points.map((point) => ({...point, ms: point.ms * 1000}))), find(points));
	});
});

suite('ratios of a setting', () => {
	const contrast = (name: string, changed: readonly (number | null)[], reference: readonly (number | null)[]) => ({
		name,
		changed,
		reference,
	});

	test('are one for each that was planned, and those without a value stay in the count', () => {
		const found = measureRatios([
			contrast('relu', [5.2, 5.2], [5.2]),
			contrast('dense', [2.56], [1.28, 1.28]),
			contrast('conv', [null], [4]),
		]);
		assert.deepEqual(
			found.rows.map(({ratio}) => ratio && Number(ratio.toFixed(9))),
			[1, 2, null],
		);
		assert.deepEqual([found.n, found.planned], [2, 3]);
		isNear(Number(found.overall), Math.SQRT2);
	});

	test('are upside down when the settings are, and have no interval for a single thing', () => {
		const there = measureRatios([contrast('x', [3], [4]), contrast('y', [5], [4])]);
		const back = measureRatios([contrast('x', [4], [3]), contrast('y', [4], [5])]);
		isNear(Number(back.low), 1 / Number(there.high));
		assert.equal(measureRatios([contrast('x', [3], [4])]).low, null);
	});
});

suite('a regime', () => {
	for (const [low, high, regime] of [
		[0.95, 1.05, 'linear'],
		[1.2, 1.6, 'super-linear'],
		[0.3, 0.7, 'sub-linear'],
		[-0.05, 0.06, 'saturated'],
		[0.2, 1.4, 'undecided'],
		[1.02, 1.5, 'undecided'],
	] as const) {
		test(`is ${regime} for an exponent of ${low} to ${high}`, () => assert.equal(nameRegime({low, high}), regime));
	}
});
