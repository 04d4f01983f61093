import {Text} from 'ink';
import type {ReactElement} from 'react';
import {paint, type Theme} from '../theme.ts';
import {clean, displayWidth, fit} from './fit.ts';
import {InkTable, type InkTablePart} from './ink-table.ts';

export type Column = {
	/** Unique within its table. */
	readonly title: string;
	readonly align?: 'left' | 'right';
	/** On a narrow screen the columns with the least leave first. */
	readonly keep: number;
	/** May be cut down to this width; without it the column is whole or gone. */
	readonly min?: number;
};

type FittedColumn = {
	readonly title: string;
	readonly align: 'left' | 'right';
	readonly width: number;
	/** Position in a row of the caller's. */
	readonly index: number;
};

export type Row = readonly string[];

/** ink-table puts a blank on both sides of a cell. */
const PADDING = 2;

/** Chooses and narrows columns until all of them fit into `width`. */
export function fitColumns(columns: readonly Column[], rows: readonly Row[], width: number): readonly FittedColumn[] {
	const sized = columns.map((column, index) => ({column, index, width: naturalWidth(column, index, rows)}));
	const kept = [...sized];
	const least = () => kept.reduce((sum, {column, width: natural}) => sum + leastWidth(column, natural) + PADDING, 0);
	while (kept.length > 1 && least() > width) kept.splice(leastKept(kept.map(({column}) => column)), 1);
	return narrow(kept, width).map(({column: {title, align = 'left'}, index, width: fitted}) => ({
		title,
		align,
		index,
		width: fitted,
	}));
}

const naturalWidth = ({title}: Column, index: number, rows: readonly Row[]): number =>
	rows.reduce((width, row) => Math.max(width, displayWidth(clean(row[index] ?? ''))), title.length);

const leastWidth = ({min}: Column, natural: number): number => Math.min(natural, min ?? natural);

const leastKept = (columns: readonly Column[]): number =>
	columns.findLastIndex(({keep}) => keep === Math.min(...columns.map((column) => column.keep)));

type Sized = {readonly column: Column; readonly index: number; readonly width: number};

function narrow(columns: readonly Sized[], width: number): readonly Sized[] {
	const total = columns.reduce((sum, column) => sum + column.width + PADDING, 0);
	const slack = ({column, width: natural}: Sized) => natural - leastWidth(column, natural);
	const widest = columns.toSorted((a, b) => slack(b) - slack(a))[0];
	if (total <= width || !widest || slack(widest) === 0) return columns;
	const cut = Math.min(slack(widest), total - width);
	return narrow(
		columns.map((column) => (column === widest ? {...column, width: column.width - cut} : column)),
		width,
	);
}

type TableProps = {
	readonly columns: readonly FittedColumn[];
	readonly rows: readonly Row[];
	readonly theme: Theme;
};

/** One row for the titles and one for each row; ink-table's frame would cost as many again. */
export function Table({columns, rows, theme}: TableProps): ReactElement {
	const data = rows.map((row) =>
		Object.fromEntries(columns.map((column) => [column.title, fitCell(row[column.index] ?? '', column, theme)])),
	);
	return (
		<InkTable
			// ink-table keeps the cells of its first drawing, so that another layout needs another table.
			key={columns.map(({title, width}) => `${title} ${width}`).join()}
			data={data}
			columns={columns.map(({title}) => title)}
			header={createCell(columns, theme, true)}
			cell={createCell(columns, theme, false)}
			skeleton={Nothing}
		/>
	);
}

const Nothing = () => null;

const fitCell = (text: string, {width, align}: FittedColumn, {glyphs}: Theme): string =>
	fit(clean(text, glyphs.ascii), width, glyphs.ellipsis, align);

/** ink-table counts UTF-16 units, so every cell is cut and filled once more by what a terminal draws. */
const createCell =
	(columns: readonly FittedColumn[], theme: Theme, isTitle: boolean) =>
	({children = '', column = 0}: InkTablePart & {readonly column?: number}) => {
		const {width = 0, align = 'left'} = columns[column] ?? {};
		const value = children.slice(1).trimEnd();
		const text = fit(value, width, theme.glyphs.ellipsis, isTitle ? align : 'left');
		return <Text>{paint(` ${text} `, isTitle ? 'strong' : 'plain', theme)}</Text>;
	};
