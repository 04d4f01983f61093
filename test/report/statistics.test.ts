import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {computeWilson} from '../../source/report/statistics.ts';

const percents = (successes: number, trials: number) => {
	const interval = computeWilson(successes, trials);
	return interval && [interval.low, interval.high].map((end) => (end * 100).toFixed(2));
};

suite('the Wilson interval of a success rate', () => {
	// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
	for (const [successes, trials, ends] of [
		[81, 263, ['25.53', '36.62']],
		[15, 148, ['6.24', '16.05']],
		[0, 20, ['0.00', '16.11']],
		[1, 29, ['0.61', '17.18']],
	] as const) {
		test(`is that of the literature for ${successes} of ${trials}`, () => {
			assert.deepEqual(percents(successes, trials), ends);
		});
	}

	test('mirrors itself for the failures, and never leaves 0 to 100 %', () => {
		assert.deepEqual(percents(20, 20), ['83.89', '100.00']);
		assert.deepEqual(percents(1, 1), ['20.65', '100.00']);
	});

	test('is none before the first end', () => assert.equal(percents(0, 0), null));
});
