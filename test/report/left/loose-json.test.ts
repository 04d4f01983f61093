import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findInJson, isBare, nameBare, parseLooseJson} from '../../../source/report/left/loose-json.ts';

const parse = (text: string): unknown => {
	const parsed = parseLooseJson(text);
	return 'value' in parsed ? parsed.value : parsed.problem;
};

suite('JSON as programs write it', () => {
	test('keeps NaN and infinities apart from texts that only look like them', () => {
		const value = parse('{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN, \\"Infinity", "d": "In"}');
		const [a, b, c] = ['/a', '/b/0', '/c'].map((pointer) => findInJson(value, pointer));

		assert.ok(isBare(a) && isBare(b) && !isBare(c));
		assert.deepEqual([nameBare(a), nameBare(b), c], ['NaN', '-Infinity', 'NaN, "Infinity']);
	});

	for (const [text, problem] of [
		['', 'it is empty'],
		['{"a": 1, "b": "ha', 'it ends in the middle'],
		['{"a": NaN, "b"', 'it ends in the middle'],
		['[', 'it ends in the middle'],
		['{"a": 1} {"a": 2}', 'it is no JSON'],
		['\u0001', 'it is no JSON'],
	] as const) {
		test(`is refused with its reason: ${JSON.stringify(text)}`, () => assert.equal(parse(text), problem));
	}

	test('may be as deep as it likes', () => {
		assert.equal(parse('['.repeat(100_000)), 'it ends in the middle');
		assert.ok(Array.isArray(parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)));
	});

	test('may begin with a byte order mark', () => assert.deepEqual(parse('\uFEFF{"a":1}'), {a: 1}));
});

suite('a place in JSON', () => {
	const value = {a: {b: [10, {'c/d': 1, 'e~f': 2, 'g.h': 3}]}, '': 4};
	for (const [pointer, expected] of [
		['/a/b/0', 10],
		['a.b.0', 10],
		['/a/b/1/c~1d', 1],
		['/a/b/1/e~0f', 2],
		['/a/b/1/g.h', 3],
		['/', 4],
		['/a/b/2', undefined],
		['/__proto__', undefined],
		['/constructor/name', undefined],
		['a.x.y', undefined],
	] as const) {
		test(`${pointer} is ${expected}`, () => assert.equal(findInJson(value, pointer), expected));
	}

	test('is the whole where the pointer is empty', () => assert.equal(findInJson(5, ''), 5));
});
