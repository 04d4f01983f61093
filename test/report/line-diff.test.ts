import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {diffLines} from '../../source/report/line-diff.ts';

const NAMES = ['a', 'b'] as const;

suite('a difference of two texts', () => {
	test('is nothing where they are equal', () => {
		assert.equal(diffLines('x\ny\n', 'x\ny\n', NAMES), '');
	});

	test('shows three lines around a change, and where it is', () => {
		const before = [...'abcdefgh'].join('\n');
		const after = before.replace('e', 'E\nF');

		assert.equal(
			diffLines(before, after, NAMES),
			['--- a', '+++ b', '@@ -2,7 +2,8 @@', ' b', ' c', ' d', '-e', '+E', '+F', ' f', ' g', ' h', ''].join('\n'),
		);
	});

	test('has one part for changes that are near and two for those that are not', () => {
		const lines = Array.from({length: 30}, (_, index) => `line ${index}`);
		const changed = (...at: readonly number[]) => lines.map((line, index) => (at.includes(index) ? `${line}!` : line));
		const count = (...at: readonly number[]) =>
			diffLines(lines.join('\n'), changed(...at).join('\n'), NAMES).match(/^@@/gm)?.length;

		assert.deepEqual([count(3, 8), count(3, 20)], [1, 2]);
	});

	test('keeps lines that both have between changes', () => {
		assert.match(diffLines('a\nb\nc\n', 'A\nb\nC\n', NAMES), /-a\n\+A\n b\n-c\n\+C\n/);
	});
});
