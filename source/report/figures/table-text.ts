import {escapeMarkdown} from '../section.ts';
import type {Column, Table, Value} from './figure.ts';

/** What every file of a run says of itself that no hardware or another program made: `SIMULATED - …`. */
export type Marks = readonly string[];

/** RFC 4180, every digit, empty where a value is unknown; marks stand in a column of their own, in every line. */
export function formatCsv({columns, rows}: Table, marks: Marks): string {
	const mark = marks.length > 0 ? [marks.join('; ')] : [];
	const titles = [...columns.map(({key}) => key), ...(mark.length > 0 ? ['mark'] : [])];
	return `${[titles, ...rows.map((row) => [...row, ...mark])].map((row) => row.map(quote).join(',')).join('\n')}\n`;
}

function quote(value: Value): string {
	const text = String(value ?? '');
	// A spreadsheet takes what begins like a formula for one; a name out of a suite must not become it.
	const safe = typeof value === 'string' && /^[=+@\t\r-]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rounded for reading. */
export function formatMarkdown(title: string, {columns, rows}: Table, marks: Marks): string {
	const line = (cells: readonly string[]) => `| ${cells.map((cell) => escapeMarkdown(toLine(cell))).join(' | ')} |`;
	const blocks = [
		`# ${escapeHash(title)}`,
		...marks.map((mark) => `**${mark}**`),
		[
			line(columns.map((column) => column.title)),
			`|${columns.map((_, index) => (isNumeric(rows, index) ? '--:' : '---')).join('|')}|`,
			...rows.map((row) => line(row.map(formatValue))),
		].join('\n'),
	];
	return `${blocks.join('\n\n')}\n`;
}

const escapeHash = (text: string): string => toLine(text).replaceAll(/([\\`*_#<>[\]])/g, '\\$1');

/** A table environment that needs no package; its lines are rounded for reading. */
export function formatLatex(name: string, title: string, {columns, rows}: Table, marks: Marks): string {
	const line = (cells: readonly string[]) => `${cells.map((cell) => escapeLatex(toLine(cell))).join(' & ')} \\\\`;
	const caption = [title, ...marks].map(escapeLatex).join('. ');
	return [
		...marks.map((mark) => `% ${toLine(mark)}`),
		'\\begin{table}',
		`\\caption{${caption}}`,
		`\\label{tab:${name}}`,
		`\\begin{tabular}{${columns.map((_, index) => (isNumeric(rows, index) ? 'r' : 'l')).join('')}}`,
		'\\hline',
		line(columns.map((column: Column) => column.title)),
		'\\hline',
		...rows.map((row) => line(row.map(formatValue))),
		'\\hline',
		'\\end{tabular}',
		'\\end{table}',
		'',
	].join('\n');
}

const SPECIAL: {readonly [letter: string]: string} = {
	'\\': '\\textbackslash{}',
	'~': '\\textasciitilde{}',
	'^': '\\textasciicircum{}',
	µ: '$\\mu$',
	'°': '$^\\circ$',
};

const escapeLatex = (text: string): string =>
	text.replaceAll(/[\\~^µ°&%$#_{}]/g, (letter) => SPECIAL[letter] ?? `\\${letter}`);

const toLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, ' ');

export const isNumeric = (rows: Table['rows'], index: number): boolean =>
	rows.some((row) => typeof row[index] === 'number') &&
	rows.every((row) => row[index] === null || typeof row[index] === 'number');

/** Four digits, as many as such a measurement carries; a whole number stays whole. */
export function formatValue(value: Value): string {
	if (value === null) return '-';
	if (typeof value !== 'number') return String(value);
	if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
	const rounded = Number(value.toPrecision(4));
	return Math.abs(rounded) >= 1e6 || Math.abs(rounded) < 1e-4 ? rounded.toExponential(3) : String(rounded + 0);
}
