import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {compareField, type Reading, type Rule} from '../bench/telemetry/agreement.ts';

const NEAR: Rule = {kind: 'near', by: 1};
const INSIDE: Rule = {kind: 'inside'};
const at = (ms: number, value: Reading['value']): Reading => ({at: ms, value});
const oneShot = (value: Reading['value']) => [{from: 5000, to: 5200, value}];
const agree = (rule: Rule, value: Reading['value'], samples: readonly Reading[]) =>
	compareField('field', rule, oneShot(value), samples).agreed === 1;

suite('a one-shot agrees with the samples around it', () => {
	test('in a static field when all are equal, and in what neither has', () => {
		assert.equal(agree({kind: 'static'}, 700, [at(5000, 700), at(5100, 700)]), true);
		assert.equal(agree({kind: 'static'}, 700, [at(5000, 700), at(5100, 600)]), false);
		assert.equal(agree(INSIDE, null, [at(5000, null)]), true);
		assert.equal(agree(INSIDE, null, [at(5000, 30)]), false);
		assert.equal(agree(INSIDE, 30, [at(5000, null)]), false);
	});

	test('within a degree of temperature', () => {
		assert.equal(agree(NEAR, 41, [at(5000, 40)]), true);
		assert.equal(agree(NEAR, 42, [at(5000, 40)]), false);
	});

	test('inside the samples of the second before and after, and no others', () => {
		assert.equal(agree(INSIDE, 95, [at(4001, 90), at(6199, 100)]), true);
		assert.equal(agree(INSIDE, 95, [at(3999, 90), at(5100, 100)]), false);
	});

	test('in a mask that was there at some moment', () => {
		assert.equal(agree(INSIDE, '0x4', [at(5000, '0x1'), at(5100, '0x4')]), true);
		assert.equal(agree(INSIDE, '0x8', [at(5000, '0x1')]), false);
	});

	test('never when there was no sample, and the worst distance is told with an example', () => {
		const {asked, agreed, worst, example} = compareField('f', INSIDE, oneShot(120), [at(5000, 90), at(5100, 100)]);

		assert.equal(agree(INSIDE, 95, []), false);
		assert.deepEqual([asked, agreed, worst?.toFixed(2), example], [1, 0, '19.99', 'nvidia-smi 120, NVML 90 100']);
	});
});
