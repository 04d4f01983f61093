import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {render} from 'ink';
import {fitColumns, Table} from '../../../source/tui/parts/table.tsx';
import {createTheme} from '../../../source/tui/theme.ts';
import {createScreen, renderToScreen} from '../../rig/render-to-screen.ts';

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

const SIZE = {columns: 41, rows: 6};

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

	test('marks a row by a sign in the blank before it, and a title by one in the blank behind it', async () => {
		const marked = columns.map((column) => (column.title === 'n' ? column : {...column, mark: '▾'}));
		const fitted = fitColumns(marked, rows, 40);
		const lines = await renderToScreen(<Table columns={fitted} rows={rows} selected={1} theme={theme} />, SIZE);

		assert.deepEqual(lines.slice(0, 3), [
			' model▾        n    mean▾',
			' vit32x2x256   3  1000.0',
			'▸温度         12    71.5',
		]);
	});

	test('is as wide as the caller measured, where it shows only some of its rows', () => {
		const wide = [{title: 'model', keep: 1, widest: 30}, columns[1]];

		assert.deepEqual(
			fitColumns(wide, rows, 60).map(({width}) => width),
			[30, 2],
		);
	});

	test('paints a cell in its tone, and every cell of the chosen row as chosen', async () => {
		const dark = createTheme({ascii: false, palette: 'dark'});
		const toned = [[{text: 'failed', tone: 'failed'}], [{text: 'degraded', tone: 'degraded'}], ['plain']] as const;
		const fitted = fitColumns([{title: 'state', keep: 1}], toned, 40);
		const screen = createScreen(SIZE);
		const {stdout, stdin} = screen;
		const {unmount} = render(<Table columns={fitted} rows={toned} selected={1} theme={dark} />, {
			stdout,
			stdin,
			interactive: true,
		});
		await screen.until(/plain/);

		assert.deepEqual(['failed', 'degraded', 'plain'].map(screen.colourOf), [1, -1, -1]);
		unmount();
	});

	test('drops the column that matters least when that is not enough', async () => {
		assert.deepEqual(await draw(18), [' model       mean', ' vit32x2…  1000.0', ' 温度        71.5']);
	});
});
