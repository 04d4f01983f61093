import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {judgeHeat, readThrottles} from '../../source/domain/gpu-limits.ts';

const words = (mask: string | null) => readThrottles(mask)?.map((throttle) => throttle.words) ?? null;

suite('what keeps a clock down', () => {
	test('is nothing on a GPU that runs freely or idles', () => {
		assert.deepEqual(words('0x0000000000000000'), []);
		assert.deepEqual(words('0x0000000000000001'), []);
	});

	test('is unknown where the driver gives no mask', () => {
		assert.equal(words(null), null);
		assert.equal(words('[N/A]'), null);
	});

	// nvmlClocksEventReason* in nvml.h.
	for (const [mask, word] of [
		['0x0000000000000002', 'application clock setting'],
		['0x0000000000000004', 'SW power cap'],
		['0x0000000000000008', 'HW slowdown'],
		['0x0000000000000010', 'sync boost'],
		['0x0000000000000020', 'SW thermal slowdown'],
		['0x0000000000000040', 'HW thermal slowdown'],
		['0x0000000000000080', 'HW power brake'],
		['0x0000000000000100', 'display clock setting'],
	] as const)
		test(`is ${word} for ${mask}`, () => assert.deepEqual(words(mask), [word]));

	test('names the worst first when there are several', () => {
		assert.deepEqual(words('0x0000000000000064'), ['HW thermal slowdown', 'SW thermal slowdown', 'SW power cap']);
		assert.equal(readThrottles('0x44')?.[0]?.kind, 'slowdown');
	});

	test('stays a number where a newer driver knows more, and is not hidden', () => {
		assert.deepEqual(words('0x8000000000000000'), ['reason 0x8000000000000000']);
	});
});

suite('a temperature', () => {
	test('is hot from 80 °C and critical from 90 °C on; an unknown one is neither', () => {
		assert.deepEqual([79, 80, 89, 90, null].map(judgeHeat), ['normal', 'hot', 'hot', 'critical', null]);
	});
});
