import type {LogEnd} from '../../../journal/experiment-files.ts';
import {clean, cutColumns, truncate} from '../../parts/fit.ts';
import type {Line} from '../../parts/line.ts';
import type {Glyphs, Tone} from '../../theme.ts';

/** A row of the screen: a line of the log, or a part of one that is longer than the screen. */
export type LogRow = {
	/** Number of the log's line; stays while the log grows. */
	readonly line: number;
	/** Characters of the line before this row. */
	readonly start: number;
	readonly text: string;
};

export type LogMatch = {readonly line: number; readonly from: number; readonly to: number};

/** Columns in front of the text, for the marks of what was found. */
const GUTTER = 2;

type RowsOptions = {
	readonly width: number;
	readonly wraps: boolean;
	readonly sideways: number;
	readonly ascii: boolean;
};

export function makeLogRows(log: LogEnd, {width, wraps, sideways, ascii}: RowsOptions): readonly LogRow[] {
	const rows: LogRow[] = [];
	for (const [index, raw] of log.lines.entries()) {
		const line = log.firstLine + index;
		const text = clean(raw, ascii);
		if (!wraps) {
			const hidden = findCut(text, sideways);
			rows.push({line, start: hidden, text: text.slice(hidden)});
			continue;
		}
		let start = 0;
		for (const piece of cutColumns(text, width - GUTTER)) {
			rows.push({line, start, text: piece});
			start += piece.length;
		}
	}
	return rows;
}

/** Never between the two halves of one sign. */
const findCut = (text: string, at: number): number =>
	/[\udc00-\udfff]/.test(text.charAt(at)) ? at + 1 : Math.min(at, text.length);

/** Every place of the text, upper or lower case, in order. */
export function findMatches(log: LogEnd, query: string, ascii: boolean): readonly LogMatch[] {
	if (query === '') return [];
	const pattern = new RegExp(query.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'giu');
	return log.lines.flatMap((raw, index) =>
		[...clean(raw, ascii).matchAll(pattern)].map(({index: from, 0: found}) => ({
			line: log.firstLine + index,
			from,
			to: from + found.length,
		})),
	);
}

export const isOnRow = ({line, from}: LogMatch, row: LogRow, next: LogRow | undefined): boolean =>
	line === row.line && from >= row.start && (next?.line !== row.line || from < next.start);

type RowOptions = {
	readonly width: number;
	readonly glyphs: Glyphs;
	/** Of this row's line. */
	readonly matches: readonly LogMatch[];
	readonly current: LogMatch | undefined;
};

/** The row with its matches marked by a tone, and by a sign before it where there is no colour. */
export function layLogRow(row: LogRow, {width, glyphs, matches, current}: RowOptions): Line {
	const text = truncate(row.text, width - GUTTER, glyphs.ellipsis);
	const end = row.start + text.length;
	const visible = matches.filter(({from, to}) => from < end && to > row.start);
	const sign = visible.some((match) => isSame(match, current)) ? glyphs.cursor : visible.length > 0 ? '*' : ' ';
	const tone: Tone = text.startsWith('::warpdeck ') ? 'dim' : 'plain';
	return [{text: sign.padEnd(GUTTER), tone: 'accent'}, ...markMatches(text, row.start, visible, current, tone)];
}

const isSame = (a: LogMatch, b: LogMatch | undefined): boolean => a.line === b?.line && a.from === b.from;

function markMatches(
	text: string,
	start: number,
	matches: readonly LogMatch[],
	current: LogMatch | undefined,
	tone: Tone,
): Line {
	const segments: {text: string; tone: Tone}[] = [];
	let at = 0;
	for (const match of matches) {
		const from = Math.max(at, match.from - start);
		const to = Math.min(text.length, match.to - start);
		segments.push({text: text.slice(at, from), tone});
		segments.push({text: text.slice(from, to), tone: isSame(match, current) ? 'selected' : 'strong'});
		at = to;
	}
	return [...segments, {text: text.slice(at), tone}].filter((segment) => segment.text !== '');
}
