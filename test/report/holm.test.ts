import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {adjustHolm} from '../../source/report/holm.ts';

const round = (ps: readonly (number | null)[]) => ps.map((p) => p && Number(p.toFixed(6)));

suite("Holm's adjustment", () => {
	// p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") of R.
	test('multiplies the smallest p by the size of the family, and keeps the order', () => {
		assert.deepEqual(round(adjustHolm([0.01, 0.04, 0.03, 0.005], 4)), [0.03, 0.06, 0.06, 0.02]);
	});

	test('never goes above 1', () => assert.deepEqual(adjustHolm([0.9, 0.7], 2), [1, 1]));

	test('counts members that have no p yet, so that a verdict does not change when they come', () => {
		assert.deepEqual(round(adjustHolm([0.01, null], 10)), [0.1, null]);
	});
});
