import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {fitColumns, Table} from '../../../source/tui/parts/table.tsx';
import {createTheme} from '../../../source/tui/theme.ts';
import {renderToScreen} from '../../rig/render-to-screen.ts';

const theme = createTheme({ascii: false, palette: 'none'});
const columns = [
	{title: 'model', keep: 9, min: 8},
	{title: 'n', align: 'right', keep: 2},
	{title: 'mean', align: 'right', keep: 8},
] as const;
const rows = [
	['vit32x2x256', '3', '1000.0'],
	['温度', '12', '71.5'],
];

const draw = async (width: number) => {
	const fitted = fitColumns(columns, rows, width);
	const lines = await renderToScreen(<Table columns={fitted} rows={rows} theme={theme} />, {
		columns: width + 1,
		rows: 6,
	});
	return lines.filter((line) => line !== '');
};

suite('a table by ink-table', () => {
	test('spends one row on the titles and one on each row, and lines up wide characters', async () => {
		assert.deepEqual(await draw(40), [
			' model         n    mean',
			' vit32x2x256   3  1000.0',
			' 温度         12    71.5',
		]);
	});

	test('cuts what may be cut before a column leaves', async () => {
		assert.deepEqual(await draw(22), [' model      n    mean', ' vit32x2…   3  1000.0', ' 温度      12    71.5']);
	});

	test('drops the column that matters least when that is not enough', async () => {
		assert.deepEqual(await draw(18), [' model       mean', ' vit32x2…  1000.0', ' 温度        71.5']);
	});
});
