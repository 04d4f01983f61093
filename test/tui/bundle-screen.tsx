import {renderToString} from 'ink';
import {fitColumns, Table} from '../../source/tui/parts/table.tsx';
import {createTheme} from '../../source/tui/theme.ts';

const columns = [
	{title: 'model', keep: 9},
	{title: 'mean', align: 'right', keep: 8},
] as const;
const rows = [['vit32x2x256', '71.5']];

export const drawTable = (): string =>
	renderToString(
		<Table columns={fitColumns(columns, rows, 40)} rows={rows} theme={createTheme({ascii: false, palette: 'none'})} />,
	);
