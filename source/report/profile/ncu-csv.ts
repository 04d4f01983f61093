import {readNcuNumber} from './ncu-units.ts';

/** One launch of a kernel. Values are in base units: percent, seconds, bytes a second; null where ncu has none. */
export type NcuKernel = {
	readonly name: string;
	readonly metrics: ReadonlyMap<string, number | null>;
};

export type NcuCsv = {
	readonly kernels: readonly NcuKernel[];
	/** What ncu itself reported, without its marks. */
	readonly errors: readonly string[];
	readonly warnings: readonly string[];
	/** Lines of a table that have too few cells, as the last one of a file that was cut off. */
	readonly tornLines: number;
	/** Cells that are neither a number in a known unit nor `n/a`. */
	readonly unreadable: number;
	/** A table of sums over launches, which cannot be weighted. */
	readonly isSummary: boolean;
};

type Table = {
	readonly titles: readonly string[];
	/** Position of each column by its title. */
	readonly at: ReadonlyMap<string, number>;
	/** A line for each metric of each launch; else a line for each launch, with a column for each metric. */
	readonly isLong: boolean;
	/** By column, of a table with a column for each metric. */
	units: readonly string[];
	/** By process and number. */
	readonly launches: Map<string, {readonly name: string; readonly metrics: Map<string, number | null>}>;
};

const MESSAGE = /^==(ERROR|WARNING)== *(.*)$/;
const HEADER = /^"?ID"?,/;

/** Reads what `ncu --csv` prints, with or without `--page raw`; the program's own lines between are passed over. */
export function readNcuCsv(text: string): NcuCsv {
	const [tables, errors, warnings]: [Table[], string[], string[]] = [[], [], []];
	const counts = {tornLines: 0, unreadable: 0};
	for (const line of text.split(/\r?\n/)) {
		const [, mark, message = ''] = MESSAGE.exec(line) ?? [];
		if (mark !== undefined) (mark === 'ERROR' ? errors : warnings).push(message.trim());
		else if (HEADER.test(line)) tables.push(openTable(splitCells(line)));
		else if (line.startsWith('"')) addLine(tables.at(-1), splitCells(line), counts);
	}
	return {
		kernels: tables.flatMap(({launches}) => [...launches.values()]),
		errors: errors.filter((error) => error !== ''),
		warnings,
		...counts,
		isSummary: tables.some(({at}) => at.has('Invocations') && !at.has('Metric Value')),
	};
}

function openTable(titles: readonly string[]): Table {
	const at = new Map(titles.map((title, position) => [title, position] as const));
	return {titles, at, isLong: at.has('Metric Name'), units: [], launches: new Map()};
}

type Counts = {tornLines: number; unreadable: number};

function addLine(table: Table | undefined, cells: readonly string[], counts: Counts): void {
	if (!table) return;
	if (cells.length !== table.titles.length) {
		counts.tornLines++;
		return;
	}
	const read = (title: string) => cells[table.at.get(title) ?? -1] ?? '';
	if (read('ID') === '') {
		// Below the titles of a table with a column for each metric stand their units.
		table.units = cells;
		return;
	}
	const key = `${read('Process ID')} ${read('ID')}`;
	const launch = table.launches.get(key) ?? {name: read('Kernel Name'), metrics: new Map<string, number | null>()};
	table.launches.set(key, launch);
	for (const [name, value, unit] of listMetrics(table, cells, read)) {
		const number = readNcuNumber(value, unit);
		if (number === 'unreadable') counts.unreadable++;
		launch.metrics.set(name, number === 'unreadable' ? null : number);
	}
}

type Metric = readonly [name: string, value: string, unit: string];

function listMetrics(table: Table, cells: readonly string[], read: (title: string) => string): readonly Metric[] {
	if (table.isLong) return [[read('Metric Name'), read('Metric Value'), read('Metric Unit')]];
	return table.titles.flatMap((title, position) =>
		// Every metric has this in its name, and nothing else has.
		title.includes('__') ? [[title, cells[position] ?? '', table.units[position] ?? ''] as const] : [],
	);
}

/** Names of kernels hold commas, and quotes that are doubled. A quote that never ends gives a line with too few cells. */
function splitCells(line: string): readonly string[] {
	return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"(?=,|$)|([^",]*)(?=,|$))/g)].map(
		([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
	);
}
