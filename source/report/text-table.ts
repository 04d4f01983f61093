import {measureColumns, padText, toOneLine} from './text.ts';

export type TextColumn<T> = {
	readonly title: string;
	readonly side: 'left' | 'right';
	readonly read: (row: T) => string;
	/** Left out where the table would be too wide. */
	readonly optional?: true;
};

const GAP = 2;
const NARROWEST = 8;

/** Aligned lines of at most `columns`: optional columns go first, then the first left-aligned column is cut. */
export function formatTable<T>(
	table: readonly TextColumn<T>[],
	rows: readonly T[],
	columns: number,
): readonly string[] {
	const shown = table.map((column) => render(column, rows));
	const excess = (chosen: readonly Rendered[]) => measureTable(chosen) - columns;
	const kept = excess(shown) > 0 ? shown.filter(({column}) => !column.optional) : shown;
	const stretchable = kept.find(({column}) => column.side === 'left');
	const widths = kept.map((one) =>
		one === stretchable ? Math.max(NARROWEST, one.width - Math.max(0, excess(kept))) : one.width,
	);
	return [-1, ...rows.keys()].map((row) =>
		kept
			.map(({column, title, cells}, index) =>
				padText(row < 0 ? title : (cells[row] ?? ''), widths[index] ?? 0, column.side),
			)
			.join(' '.repeat(GAP))
			.trimEnd(),
	);
}

type Rendered = {
	readonly column: {readonly side: 'left' | 'right'; readonly optional?: true};
	readonly title: string;
	readonly cells: readonly string[];
	readonly width: number;
};

function render<T>(column: TextColumn<T>, rows: readonly T[]): Rendered {
	const cells = rows.map((row) => toOneLine(column.read(row)));
	const width = [column.title, ...cells].reduce((most, cell) => Math.max(most, measureColumns(cell)), 0);
	return {column, title: column.title, cells, width};
}

const measureTable = (shown: readonly Rendered[]): number =>
	shown.reduce((sum, {width}) => sum + width, GAP * (shown.length - 1));
