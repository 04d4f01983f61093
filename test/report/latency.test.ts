import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {mergeLatencies, summarizeLatency} from '../../source/report/latency.ts';
import {interpolateQuantile} from '../../source/report/statistics.ts';

/** 1 000 values without order; the expected figures beside are from numpy 1.24.2, percentile() and mean(). */
const THOUSAND = Array.from({length: 1000}, (_, index) => ((index * index * 31 + 17 * index) % 1009) / 10);

const close = (actual: number | null, expected: number) =>
	assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

suite('a quantile', () => {
	test('lies between two values in proportion, as in numpy and R', () => {
		close(interpolateQuantile([15, 20, 35, 40, 50], 0.4), 29);
		close(interpolateQuantile([1, 2, 3, 4], 0.9), 3.7);
	});

	test('of one value is that value, of none is unknown', () => {
		assert.equal(interpolateQuantile([7], 0.99), 7);
		assert.equal(interpolateQuantile([], 0.5), null);
	});
});

suite('latencies', () => {
	test('of 1 000 batches have all percentiles, equal to those of numpy', () => {
		const {p50, p90, p99, mean, n} = summarizeLatency(THOUSAND);

		close(p50, 52.15);
		close(p90, 91.01);
		close(p99, 99.201);
		close(mean, 51.5601);
		assert.equal(n, 1000);
	});

	test('of 20 batches have a median only', () => {
		const twenty = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4];

		assert.deepEqual(summarizeLatency(twenty), {p50: 4.5, p90: null, p99: null, mean: 4.85, n: 20});
	});

	test('one batch short of a minimum lose that percentile, so that no handful of values poses as a tail', () => {
		assert.equal(summarizeLatency(THOUSAND.slice(0, 19)).p50, null);
		assert.equal(summarizeLatency(THOUSAND.slice(0, 99)).p90, null);
		assert.notEqual(summarizeLatency(THOUSAND.slice(0, 100)).p90, null);
		assert.equal(summarizeLatency(THOUSAND.slice(0, 999)).p99, null);
	});

	test('of no batch are unknown, not zero', () => {
		assert.deepEqual(summarizeLatency([]), {p50: null, p90: null, p99: null, mean: null, n: 0});
	});

	for (const shift of [1, 37, 499]) {
		test(`keep every figure when the batches come in another order (rotated by ${shift}, then reversed)`, () => {
			const moved = [...THOUSAND.slice(shift), ...THOUSAND.slice(0, shift)].reverse();

			assert.deepEqual(summarizeLatency(moved), summarizeLatency(THOUSAND));
		});
	}

	test('are not changed by being summarized', () => {
		const batches = [9, 1, 5];

		summarizeLatency(batches);

		assert.deepEqual(batches, [9, 1, 5]);
	});

	test('of several blocks average the known percentiles and weigh the mean by samples', () => {
		const merged = mergeLatencies([
			{p50: 10, p90: 12, p99: null, mean: 10, n: 100},
			{p50: 14, p90: null, p99: null, mean: 16, n: 50},
		]);

		assert.deepEqual(merged, {p50: 12, p90: 12, p99: null, mean: 12, n: 150});
	});
});
