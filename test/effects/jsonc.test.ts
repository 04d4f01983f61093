import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {readJsonc} from '../../source/effects/jsonc.ts';

const readValue = (text: string) => {
	const read = readJsonc(text);
	return read.kind === 'read' ? read.value : assert.fail(read.why);
};

const whyNot = (text: string) => {
	const read = readJsonc(text);
	return read.kind === 'faulty' ? read.why : assert.fail('it was read');
};

suite('JSON as people write it', () => {
	test('may have both kinds of comments, a comma too many, and a byte order mark', () => {
		const text = '\uFEFF{\n  // a line\n  "device": "cuda", /* behind */\n  "seeds": [0, 1, 2,],\n}\n';

		assert.deepEqual(readValue(text), {device: 'cuda', seeds: [0, 1, 2]});
	});

	test('keeps what looks like a comment inside of a text, and a key that objects have by birth', () => {
		assert.deepEqual(
			readValue('{"url": "https://a//b", "__proto__": 1}'),
			JSON.parse('{"url": "https://a//b", "__proto__": 1}'),
		);
	});

	for (const [text, why] of [
		['{"a": 1\n "b": 2}', 'a comma is missing (line 2, column 2)'],
		['{"a": \n}', 'a value is missing (line 2, column 1)'],
		['{"a": NaN}', 'this is no value: texts stand in double quotes, and NaN is not JSON (line 1, column 7)'],
		["{'a': 1}", 'this is no value: texts stand in double quotes, and NaN is not JSON (line 1, column 2)'],
		['{"a": 1, /* never', 'this comment is never closed (line 1, column 10)'],
		['{"a": 1}\r\n}', 'nothing may stand behind the value (line 2, column 1)'],
		['{"a": 1,\n "a": 2}', 'the key "a" stands here a second time (line 2, column 2)'],
		['{"a": 1e999}', 'this number is too large (line 1, column 7)'],
		['\uFEFF[1 2]', 'a comma is missing (line 1, column 5)'],
		['// nothing', 'a value is missing (line 1, column 11)'],
		['', 'a value is missing (line 1, column 1)'],
	] as const) {
		test(`is told where it breaks: ${JSON.stringify(text)}`, () => {
			assert.equal(whyNot(text), why);
		});
	}

	test('is refused when it is nested more deeply than anybody reads', () => {
		assert.match(whyNot(`${'['.repeat(200_000)}`), /nested too deeply|is missing/);
	});
});
