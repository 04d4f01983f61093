import type {ExperimentFiles, LogEnd} from '../../journal/experiment-files.ts';
import type {ExperimentView} from '../../journal/select-experiment.ts';
import type {Action} from '../keys.ts';
import {findMatches, isOnRow, type LogMatch, type LogRow, layLogRow, makeLogRows} from '../panels/detail/log.ts';
import type {PageLayout} from '../panels/detail/page.ts';
import {type Line, pack, part, spread} from '../parts/line.ts';
import {createTextField, type TextField} from '../parts/text-field.ts';
import {move} from '../scroll.ts';

type Stream = 'stdout' | 'stderr';

/** What the user chose on the page of the log. */
export type LogOwn = {
	/** null: stderr of a failure that wrote some, else stdout. */
	readonly stream: Stream | null;
	/** First row shown, by the line's number and the characters before it; null follows the end. */
	readonly top: Place | null;
	readonly wraps: boolean;
	/** Characters of each line left out on the left; 0 while lines are wrapped. */
	readonly sideways: number;
	readonly query: string;
	/** The query while it is typed. */
	readonly field: TextField | null;
	readonly found: Place | null;
};

type Place = {readonly line: number; readonly start: number};

export const initialLog: LogOwn = {
	stream: null,
	top: null,
	wraps: true,
	sideways: 0,
	query: '',
	field: null,
	found: null,
};

export type LogModel = {
	readonly stream: Stream;
	readonly log: LogEnd;
	readonly other: {readonly stream: Stream; readonly lines: number};
	readonly rows: readonly LogRow[];
	readonly matches: readonly LogMatch[];
	/** Position in `matches`; -1 where nothing was found. */
	readonly current: number;
	/** First row shown. */
	readonly top: number;
	readonly page: number;
};

/** Without `own` it is the end of the log, for a place beside something else. */
export function makeLog(
	view: ExperimentView,
	{stdout, stderr}: Pick<ExperimentFiles, 'stdout' | 'stderr'>,
	own: LogOwn,
	layout: PageLayout,
): LogModel {
	const stream = own.stream ?? (view.status === 'failed' && stderr.lines.length > 0 ? 'stderr' : 'stdout');
	const [log, other] = stream === 'stdout' ? [stdout, stderr] : [stderr, stdout];
	const {glyphs, width} = layout;
	const rows = makeRowsOnce(log, {width, wraps: own.wraps, sideways: own.sideways, ascii: glyphs.ascii});
	const query = own.field?.text ?? own.query;
	const matches = findMatchesOnce(log, query, glyphs.ascii);
	const page = Math.max(1, layout.rows - 1 - (hasSearchLine(own) ? 1 : 0));
	const last = Math.max(0, rows.length - page);
	return {
		stream,
		log,
		other: {stream: stream === 'stdout' ? 'stderr' : 'stdout', lines: other.lines.length},
		rows,
		matches,
		current: findCurrent(matches, own),
		top: own.top === null ? last : Math.min(last, findRow(rows, own.top)),
		page,
	};
}

const hasSearchLine = ({field, query}: LogOwn): boolean => field !== null || query !== '';

/** The first row at the place or behind it. */
function findRow(rows: readonly LogRow[], {line, start}: Place): number {
	const found = rows.findIndex((row) => row.line > line || (row.line === line && row.start >= start));
	return found < 0 ? rows.length : found;
}

/** The match that was jumped to; before the first jump the first one at the top of the screen or below. */
function findCurrent(matches: readonly LogMatch[], {found, top}: LogOwn): number {
	const from = found ?? top;
	if (from === null) return matches.length - 1;
	const at = matches.findIndex(
		({line, from: start}) => line > from.line || (line === from.line && start >= from.start),
	);
	return at < 0 ? matches.length - 1 : at;
}

/** What a key does on the page of the log; null for a key that is not the log's. */
export function actOnLog(own: LogOwn, action: Action, model: LogModel): LogOwn | null {
	switch (action) {
		case 'search':
			return {...own, field: createTextField(own.query)};
		case 'next-match':
			return jump(own, model, model.current + (own.found ? 1 : 0));
		case 'previous-match':
			return jump(own, model, model.current - 1);
		case 'follow':
			return {...own, top: own.top === null ? placeOf(model, model.top) : null};
		case 'wrap':
			return {...own, wraps: !own.wraps, sideways: 0};
		case 'other-log':
			return {...own, stream: model.other.stream, top: null, found: null};
		case 'left':
		case 'right':
			return own.wraps ? own : {...own, sideways: Math.max(0, own.sideways + (action === 'left' ? -20 : 20))};
		default:
			return scroll(own, action, model);
	}
}

function scroll(own: LogOwn, action: Action, model: LogModel): LogOwn {
	const last = Math.max(0, model.rows.length - model.page);
	const top = move(model.top, action, {last, page: model.page});
	if (action === 'bottom') return {...own, top: null};
	return top === model.top ? own : {...own, top: placeOf(model, top)};
}

function placeOf({rows}: LogModel, index: number): Place {
	const row = rows[index];
	return row ? {line: row.line, start: row.start} : {line: 0, start: 0};
}

/** Shows the match in the middle; from the last one on to the first. */
function jump(own: LogOwn, model: LogModel, to: number): LogOwn {
	const {matches, rows, page} = model;
	const match = matches[(to + matches.length) % Math.max(1, matches.length)];
	if (!match) return own;
	const row = rows.findIndex((one, index) => isOnRow(match, one, rows[index + 1]));
	const top = Math.max(0, Math.min(rows.length - page, row - Math.floor(page / 2)));
	return {...own, found: {line: match.line, start: match.from}, top: placeOf(model, Math.max(0, top))};
}

/**
 * It shows what it finds with every letter, and Esc forgets it. On a slow line the letters may come in one chunk with
 * the key that opens the screen, before there is a log.
 */
export function writeSearch(
	own: LogOwn,
	field: TextField,
	end: 'typing' | 'accepted' | 'cancelled',
	model: LogModel | null,
): LogOwn {
	if (end === 'typing') return {...own, field, found: null};
	if (end === 'cancelled') return {...own, field: null, query: '', found: null};
	const accepted = {...own, field: null, query: field.text};
	return field.text === '' || !model ? accepted : jump(accepted, model, model.current);
}

/** A title, then rows of the log, then the search if there is one: at most `layout.rows`. */
export function layLog(model: LogModel, own: LogOwn, layout: PageLayout): readonly Line[] {
	const {width, glyphs} = layout;
	const {rows, top, page, matches, current} = model;
	const shown = rows.slice(top, top + page).map((row) =>
		layLogRow(row, {
			width,
			glyphs,
			matches: matches.filter(({line}) => line === row.line),
			current: matches[current],
		}),
	);
	const blanks = Array.from({length: hasSearchLine(own) ? page - shown.length : 0}, (): Line => []);
	return [
		layTitle(model, own, layout),
		...(rows.length === 0 ? [pack([part('  nothing in it', 'dim')], width, glyphs)] : shown),
		...blanks.slice(rows.length === 0 ? 1 : 0),
		...(hasSearchLine(own) ? [laySearch(model, own, layout)] : []),
	];
}

function layTitle({stream, log, other, rows, top, page}: LogModel, own: LogOwn, {width, glyphs}: PageLayout): Line {
	const first = rows[top];
	const last = rows[Math.min(rows.length, top + page) - 1];
	const end = log.firstLine + log.lines.length;
	const skipped = log.skippedBytes > 0 ? `${log.skippedBytes} bytes before are not shown` : '';
	const left = [
		part(`${glyphs.rule}${glyphs.rule} ${stream}`, 'strong', 9),
		part(log.path ?? 'nothing read yet', 'dim', 3),
		part(skipped, 'dim', 4),
		part(`o ${other.stream} (${other.lines})`, 'dim', 5),
	];
	const right = [
		part(own.wraps ? '' : `cut, from column ${own.sideways + 1}`, 'dim', 4),
		part(first && last ? `lines ${first.line + 1}-${last.line + 1} of ${end}` : 'no lines', 'plain', 8),
		part(own.top === null ? 'following' : 'f follows', own.top === null ? 'accent' : 'dim', 7),
	];
	return spread(left, right, width, glyphs);
}

function laySearch({matches, current}: LogModel, {field, query}: LogOwn, {width, glyphs}: PageLayout): Line {
	const text = field ? `/${showCursor(field)}` : `/${query}`;
	const count = matches.length === 0 ? 'no match' : `match ${current + 1} of ${matches.length}`;
	const keys = field ? 'Enter finds, Esc forgets' : 'n next, N before';
	return pack(
		[part(text, 'strong', 9), part(count, matches.length === 0 ? 'degraded' : 'accent', 8), part(keys, 'dim', 5)],
		width,
		glyphs,
	);
}

const showCursor = ({text, cursor}: TextField): string => {
	const letters = [...text];
	return `${letters.slice(0, cursor).join('')}_${letters.slice(cursor).join('')}`;
};

type RowsOptions = Parameters<typeof makeLogRows>[1];

/** A log of 5 000 lines is wrapped once, not with every frame. */
const makeRowsOnce = (() => {
	let made: {readonly log: LogEnd; readonly key: string; readonly rows: readonly LogRow[]} | null = null;
	return (log: LogEnd, options: RowsOptions): readonly LogRow[] => {
		const key = JSON.stringify(options);
		if (made?.log !== log || made.key !== key) made = {log, key, rows: makeLogRows(log, options)};
		return made.rows;
	};
})();

const findMatchesOnce = (() => {
	let made: {readonly log: LogEnd; readonly key: string; readonly matches: readonly LogMatch[]} | null = null;
	return (log: LogEnd, query: string, ascii: boolean): readonly LogMatch[] => {
		const key = `${ascii} ${query}`;
		if (made?.log !== log || made.key !== key) made = {log, key, matches: findMatches(log, query, ascii)};
		return made.matches;
	};
})();
