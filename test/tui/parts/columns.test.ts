import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {layColumns, type ToneColumn} from '../../../source/tui/parts/columns.ts';
import {lineText} from '../../../source/tui/parts/line.ts';
import {createTheme} from '../../../source/tui/theme.ts';

const {glyphs} = createTheme({ascii: false, palette: 'none'});
const column = (title: string, texts: readonly string[], more: Partial<ToneColumn> = {}): ToneColumn => ({
	title,
	keep: 5,
	cells: texts.map((text) => ({text})),
	...more,
});
const draw = (columns: readonly ToneColumn[], width: number): readonly string[] =>
	layColumns(columns, 2, width, glyphs).map(lineText);

suite('a table of lines', () => {
	const names = column('name', ['a', 'long name'], {keep: 9, shrinks: {min: 4, keep: 5}});
	const counts = column('n', ['1', '22'], {align: 'right', keep: 8});
	const extras = column('extra', ['x', 'y'], {keep: 1});

	test('stands in columns, numbers to the right', () => {
		assert.deepEqual(draw([names, counts], 40), ['name       n', 'a          1', 'long name 22']);
	});

	test('loses the columns with the least keep first, then shortens what may be shortened', () => {
		assert.equal(draw([names, extras, counts], 18)[0], 'name      extra  n');
		assert.equal(draw([names, extras, counts], 17)[0], 'name       n');
		assert.deepEqual(draw([names, extras, counts], 9), ['name    n', 'a       1', 'long … 22']);
		assert.equal(draw([names, counts], 6)[0], 'name');
	});

	test('leaves out a column in which nothing stands', () => {
		assert.equal(draw([names, column('none', ['', '']), counts], 40)[0], 'name       n');
	});

	test('keeps a width that is asked for, so that nothing moves when a number grows', () => {
		const [, before] = draw([column('t', ['9 s', ''], {align: 'right', least: 5}), names], 40);
		const [, after] = draw([column('t', ['100 s', ''], {align: 'right', least: 5}), names], 40);

		assert.equal(before?.indexOf('a'), after?.indexOf('a'));
	});

	test('counts what a terminal draws', () => {
		const [, first, second] = draw([column('m', ['模型', 'ab']), counts], 40);

		assert.deepEqual([first, second], ['模型  1', 'ab   22']);
	});
});
