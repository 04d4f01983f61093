import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {breakAtReturns, createLineSplitter} from '../../source/effects/line-splitter.ts';

function split(chunks: readonly (string | Buffer)[], maxLineBytes = 1000): readonly string[] {
	const lines: string[] = [];
	const splitter = createLineSplitter((line) => lines.push(line), maxLineBytes);
	for (const chunk of chunks) splitter.push(Buffer.from(chunk));
	splitter.flush();
	return lines;
}

suite('bytes split into lines', () => {
	test('end at \\n or \\r\\n, and keep a \\r inside', () => {
		assert.deepEqual(split(['one\ntwo\r\nth\rree\n']), ['one', 'two', 'th\rree']);
	});

	test('are the same wherever the writes were cut, even inside a character or between \\r and \\n', () => {
		const bytes = Buffer.from('größe\r\n\n€ 5\nlast');

		for (let cut = 0; cut <= bytes.length; cut++) {
			const lines = split([bytes.subarray(0, cut), bytes.subarray(cut)]);

			assert.deepEqual(lines, ['größe', '', '€ 5', 'last'], `cut at ${cut}`);
		}
	});

	test('arriving byte by byte are the same as in one piece', () => {
		const bytes = Buffer.from('a\nbc\r\n\ndef');

		assert.deepEqual(split([...bytes].map((byte) => Buffer.of(byte))), ['a', 'bc', '', 'def']);
	});

	test('end at every \\r where that is asked for, once', () => {
		const bytes = Buffer.from('\r10 %\r20 %\r\nend\r');
		breakAtReturns(bytes);

		assert.deepEqual(split([bytes]), ['', '10 %', '20 %', 'end']);
	});

	test('hand out a last line without a break only once the file has ended', () => {
		const lines: string[] = [];
		const splitter = createLineSplitter((line) => lines.push(line), 1000);
		splitter.push(Buffer.from('whole\nhalf'));

		assert.deepEqual(lines, ['whole']);
	});

	test('lose the rest of a line that is too long, and nothing of the next', () => {
		assert.deepEqual(split(['abcd', 'efgh', 'ijkl\nnext\n'], 6), ['abcdef', 'next']);
		assert.deepEqual(split(['abcd', 'efgh'], 6), ['abcdef']);
	});

	test('that hold NUL and invalid bytes are handed out like any other', () => {
		assert.deepEqual(split([Buffer.of(0, 0xff, 10, 0x61, 10)]), ['\0\ufffd', 'a']);
	});

	test('after a gap begin at the next whole line', () => {
		const lines: string[] = [];
		const splitter = createLineSplitter((line) => lines.push(line), 1000);
		splitter.push(Buffer.from('before the g'));
		splitter.skipToNextLine();
		splitter.push(Buffer.from('rest of an unknown line'));
		splitter.push(Buffer.from(' too\nwhole\n'));

		assert.deepEqual(lines, ['whole']);
	});

	test('do not change when the buffer they came in is used again', () => {
		const lines: string[] = [];
		const splitter = createLineSplitter((line) => lines.push(line), 1000);
		const chunk = Buffer.from('begun');
		splitter.push(chunk);
		chunk.fill('x');
		splitter.push(Buffer.from('\n'));

		assert.deepEqual(lines, ['begun']);
	});
});
