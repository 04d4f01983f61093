import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseCsv, readColumn} from '../../../source/report/left/tables.ts';

suite('a table of text', () => {
	test('is read with a byte order mark, quotes, breaks inside of them, blanks and lines of Windows', () => {
		const {titles, rows, doubts, isTorn} = parseCsv('\uFEFF"ms" , note\r\n1.5,"a ""b"", c\r\nd"\r\n2.5,x\r\n\r\n');

		assert.deepEqual(titles, ['ms', 'note']);
		assert.deepEqual(rows, [
			['1.5', 'a "b", c\r\nd'],
			['2.5', 'x'],
		]);
		assert.deepEqual([doubts, isTorn], [[], false]);
	});

	for (const [name, text] of [
		['semicolons', 'a;b\n1;2\n'],
		['tabs', 'a\tb\n1\t2\n'],
		['no break at its end', 'a,b\n1,2'],
		['breaks of old', 'a,b\r1,2\r'],
	] as const) {
		test(`is read with ${name}`, () => {
			const {titles, rows, isTorn} = parseCsv(text);
			assert.deepEqual([titles, rows, isTorn], [['a', 'b'], [['1', '2']], false]);
		});
	}

	for (const text of ['a,b\n1,2\n3', 'a,b\n1,2\n3,"x', 'a,b\n1,2\n"3']) {
		test(`is torn where its end is missing: ${JSON.stringify(text)}`, () => {
			const {rows, isTorn} = parseCsv(text);
			assert.equal(isTorn, true);
			assert.deepEqual(rows[0], ['1', '2']);
		});
	}

	test('says how many rows are left out, and passes over NUL bytes', () => {
		const {rows, doubts} = parseCsv('a,b\n1,2,3\n4,\x005\n6\n');

		assert.deepEqual(rows, [['4', '5']]);
		assert.deepEqual(doubts, [
			'it has NUL bytes, which were passed over',
			'2 of 3 rows do not have 2 fields and were left out',
		]);
	});

	test('keeps an empty field at the end of a row', () => assert.deepEqual(parseCsv('a,b\n1,').rows, [['1', '']]));

	test('may be empty', () => assert.deepEqual(parseCsv('').titles, []));
});

suite('a column of a table', () => {
	const table = parseCsv('method,ok,n,ms\nlinear,True,1,10\niterative,True,2.0,8\niterative,False,3,9\n');

	test('has the rows that a suite asks for, by text, number and truth', () => {
		assert.deepEqual(readColumn(table, 'ms', {method: 'iterative'}), {values: ['8', '9']});
		assert.deepEqual(readColumn(table, 'ms', {n: 2}), {values: ['8']});
		assert.deepEqual(readColumn(table, 'ms', {method: 'iterative', ok: false}), {values: ['9']});
	});

	test('that it has not is named, with those that it has', () => {
		assert.deepEqual(readColumn(table, 'mS'), {
			problem: 'it has no column mS; its columns are method, ok, n, ms',
		});
		assert.deepEqual(readColumn(table, 'ms', {kind: 'x'}), {
			problem: 'it has no column kind; its columns are method, ok, n, ms',
		});
	});

	test('without a row is no column of nothing', () => {
		assert.deepEqual(readColumn(table, 'ms', {method: 'dense'}), {problem: 'no row has {"method":"dense"}'});
	});
});
