import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {binValues} from '../../source/report/histogram.ts';

suite('a histogram', () => {
	test('has bins of equal width from the lowest to the highest value, and the last holds the highest', () => {
		assert.deepEqual(binValues([0, 1, 2.5, 9, 10], 4), [
			{from: 0, to: 2.5, count: 2},
			{from: 2.5, to: 5, count: 1},
			{from: 5, to: 7.5, count: 0},
			{from: 7.5, to: 10, count: 2},
		]);
	});

	test('counts every value once, whatever the rounding', () => {
		const values = Array.from({length: 1000}, (_, index) => 0.1 * (index % 7) + 1e-9 * index);

		for (const bins of [1, 3, 7, 20])
			assert.equal(
				binValues(values, bins).reduce((sum, {count}) => sum + count, 0),
				1000,
			);
	});

	test('of equal values is one bin, of nothing none, and what is no number is left out', () => {
		assert.deepEqual(binValues([5, 5], 8), [{from: 5, to: 5, count: 2}]);
		assert.deepEqual(binValues([], 8), []);
		assert.deepEqual(binValues([Number.NaN], 8), []);
	});
});
