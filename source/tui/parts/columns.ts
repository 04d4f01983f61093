import type {Glyphs, Tone} from '../theme.ts';
import {clean, displayWidth, fit} from './fit.ts';
import type {Line} from './line.ts';

export type Cell = {readonly text: string; readonly tone?: Tone};

/** A column of a table of lines, whose cells have tones of their own. */
export type ToneColumn = {
	readonly title: string;
	readonly align?: 'left' | 'right';
	/** When room is short the columns with the least leave first. */
	readonly keep: number;
	/** Even where its cells are shorter now, so that the others do not move when they grow. */
	readonly least?: number;
	/** May be cut down to `min` once the columns with less than `keep` have left; without it it is whole or gone. */
	readonly shrinks?: {readonly min: number; readonly keep: number};
	readonly cells: readonly Cell[];
};

type Sized = {readonly column: ToneColumn; readonly width: number};

/** A heading and one line a row, one blank between columns; a column without any text is left out. */
export function layColumns(
	columns: readonly ToneColumn[],
	rows: number,
	width: number,
	glyphs: Glyphs,
): readonly Line[] {
	const sized = fitColumns(
		columns.map(measure).filter(({width: own}) => own > 0),
		width,
	);
	const heading = sized.map(({column, width: own}) => ({
		text: fit(column.title, own, glyphs.ellipsis, column.align),
		tone: 'dim' as const,
	}));
	const body = Array.from({length: rows}, (_, row) =>
		sized.map(({column, width: own}) => layCell(column, column.cells[row], own, glyphs)),
	);
	return [heading, ...body].map(join);
}

/** Blanks of a column that may go to another one. */
export const spareWidth = (columns: readonly ToneColumn[], width: number): number =>
	width - total(columns.map(measure));

function measure(column: ToneColumn): Sized {
	const widest = column.cells.reduce((most, {text}) => Math.max(most, displayWidth(clean(text))), 0);
	return {column, width: widest === 0 ? 0 : Math.max(widest, column.least ?? 0, displayWidth(column.title))};
}

function fitColumns(columns: readonly Sized[], width: number): readonly Sized[] {
	const excess = total(columns) - width;
	if (excess <= 0 || columns.length === 1) return columns;
	const least = Math.min(...columns.map(({column}) => column.keep));
	const elastic = columns.find(({column: {shrinks}, width: own}) => {
		return shrinks && least >= shrinks.keep && own > shrinks.min;
	});
	if (elastic) return fitColumns(narrow(columns, elastic, excess), width);
	const leaving = columns.findLastIndex(({column}) => column.keep === least);
	return fitColumns(columns.toSpliced(leaving, 1), width);
}

const narrow = (columns: readonly Sized[], elastic: Sized, excess: number): readonly Sized[] =>
	columns.map((one) =>
		one === elastic ? {...one, width: Math.max(one.column.shrinks?.min ?? 0, one.width - excess)} : one,
	);

const total = (columns: readonly Sized[]): number =>
	columns.reduce((sum, {width}) => sum + (width > 0 ? width + 1 : 0), -1);

const layCell = ({align}: ToneColumn, cell: Cell | undefined, width: number, glyphs: Glyphs) => ({
	text: fit(clean(cell?.text ?? '', glyphs.ascii), width, glyphs.ellipsis, align),
	tone: cell?.tone ?? ('plain' as const),
});

const join = (cells: Line): Line => cells.map(({text, tone}, index) => ({text: index === 0 ? text : ` ${text}`, tone}));
