import type {ResultOrder} from '../../journal/sort-results.ts';
import {type Line, pack, part, spread} from '../parts/line.ts';
import type {TextField} from '../parts/text-field.ts';
import type {Layout} from '../screen.ts';
import {markOf, titleOf} from './result-columns.ts';

/** What stands above the table besides what its user chose. */
export type ResultsTop = {
	readonly suite: string;
	/** Experiments in all, and failed and invalid ones of those that are shown. */
	readonly all: number;
	readonly invalid: number;
	readonly failed: number;
	readonly problems: readonly string[];
	/** Of the row under the cursor, whole where its column has no room for it. */
	readonly note: string;
};

type Chosen = {
	readonly shown: number;
	/** From 0. */
	readonly cursor: number;
	readonly order: ResultOrder;
	readonly filter: string;
	readonly failedOnly: boolean;
	readonly field: TextField | null;
};

/** Counts and place, then the filter and the note of the chosen row: two lines. */
export const layResultsTop = (top: ResultsTop & Chosen, layout: Layout): readonly Line[] => [
	layCounts(top, layout),
	layFilter(top, layout),
];

function layCounts(top: ResultsTop & Chosen, {columns, theme}: Layout): Line {
	const {suite, all, shown, invalid, failed, cursor, order} = top;
	const {glyphs} = theme;
	const left = [
		part('RESULTS', 'strong', 6),
		part(suite, 'strong', 4),
		part(`${shown} of ${all} shown`, 'plain', 9),
		part(invalid > 0 ? `${invalid} invalid` : '', 'invalid', 8),
		part(`${failed} failed`, failed > 0 ? 'failed' : 'dim', 8),
		part(`by ${titleOf(order.key)} ${markOf(order, glyphs)}`, 'dim', 5),
	];
	return spread(left, [part(shown === 0 ? '' : `row ${cursor + 1} of ${shown}`, 'dim', 7)], columns, glyphs);
}

const HINT = 'text or gpu:2 state:failed model:vit16 node:0';

function layFilter(top: ResultsTop & Chosen, {columns, theme}: Layout): Line {
	const {filter, failedOnly, field, all, shown, problems, note} = top;
	const {glyphs} = theme;
	const typed = field ? typeset(field, glyphs.caret) : filter;
	const isWhole = field === null && filter === '' && !failedOnly;
	const parts = [
		part(field || filter !== '' ? `filter: ${typed}` : '', 'accent', 9),
		part(failedOnly ? 'only failed or invalid' : '', 'failed', 8),
		part(problems.join('; '), 'degraded', 7),
		part(field?.text === '' ? HINT : '', 'dim', 1),
		part(describeEscape(field !== null, isWhole, shown), 'dim', 4),
		part(all === 0 ? 'No experiment is planned yet.' : '', 'dim', 4),
		part(note, 'dim', 3),
	];
	return pack(parts, columns, glyphs);
}

function describeEscape(isTyped: boolean, isWhole: boolean, shown: number): string {
	if (isTyped) return 'Enter keeps it, Esc clears it';
	if (isWhole) return '';
	return shown === 0 ? 'nothing fits; Esc shows all' : 'Esc shows all';
}

function typeset({text, cursor}: TextField, caret: string): string {
	const letters = [...text];
	return [...letters.slice(0, cursor), caret, ...letters.slice(cursor)].join('');
}
