import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {computeTwoSidedP, computeUpperP, findUpperQuantile} from '../../source/report/student.ts';

const isNear = (actual: number, expected: number, within = 1e-6) =>
	assert.ok(Math.abs(actual - expected) < within, `${actual} is not ${expected}`);

suite("Student's t", () => {
	// scipy.stats.t.isf of SciPy 1.10.1.
	for (const [tail, freedom, t] of [
		[0.025, 1, 12.706204736],
		[0.025, 2, 4.30265273],
		[0.025, 3, 3.182446305],
		[0.025, 5, 2.570581837],
		[0.05, 5, 2.015048373],
		[0.2, 5, 0.91954378],
		[0.025, 9, 2.262157163],
		[0.2, 9, 0.88340386],
		[0.025, 19, 2.093024054],
		[0.025, 29, 2.045229642],
		[0.025, 100, 1.983971518],
		[0.0005, 7, 5.407882521],
	] as const) {
		test(`with ${freedom} degrees of freedom exceeds ${t} with a chance of ${tail}`, () => {
			isNear(findUpperQuantile(tail, freedom), t);
			isNear(computeUpperP(t, freedom), tail, 1e-9);
			isNear(computeUpperP(-t, freedom), 1 - tail, 1e-9);
		});
	}

	// 2 scipy.stats.t.sf.
	for (const [t, freedom, p] of [
		[0.5, 1, 0.704832765],
		[2, 2, 0.183503419],
		[3.2, 5, 0.0239951768],
		[-1.7, 9, 0.123347662],
		[6, 19, 8.97923547e-6],
		[12, 9, 7.69988622e-7],
	] as const) {
		test(`with ${freedom} degrees of freedom is as far from 0 as ${t} with a chance of ${p}`, () => {
			isNear(computeTwoSidedP(t, freedom), p, 1e-9);
		});
	}

	test('is never infinitely far away', () => assert.equal(computeTwoSidedP(Number.POSITIVE_INFINITY, 9), 0));
});
