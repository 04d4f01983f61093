import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {bootstrapBca, bootstrapMean, bootstrapStudentised} from '../../source/report/bootstrap.ts';
import {computePairedD, computePooledD} from '../../source/report/cohen.ts';
import {correlatePearson, correlateSpearman} from '../../source/report/correlation.ts';
import {mediate} from '../../source/report/mediation.ts';
import {testPairedT} from '../../source/report/paired-t.ts';
import {isRefused} from '../../source/report/refusal.ts';
import {DEFAULT_RESAMPLES} from '../../source/report/resample.ts';
import {fitPower} from '../../source/report/scaling-fit.ts';
import {compareMeans} from '../../source/report/welch.ts';
import {testWilcoxon} from '../../source/report/wilcoxon.ts';
import {expectFound, expectRefused} from '../rig/goldens.ts';
import {createNormal} from '../rig/studies.ts';

const draw = {seed: 3, resamples: 400};
const count = (length: number): readonly number[] =>
	Array.from({length}, (_, index) => ((index * 7) % 11) + index / 100 + 0.5);
const paired = (length: number) => count(length).map((value, index) => [value, index ** 1.5] as const);

suite('too few values', () => {
	for (const [name, ask, needs] of [
		['a paired t test', (n: number) => testPairedT(paired(n)), 2],
		['a signed rank test', (n: number) => testWilcoxon(paired(n)), 6],
		['a paired d', (n: number) => computePairedD(paired(n)), 2],
		['a pooled d', (n: number) => computePooledD(count(n), count(9)), 2],
		['a correlation', (n: number) => correlatePearson(paired(n)), 4],
		['a rank correlation', (n: number) => correlateSpearman(paired(n)), 5],
		['a comparison of means', (n: number) => compareMeans(count(9), count(n)), 2],
		['a BCa interval', (n: number) => bootstrapMean(count(n), draw), 20],
		['a studentised interval', (n: number) => bootstrapStudentised(count(n), draw), 6],
		['a scaling fit', (n: number) => fitPower(paired(n + 1).slice(1)), 3],
		[
			'a mediation',
			(n: number) =>
				mediate(
					count(n).map((x, index) => [x, (index * 5) % 7, (index * 3) % 8] as const),
					draw,
				),
			20,
		],
	] as const) {
		test(`are refused by ${name}, which says that it takes ${needs}`, () => {
			const refusal = expectRefused(ask(needs - 1));
			assert.deepEqual([refusal.has, refusal.needs], [needs - 1, needs]);
			assert.match(refusal.reason, new RegExp(`takes ${needs} values, and there are ${needs - 1}$`));
			assert.ok(!isRefused(ask(needs)), JSON.stringify(ask(needs)));
		});
	}
});

suite('values that say nothing', () => {
	test('are refused without a number that would pretend to', () => {
		const equal = Array.from({length: 24}, (_, index) => [index + 0.1, index] as const);
		for (const refusal of [
			testPairedT(equal),
			computePairedD(equal),
			computePooledD([2, 2], [3, 3]),
			compareMeans([2, 2], [3, 3]),
			correlatePearson(equal.map(([x]) => [x, 4] as const)),
			correlateSpearman(equal.map(([x]) => [4, x] as const)),
			bootstrapMean(
				Array.from({length: 24}, () => 5),
				draw,
			),
			bootstrapStudentised(
				Array.from({length: 24}, () => 5),
				draw,
			),
			fitPower([
				[2, 1],
				[2, 3],
				[2, 4],
			]),
			mediate(
				equal.map(([x, y]) => [x, 2 * x, y] as const),
				draw,
			),
			bootstrapBca(count(24), () => Number.NaN, draw),
		])
			assert.equal(expectRefused(refusal).needs, null);
	});

	test('leave out what was not measured, and keep what was planned as the denominator', () => {
		const some = [...paired(8), [null, 4], [3, null], [Number.NaN, 1]] as const;
		for (const found of [testPairedT(some), testWilcoxon(some), computePairedD(some), correlatePearson(some)]) {
			const {n, planned} = expectFound(found);
			assert.deepEqual([n, planned], [8, 11]);
		}
		const {n, planned} = expectFound(bootstrapStudentised([...count(9), null], draw));
		assert.deepEqual([n, planned], [9, 10]);
	});

	test('do not shift pairs: a missing value takes its partner with it', () => {
		const whole = paired(10);
		const holed = whole.map(([x, y], index) => (index === 3 ? ([null, y] as const) : ([x, y] as const)));
		assert.deepEqual({...expectFound(testPairedT(holed)), planned: 9}, expectFound(testPairedT(whole.toSpliced(3, 1))));
	});
});

/** Share of the samples whose interval of the mean holds the true one, in percent. */
function measureCoverage(n: number, ask: typeof bootstrapMean): number {
	const normal = createNormal(n);
	let held = 0;
	const studies = 600;
	for (let study = 0; study < studies; study++) {
		const values = Array.from({length: n}, () => normal());
		const {low, high} = expectFound(ask(values, {seed: study, resamples: 400}));
		if (low <= 0 && high >= 0) held++;
	}
	return (100 * held) / studies;
}

suite('bootstrap intervals from as few values as they accept', () => {
	test('hold the truth about as often as they say', (t) => {
		const [studentised, bca] = [measureCoverage(6, bootstrapStudentised), measureCoverage(20, bootstrapMean)];
		t.diagnostic(`studentised of 6: ${studentised.toFixed(1)} %, BCa of 20: ${bca.toFixed(1)} %`);
		assert.ok(studentised >= 92 && studentised <= 98, `${studentised}`);
		assert.ok(bca >= 90 && bca <= 97, `${bca}`);
	});

	test('draw 10 000 times unless somebody says otherwise', () => assert.equal(DEFAULT_RESAMPLES, 10_000));
});
