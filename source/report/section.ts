import {countNoun} from './figures.ts';
import {formatTable} from './text-table.ts';

type SectionColumn = {
	readonly title: string;
	readonly side: 'left' | 'right';
	/** Where there is no room the columns with the least leave first. */
	readonly keep: number;
	/** May be cut down to this width. */
	readonly min?: number;
};

/** A table with its words, which text, Markdown and the screen draw each in their way. */
export type Section = {
	readonly title: string;
	readonly remarks: readonly string[];
	readonly columns: readonly SectionColumn[];
	readonly rows: readonly (readonly string[])[];
	/** What has the rows that a text leaves out; absent: experiment_summary.json. */
	readonly whole?: string;
};

/** How a row is read, column by column. */
export type Read<T> = SectionColumn & {readonly read: (row: T) => string};

/** null without rows. */
export const buildSection = <T>(
	title: string,
	remarks: readonly string[],
	columns: readonly Read<T>[],
	rows: readonly T[],
): Section | null =>
	rows.length === 0 ? null : {title, remarks, columns, rows: rows.map((row) => columns.map(({read}) => read(row)))};

/** More are no table for a person. */
export const MOST_ROWS = 60;
const INDENT = '  ';

/** As text of at most `width` columns. */
export function listSection({title, remarks, columns, rows, whole}: Section, width: number): readonly string[] {
	const table = dropColumns(columns, rows, width - INDENT.length).map(({column, index}) => ({
		...column,
		read: (row: readonly string[]) => row[index] ?? '',
	}));
	const shown = rows.slice(0, MOST_ROWS);
	const rest = rows.length - shown.length;
	return [
		title,
		...[...remarks, ...formatTable(table, shown, width - INDENT.length)].map((line) => INDENT + line),
		...(rest > 0
			? [`${INDENT}and ${countNoun(rest, 'other row')}: ${whole ?? 'experiment_summary.json'} has them all`]
			: []),
	];
}

const GAP = 2;

function dropColumns(columns: readonly SectionColumn[], rows: Section['rows'], width: number) {
	const kept = columns.map((column, index) => ({column, index, width: measure(column, index, rows)}));
	const excess = () => kept.reduce((sum, one) => sum + one.width + GAP, -GAP) - width;
	while (kept.length > 2 && excess() > 0) {
		const least = kept.reduce((a, b) => (b.column.keep < a.column.keep ? b : a));
		if (least.column.keep >= 9) break;
		kept.splice(kept.indexOf(least), 1);
	}
	return kept;
}

const measure = ({title}: SectionColumn, index: number, rows: Section['rows']): number =>
	rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), title.length);

export function formatSectionMarkdown({title, remarks, columns, rows}: Section): readonly string[] {
	const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
	return [
		`## ${title}`,
		'',
		...remarks.flatMap((remark) => [remark, '']),
		line(columns.map((column) => column.title)),
		`|${columns.map(({side}) => (side === 'left' ? '---' : '--:')).join('|')}|`,
		...rows.map(line),
	];
}

export const escapeMarkdown = (value: string | number | null): string =>
	String(value ?? '-')
		.replaceAll('\\', '\\\\')
		.replaceAll('|', '\\|');
