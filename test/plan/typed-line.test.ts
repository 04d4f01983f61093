import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {isSweepWord} from '../../source/plan/override.ts';
import {replaceWord, splitTypedLine} from '../../source/plan/typed-line.ts';

const wordsOf = (line: string) => splitTypedLine(line).words.map(({text}) => text);

suite('a typed line', () => {
	for (const [line, words] of [
		['', []],
		['  a=1\tb=2  ', ['a=1', 'b=2']],
		["'a=[1, 2]' b=3", ['a=[1, 2]', 'b=3']],
		[`a="x y" b='"z"'`, ['a=x y', 'b="z"']],
		[String.raw`a=x\ y "b=\"q\" \n"`, ['a=x y', String.raw`b="q" \n`]],
		["a='it'\\''s'", ["a=it's"]],
		["''", ['']],
	] as const) {
		test(`is cut as a shell cuts it: ${line}`, () => {
			assert.deepEqual(wordsOf(line), words);
		});
	}

	test('knows the column of each letter of a word, quotes passed over', () => {
		const [word] = splitTypedLine(" 'a b'c").words;

		assert.deepEqual(word, {text: 'a bc', start: 1, end: 7, columns: [3, 4, 5, 7]});
	});

	test('with a quote that nobody closes says where it was opened', () => {
		const {words, fault} = splitTypedLine("a=1 b='x y");

		assert.deepEqual(
			words.map(({text}) => text),
			['a=1'],
		);
		assert.deepEqual(fault, {error: 'this quote is never closed', column: 7, hint: "close it with '"});
	});

	test('takes another word in the place of one, behind all, or none', () => {
		const line = "a=1  'b=2 3' c=4";
		const [, second, third] = splitTypedLine(line).words;

		assert.equal(replaceWord(line, second, 'b=5'), 'a=1  b=5 c=4');
		assert.equal(replaceWord(line, undefined, 'd=6'), "a=1  'b=2 3' c=4 d=6");
		assert.equal(replaceWord(line, second, ''), 'a=1 c=4');
		assert.equal(replaceWord(line, third, ''), "a=1  'b=2 3'");
		assert.equal(replaceWord('', undefined, 'a=1'), 'a=1');
	});
});

suite('a word of a command line', () => {
	for (const word of ['a=1,2', 'a=range(1,4)', 'a=choice(x,y)', 'zip(a=[1,2],b=[3,4])', '+a=1,2']) {
		test(`is a sweep: ${word}`, () => assert.equal(isSweepWord(word), true));
	}
	for (const word of ['a=1', 'a=[1,2]', '~a', 'a=', 'a=[1', 'quick_test', "a='1,2'"]) {
		test(`is none: ${word}`, () => assert.equal(isSweepWord(word), false));
	}
});
