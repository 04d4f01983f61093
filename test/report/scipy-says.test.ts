import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {adjustBonferroni} from '../../source/report/bonferroni.ts';
import {bootstrapMean, bootstrapStudentised} from '../../source/report/bootstrap.ts';
import {computePairedD, computePooledD} from '../../source/report/cohen.ts';
import {correlatePearson, correlateSpearman} from '../../source/report/correlation.ts';
import {adjustHolm} from '../../source/report/holm.ts';
import {type Mediation, mediate} from '../../source/report/mediation.ts';
import {computeNormal, findNormalQuantile} from '../../source/report/normal.ts';
import {testPairedT} from '../../source/report/paired-t.ts';
import {findFront} from '../../source/report/pareto.ts';
import {measureRatios} from '../../source/report/ratios.ts';
import {fitPower} from '../../source/report/scaling-fit.ts';
import {computeWilson} from '../../source/report/statistics.ts';
import {compareMeans} from '../../source/report/welch.ts';
import {testWilcoxon} from '../../source/report/wilcoxon.ts';
import {expectFound, isNear, readGolden, replayIndexes, zip} from '../rig/goldens.ts';

type Two = {readonly a: readonly number[]; readonly b: readonly number[]};
type Ends = {readonly low: number; readonly high: number};
type Drawn = Ends & {readonly values: readonly number[]; readonly indexes: readonly number[]};

const draw = (indexes: readonly number[], count: number) => ({
	seed: 1,
	resamples: indexes.length / count,
	random: replayIndexes(indexes, count),
});

suite('what scipy says of the same samples', () => {
	test('is said of the normal distribution, tails included', () => {
		type Normal = {[name in 'below' | 'quantiles']: readonly {readonly z: number; readonly p: number}[]};
		const {below, quantiles} = readGolden<Normal>('normal');
		for (const {z, p} of below) assert.ok(Math.abs(computeNormal(z) - p) <= 1e-11 * p, `${computeNormal(z)} for ${z}`);
		for (const {z, p} of quantiles) isNear(findNormalQuantile(p), z);
	});

	for (const [index, {a, b, t, p, low, high}] of readGolden<readonly (Two & Ends & {t: number; p: number})[]>(
		'paired-t',
	).entries()) {
		test(`is said by the paired t test, sample ${index + 1}`, () => {
			const found = expectFound(testPairedT(zip(a, b)));
			isNear(found.t, t);
			isNear(found.p, p);
			isNear(found.low, low);
			isNear(found.high, high);
		});
	}

	type WelchCase = Two & Ends & {freedom: number; difference: number; p: number; unrounded: number};
	for (const [index, {a, b, unrounded, ...expected}] of readGolden<readonly WelchCase[]>('welch').entries()) {
		test(`is said by Welch's t test, which never claims more than scipy's, sample ${index + 1}`, () => {
			const found = expectFound(compareMeans(a, b));
			for (const key of ['freedom', 'difference', 'low', 'high', 'p'] as const) isNear(found[key], expected[key]);
			assert.ok(found.p >= unrounded);
		});
	}

	type WilcoxonCase = Two & {method: string; statistic: number; p: number};
	for (const [index, {a, b, method, statistic, p}] of readGolden<readonly WilcoxonCase[]>('wilcoxon').entries()) {
		test(`is said by the signed rank test (${method}), sample ${index + 1}`, () => {
			const found = expectFound(testWilcoxon(zip(a, b)));
			assert.equal(found.method, method);
			isNear(Math.min(found.plus, found.minus), statistic);
			isNear(found.p, p);
		});
	}

	test('is said by both that are called d', () => {
		for (const {a, b, pooled, paired} of readGolden<readonly (Two & {pooled: number; paired: number})[]>('cohen')) {
			isNear(expectFound(computePooledD(a, b)).d, pooled);
			isNear(expectFound(computePairedD(zip(a, b))).d, paired);
		}
	});

	test('is said by both correlations; that of ranks is exact for a few pairs', () => {
		type Found = {readonly r: number; readonly p: number};
		type Case = {x: readonly number[]; y: readonly number[]; pearson: Found; spearman: Found};
		for (const {x, y, pearson, spearman} of readGolden<readonly Case[]>('correlation')) {
			const [linear, ranked] = [expectFound(correlatePearson(zip(x, y))), expectFound(correlateSpearman(zip(x, y)))];
			isNear(linear.r, pearson.r);
			isNear(linear.p, pearson.p);
			isNear(ranked.r, spearman.r);
			isNear(ranked.p, spearman.p);
			assert.equal(ranked.method, x.length <= 8 ? 'exact' : 't');
		}
	});

	test('is said by the BCa interval from the same draws', () => {
		for (const {values, indexes, low, high} of readGolden<readonly Drawn[]>('bca')) {
			const found = expectFound(bootstrapMean(values, draw(indexes, values.length)));
			isNear(found.low, low);
			isNear(found.high, high);
		}
	});

	test('is said by the studentised interval from the same draws', () => {
		for (const {values, indexes, low, high} of readGolden<readonly Drawn[]>('studentised')) {
			const found = expectFound(bootstrapStudentised(values, draw(indexes, values.length)));
			isNear(found.low, low);
			isNear(found.high, high);
		}
	});

	test('is said by the mediation, its paths and the interval of its indirect effect', () => {
		type Case = Ends & {[name in 'x' | 'm' | 'y' | 'indexes']: readonly number[]} & Pick<Mediation, 'a' | 'b'> & {
				c: number;
				direct: number;
				indirect: number;
			};
		const {x, m, y, indexes, low, high, ...paths} = readGolden<Case>('mediation');
		const rows = x.map((value, index) => [value, Number(m[index]), Number(y[index])] as const);
		const found = expectFound(mediate(rows, draw(indexes, rows.length)));
		for (const key of ['a', 'b', 'c', 'direct', 'indirect'] as const) isNear(found[key], paths[key]);
		isNear(found.interval.low, low);
		isNear(found.interval.high, high);
	});

	test('is said by the scaling fit, the ends of its intervals included', () => {
		type Case = {sizes: readonly number[]; costs: readonly number[]} & {
			[name in 'exponent' | 'low' | 'high' | 'factor' | 'factorLow' | 'rSquared']: number;
		};
		for (const {sizes, costs, ...expected} of readGolden<readonly Case[]>('scaling')) {
			const found = expectFound(fitPower(zip(sizes, costs)));
			for (const key of ['exponent', 'low', 'high', 'factor', 'factorLow', 'rSquared'] as const)
				isNear(found[key], expected[key]);
		}
	});

	test('is said by Holm and Bonferroni, of a family that is larger than what has a p', () => {
		type Case = {[name in 'ps' | 'holm' | 'bonferroni']: readonly number[]} & {size: number};
		for (const {ps, size, holm, bonferroni} of readGolden<readonly Case[]>('families')) {
			for (const [index, p] of adjustHolm(ps, size).entries()) isNear(Number(p), Number(holm[index]));
			for (const [index, p] of adjustBonferroni(ps, size).entries()) isNear(Number(p), Number(bonferroni[index]));
		}
	});

	test('is said by the interval of a success rate', () => {
		for (const {successes, trials, low, high} of readGolden<readonly (Ends & {successes: number; trials: number})[]>(
			'wilson',
		)) {
			const found = computeWilson(successes, trials);
			isNear(Number(found?.low), low);
			isNear(Number(found?.high), high);
		}
	});

	test('is said by the ratios of a setting and their interval', () => {
		type Case = Ends & {overall: number; ratios: readonly number[]} & {
			[name in 'changed' | 'reference']: readonly (readonly number[])[];
		};
		const {changed, reference, ratios, ...expected} = readGolden<Case>('ratios');
		const found = measureRatios(
			changed.map((values, index) => ({name: `${index}`, changed: values, reference: reference[index] ?? []})),
		);
		for (const [index, {ratio}] of found.rows.entries()) isNear(Number(ratio), Number(ratios[index]));
		for (const key of ['overall', 'low', 'high'] as const) isNear(Number(found[key]), expected[key]);
	});

	test('is said by the front of forty points', () => {
		const {points, front} = readGolden<{points: readonly (readonly [number, number])[]; front: readonly number[]}>(
			'pareto',
		);
		const found = findFront([...points.entries()], ([, point]) => point, ['most', 'least']);
		assert.deepEqual(
			found.map(([index]) => index),
			front,
		);
	});
});
