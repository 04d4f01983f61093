import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {clipText, measureColumns, padText, toOneLine, wrapText} from '../../source/report/text.ts';
import {formatTable, type TextColumn} from '../../source/report/text-table.ts';

suite('a text in columns', () => {
	test('counts wide letters twice and combining ones not at all', () => {
		assert.deepEqual(['abc', '模型', 'e\u0301', '🚀'].map(measureColumns), [3, 4, 1, 2]);
	});

	test('is cut with an ellipsis, never in the middle of a wide letter', () => {
		assert.equal(clipText('abcdef', 4), 'abc…');
		assert.equal(clipText('模型模型', 4), '模…');
		assert.equal(clipText('abcd', 4), 'abcd');
	});

	test('is padded on the side that is asked for', () => {
		assert.deepEqual([padText('模', 4), padText('7', 3, 'right')], ['模  ', '  7']);
	});

	test('breaks between words, and inside of a word that has no room', () => {
		assert.deepEqual(wrapText('one two three', 7), ['one two', 'three']);
		assert.deepEqual(wrapText('abcdefghij k', 4), ['abcd', 'efgh', 'ij k']);
	});

	test('loses colours, titles and line breaks', () => {
		assert.equal(toOneLine('\u001b[1;31mred\u001b[0m\r\n\tnext\u001b]0;title\u0007 \u202eend'), 'red next end');
	});
});

suite('a table', () => {
	type Row = {readonly name: string; readonly value: string};
	const columns: readonly TextColumn<Row>[] = [
		{title: 'name', side: 'left', read: ({name}) => name},
		{title: 'extra', side: 'right', read: () => 'extra', optional: true},
		{title: 'value', side: 'right', read: ({value}) => value},
	];
	const rows: readonly Row[] = [
		{name: 'a_long_name', value: '1'},
		{name: 'b', value: '22'},
	];

	test('aligns its columns', () => {
		assert.deepEqual(formatTable(columns, rows, 80), [
			'name         extra  value',
			'a_long_name  extra      1',
			'b            extra     22',
		]);
	});

	test('drops what is optional before it cuts a name', () => {
		assert.deepEqual(formatTable(columns, rows, 18), [
			'name         value',
			'a_long_name      1',
			'b               22',
		]);
		assert.deepEqual(formatTable(columns, rows, 16), ['name       value', 'a_long_n…      1', 'b             22']);
	});
});
