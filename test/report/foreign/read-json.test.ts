import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {readJson, readLoose} from '../../../source/report/foreign/read-json.ts';

suite('JSON that others wrote', () => {
	test('may hold NaN and Infinity as bare words, which become unknown and are counted', () => {
		assert.deepEqual(readJson('{"a": NaN, "b": [1, -Infinity, Infinity]}'), {
			value: {a: null, b: [1, null, null]},
			bare: 3,
		});
	});

	test('keeps such words inside of strings, behind escaped quotes too', () => {
		const text = '{"said": "NaN \\" Infinity \\\\", "x": NaN}';

		assert.deepEqual(readJson(text), {value: {said: 'NaN " Infinity \\', x: null}, bare: 1});
	});

	test('may begin with a mark of its byte order and end with what a lost power left', () => {
		assert.deepEqual(readJson('\uFEFF{"a": 1}\0\0\0'), {value: {a: 1}, bare: 0});
	});

	for (const [text, problem] of [
		['', 'it is empty'],
		['\0\0', 'it is empty'],
		['{"a": 1, "b": ', 'it is cut off'],
		['[{"a": NaN}, {"b"', 'it is cut off'],
		['not json', 'it is no JSON'],
		['{"a": NaNs}', 'it is no JSON'],
		["{'a': 1}", 'it is no JSON'],
	] as const) {
		test(`is refused with a reason where it says ${JSON.stringify(text)}`, () => {
			assert.deepEqual(readJson(text), {problem});
		});
	}

	test('is read in a time that its length alone decides, also where a quote is never closed', () => {
		assert.deepEqual(readJson(`{"a": NaN, "b": "${'\\\\x'.repeat(200_000)}`), {problem: 'it is cut off'});
	});
});

suite('a number that others wrote', () => {
	for (const [written, number] of [
		['48', 48],
		[' -1.5e3 ', -1500],
		[7, 7],
		['.5', 0.5],
		['', null],
		['0x10', null],
		['48 runs', null],
		['NaN', null],
		['Infinity', null],
		[true, null],
		[null, null],
		[undefined, null],
		[Number.NaN, null],
	] as const) {
		test(`is ${number} where it says ${JSON.stringify(written) ?? 'nothing'}`, () => {
			assert.equal(readLoose(written), number);
		});
	}
});
