import {Text} from 'ink';
import type {ReactElement} from 'react';
import {paint, type Theme, type Tone} from '../theme.ts';
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
	/** One sign behind the title, in the blank that parts it from the next: it costs no room. */
	readonly mark?: string;
	/** Columns that its widest value takes, where the caller has measured more rows than it shows. */
	readonly widest?: number;
};

type FittedColumn = {
	readonly title: string;
	readonly align: 'left' | 'right';
	readonly mark: string;
	readonly width: number;
	/** Position in a row of the caller's. */
	readonly index: number;
};

/** A text that means something by its colour too says so; its state is in the text all the same. */
export type Cell = string | {readonly text: string; readonly tone: Tone};

export type Row = readonly Cell[];

/** ink-table puts a blank on both sides of a cell. */
const PADDING = 2;

/** Chooses and narrows columns until all of them fit into `width`. */
export function fitColumns(columns: readonly Column[], rows: readonly Row[], width: number): readonly FittedColumn[] {
	const sized = columns.map((column, index) => ({column, index, width: naturalWidth(column, index, rows)}));
	const kept = [...sized];
	const least = () => kept.reduce((sum, {column, width: natural}) => sum + leastWidth(column, natural) + PADDING, 0);
	while (kept.length > 1 && least() > width) kept.splice(leastKept(kept.map(({column}) => column)), 1);
	return narrow(kept, width).map(({column: {title, align = 'left', mark = ''}, index, width: fitted}) => ({
		title,
		align,
		mark,
		index,
		width: fitted,
	}));
}

const naturalWidth = ({title, widest}: Column, index: number, rows: readonly Row[]): number =>
	widest === undefined
		? rows.reduce((width, row) => Math.max(width, displayWidth(clean(textOf(row[index])))), displayWidth(title))
		: Math.max(widest, displayWidth(title));

const textOf = (cell: Cell = ''): string => (typeof cell === 'string' ? cell : cell.text);

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
	/** Position of the row that a cursor is on. */
	readonly selected?: number | undefined;
	readonly theme: Theme;
};

/** One row for the titles and one for each row; ink-table's frame would cost as many again. */
export function Table({columns, rows, selected, theme}: TableProps): ReactElement {
	const data = rows.map((row, position) =>
		Object.fromEntries(
			columns.map((column) => {
				const cell = row[column.index] ?? '';
				const tone = position === selected ? 'selected' : typeof cell === 'string' ? 'plain' : cell.tone;
				return [column.title, markTone(tone) + fitCell(textOf(cell), column, theme)];
			}),
		),
	);
	return (
		<InkTable
			// ink-table keeps the cells of its first drawing, so that another layout needs another table.
			key={columns.map(({title, mark, width}) => `${title}${mark} ${width}`).join()}
			data={data}
			columns={columns.map(({title}) => title)}
			header={createTitle(columns, theme)}
			cell={createCell(columns, theme)}
			skeleton={Nothing}
		/>
	);
}

const Nothing = () => null;

const fitCell = (text: string, {width, align}: FittedColumn, {glyphs}: Theme): string =>
	fit(clean(text, glyphs.ascii), width, glyphs.ellipsis, align);

/** Private letters, which no foreign text can hold because `clean` takes them out. */
const MARKS: readonly Tone[] = ['strong', 'dim', 'accent', 'ok', 'degraded', 'invalid', 'failed', 'selected'];
const FIRST_MARK = 0xe000;

/** ink-table hands a cell nothing but its text, so the tone travels in it. */
function markTone(tone: Tone): string {
	const index = MARKS.indexOf(tone);
	return index < 0 ? '' : String.fromCharCode(FIRST_MARK + index);
}

function readMark(text: string): {readonly tone: Tone; readonly value: string} {
	const tone = MARKS[text.charCodeAt(0) - FIRST_MARK];
	return tone ? {tone, value: text.slice(1)} : {tone: 'plain', value: text};
}

type CellProps = InkTablePart & {readonly column?: number};

const createTitle =
	(columns: readonly FittedColumn[], theme: Theme) =>
	({column = 0}: CellProps) => {
		const {title, width, align, mark} = columns[column] ?? NO_COLUMN;
		const {ellipsis} = theme.glyphs;
		const text =
			align === 'right'
				? `${fit(title, width, ellipsis, align)}${mark || ' '}`
				: fit(`${title}${mark}`, width + 1, ellipsis);
		return <Text>{paint(` ${text}`, 'strong', theme)}</Text>;
	};

/** ink-table counts UTF-16 units, so every cell is cut and filled once more by what a terminal draws. */
const createCell =
	(columns: readonly FittedColumn[], theme: Theme) =>
	({children = '', column = 0}: CellProps) => {
		const {tone, value} = readMark(children.slice(1));
		const text = fit(value.trimEnd(), columns[column]?.width ?? 0, theme.glyphs.ellipsis);
		const before = tone === 'selected' && column === 0 ? theme.glyphs.cursor : ' ';
		return <Text>{paint(`${before}${text} `, tone, theme)}</Text>;
	};

const NO_COLUMN: FittedColumn = {title: '', align: 'left', mark: '', width: 0, index: 0};
