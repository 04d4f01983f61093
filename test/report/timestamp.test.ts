import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {formatTimestamp} from '../../source/report/timestamp.ts';

suite('a timestamp', () => {
	test('is ISO 8601 in UTC', () => {
		assert.equal(formatTimestamp(1_752_287_462_000), '2025-07-12T02:31:02.000Z');
	});

	test('knows leap days, and the centuries that have none', () => {
		assert.equal(formatTimestamp(951_782_400_000), '2000-02-29T00:00:00.000Z');
		assert.equal(formatTimestamp(4_107_542_400_000), '2100-03-01T00:00:00.000Z');
		assert.equal(formatTimestamp(1_709_251_199_999), '2024-02-29T23:59:59.999Z');
	});

	test('agrees with the platform throughout four centuries', () => {
		for (let day = 0; day < 146_097; day += 11) {
			const at = day * 86_400_000 + ((day * 7919) % 86_400_000);
			if (formatTimestamp(at) !== new Date(at).toISOString()) assert.fail(`${at}: ${formatTimestamp(at)}`);
		}
	});
});
