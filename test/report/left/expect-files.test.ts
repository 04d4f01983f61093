import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findTear, judgeFiles} from '../../../source/report/left/expect-files.ts';

const file = (path: string, changes = {}) => ({path, kind: 'file' as const, bytes: 10, fresh: true, ...changes});

suite('files that a suite expects', () => {
	test('are there when enough of them are whole and new', () => {
		assert.equal(judgeFiles({path: 'a.bin'}, [file('a.bin')]), null);
		assert.equal(
			judgeFiles({path: '*.bin', count: 2, min_bytes: 10}, [file('a.bin'), file('b.bin'), file('c', {bytes: 1})]),
			null,
		);
	});

	for (const [files, problem] of [
		[[], 'a.bin is not there'],
		[[file('a.bin', {bytes: 3})], 'a.bin has 3 bytes, and at least 5 are expected'],
		[[file('a.bin', {fresh: false})], 'a.bin was there before, and this attempt did not write it'],
		[[file('a.bin', {kind: 'folder'})], 'a.bin is a folder, no file'],
		[[file('a.bin', {kind: 'pipe'})], 'a.bin is a pipe, no file'],
	] as const) {
		test(`are not there where ${problem}`, () => {
			assert.equal(judgeFiles({path: 'a.bin', min_bytes: 5}, files), problem);
		});
	}

	test('are counted', () => {
		assert.equal(
			judgeFiles({path: '*.bin', count: 3}, [file('a.bin'), file('b.bin')]),
			'*.bin: 2 of 3 files are there',
		);
	});

	for (const [path, text, tear] of [
		['a.json', '{"a": 1', 'a.json was written in part: it ends in the middle'],
		['a.json', '{"a": NaN}', null],
		['a.jsonl', '{"a": 1}\n{"a":', 'a.jsonl was written in part: its last line ends in the middle'],
		['a.jsonl', '{"a": 1}\n', null],
		['a.csv', 'a,b\n1,2\n3', 'a.csv was written in part: its last row is cut off'],
		['a.csv', 'a,b\n1,2\n', null],
		['a.txt', '{', null],
	] as const) {
		test(`are whole or not by the end of their name: ${path} with ${JSON.stringify(text)}`, () => {
			assert.equal(findTear(path, text), tear);
		});
	}
});
