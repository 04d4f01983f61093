import type {Json, JsonObject} from '../../domain/json.ts';

/**
 * A chart in the grammar of Vega-Lite, without fonts and sizes of text. Its colours are names that a theme knows, which
 * begin with `$`; names out of suites stand in its data and nowhere else.
 */
export type ChartSpec = JsonObject;

export type Value = string | number | boolean | null;

export type Column = {
	/** In files: `samples_per_s`. */
	readonly key: string;
	/** For people, with its unit: `samples/s`. */
	readonly title: string;
};

/** Numbers as they are, of which files keep every digit. */
export type Table = {
	readonly columns: readonly Column[];
	readonly rows: readonly (readonly Value[])[];
};

export type DrawnFigure = {
	readonly kind: 'drawn';
	/** Also the name of its files. */
	readonly name: string;
	readonly title: string;
	/** What is shown and what it does not say, a sentence each. */
	readonly caption: readonly string[];
	readonly chart: ChartSpec;
	readonly table: Table;
};

/** A figure whose data the run has not. */
type AbsentFigure = {
	readonly kind: 'absent';
	readonly name: string;
	readonly title: string;
	readonly reason: string;
};

export type Figure = DrawnFigure | AbsentFigure;

/** What of a figure is the same whether it can be drawn or not. */
type Heading = Pick<Figure, 'name' | 'title'>;

export const leaveOut = (heading: Heading, reason: string): AbsentFigure => ({kind: 'absent', ...heading, reason});

/** How values of a row are named; the same for the chart's data and for the files. */
export type Read<T> = Column & {readonly read: (row: T) => Value};

export const tabulate = <T>(columns: readonly Read<T>[], rows: readonly T[]): Table => ({
	columns: columns.map(({key, title}) => ({key, title})),
	rows: rows.map((row) => columns.map(({read}) => read(row))),
});

/** A table as the data of a chart, each row by the keys of its columns. */
export const toData = ({columns, rows}: Table): Json => ({
	values: rows.map((row) => Object.fromEntries(columns.map(({key}, index) => [key, row[index] ?? null]))),
});

/** More lines than these nobody reads in a figure; its table has all. */
const MOST_LINES = 40;

export const cutLines = <T>(rows: readonly T[]): readonly T[] => rows.slice(0, MOST_LINES);

/** What the caption says of lines that are not drawn; nothing where all are. */
export const sayCut = (rows: readonly unknown[], what: string): readonly string[] =>
	rows.length > MOST_LINES
		? [`The first ${MOST_LINES} of ${rows.length} ${what} are drawn; the table has all of them.`]
		: [];

/** As wide as a figure is drawn, title and axes included. */
const WIDTH = 720;

/** Room for one line of a list of names. */
const LINE_HEIGHT = 20;

/** For the axis and its title, and a legend beside or above it. */
const AROUND = 90;

/** A chart of one part, fitted into the width, with as many lines of names; `around` is for what is not lines. */
export const fitChart = (lines: number, chart: JsonObject, around = AROUND): ChartSpec => ({
	width: WIDTH,
	height: Math.max(2, lines) * LINE_HEIGHT + around,
	autosize: {type: 'fit', contains: 'padding'},
	...chart,
});

/** The axis of names: as they came, and cut where they are long. */
export const nameAxis = (field: string): JsonObject => ({
	field,
	type: 'nominal',
	sort: null,
	title: null,
	axis: {labelLimit: 240, ticks: false, domain: false},
});
