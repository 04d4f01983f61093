import type {Table} from '../figures/figure.ts';
import {formatValue, isNumeric} from '../figures/table-text.ts';
import type {Section} from '../section.ts';
import {escapeHtml} from './escape.ts';

type Cells = {
	readonly titles: readonly string[];
	readonly isRight: readonly boolean[];
	readonly rows: readonly (readonly string[])[];
};

/** More lines make a page slow and are read in a file. */
const MOST_ROWS = 200;
/** A longer text may be broken. */
const LONG = 48;

/** What a reader sees of a table; `rest` says where the lines are that are not here. */
export function writeTable({columns, rows}: Table, rest: string): string {
	const cells = {
		titles: columns.map(({title}) => title),
		isRight: columns.map((_, index) => isNumeric(rows, index)),
		rows: rows.slice(0, MOST_ROWS).map((row) => row.map(formatValue)),
	};
	return writeCells(cells) + writeRest(rows.length, rest);
}

export function writeSection({title, remarks, columns, rows}: Section, rest: string): string {
	const cells = {
		titles: columns.map((column) => column.title),
		isRight: columns.map(({side}) => side === 'right'),
		rows: rows.slice(0, MOST_ROWS),
	};
	const lines = remarks.map((remark) => `<p class="remark">${escapeHtml(remark)}</p>`).join('');
	return `<section><h3>${escapeHtml(title)}</h3>${lines}${writeCells(cells)}${writeRest(rows.length, rest)}</section>`;
}

function writeCells({titles, isRight, rows}: Cells): string {
	const side = (index: number) => (isRight[index] ? ' class="right"' : '');
	const head = titles.map((title, index) => `<th scope="col"${side(index)}>${escapeHtml(title)}</th>`).join('');
	const body = rows
		.map((row) => `<tr>${row.map((cell, index) => writeCell(cell, side(index))).join('')}</tr>`)
		.join('');
	return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const writeCell = (cell: string, side: string): string =>
	`<td${cell.length > LONG ? ' class="wrap"' : side}>${escapeHtml(cell)}</td>`;

const writeRest = (count: number, rest: string): string =>
	count > MOST_ROWS
		? `<p class="remark">The first ${MOST_ROWS} of ${count} lines; all of them: ${escapeHtml(rest)}</p>`
		: '';
