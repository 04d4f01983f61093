import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Take} from '../../../source/domain/command-output-keys.ts';
import {createSeries, readValue} from '../../../source/report/left/series.ts';

const take = (how: Take, values: readonly unknown[]) => {
	const series = createSeries(how);
	for (const value of values) series.add(value);
	return series.finish();
};
const found = (how: Take, values: readonly unknown[]) => {
	const result = take(how, values);
	return result.kind === 'found' ? result.value : result.reason;
};

suite('a number in what a program left', () => {
	for (const [text, number] of [
		['5', 5],
		[' -1.50 ', -1.5],
		['+.5', 0.5],
		['1e3', 1000],
		['2.', 2],
		[7, 7],
		[12n, 12],
	] as const) {
		test(`is read from ${JSON.stringify(String(text))}`, () => assert.deepEqual(readValue(text), {number}));
	}

	for (const text of [
		'nan',
		'Infinity',
		'-inf',
		'1e400',
		'1,234',
		'0x10',
		'1_000',
		'fast',
		'1 2',
		true,
		{},
		Number.NaN,
	]) {
		test(`is never made up from ${String(text)}`, () => assert.ok('problem' in (readValue(text) ?? {})));
	}

	test('is absent in an empty cell', () => {
		assert.deepEqual(['', ' ', null, undefined].map(readValue), [null, null, null, null]);
	});
});

suite('several values', () => {
	const values = ['4', '1', '', '7'];
	for (const [how, value] of [
		['first', 4],
		['last', 7],
		['mean', 4],
		['median', 4],
		['min', 1],
		['max', 7],
		['sum', 12],
		['count', 3],
	] as const) {
		test(`come to their ${how}`, () => assert.equal(found(how, values), value));
	}

	test('are all kept where all are asked for', () => assert.deepEqual(found('all', values), [4, 1, 7]));

	test('have no sum and no mean where one is no number, and say how many are none', () => {
		assert.deepEqual(take('mean', ['1', 'nan', '3']), {kind: 'found', value: null, doubts: ['1 of 3 values: nan']});
		assert.deepEqual(take('all', ['1', 'nan']), {kind: 'found', value: [1, null], doubts: ['1 of 2 values: nan']});
		assert.deepEqual(take('last', ['nan', '3']), {kind: 'found', value: 3, doubts: []});
	});

	test('of which there are none are missing and not 0', () => {
		assert.deepEqual(take('sum', ['']), {kind: 'missing', reason: 'no value'});
	});

	test('are never larger than any number', () => {
		assert.deepEqual(take('sum', ['1e308', '1e308']), {
			kind: 'found',
			value: null,
			doubts: ['is larger than any number here'],
		});
	});

	test('do not fill the memory: of a list the first ten thousand stay', () => {
		const many = take(
			'all',
			Array.from({length: 10_001}, (_, index) => index),
		);

		assert.equal(many.kind === 'found' && Array.isArray(many.value) && many.value.length, 10_000);
		assert.deepEqual(many.kind === 'found' && many.doubts, ['has 10001 values, of which the first 10000 are kept']);
	});
});
