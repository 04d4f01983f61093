import {clean, displayWidth, fit, truncate} from '../../parts/fit.ts';
import type {Line} from '../../parts/line.ts';
import type {Glyphs, Tone} from '../../theme.ts';
import {listOverrides, type PickerModel, type PickerOwn} from './model.ts';
import {LABEL, layLabel, type OptionsLayout} from './options.ts';

const EXAMPLE = 'none; o types some, as in a shell: experiment.test.batch_size=8';
/** Letters that stay visible ahead of the cursor. */
const AHEAD = 8;

/** The overrides as they are typed, and below them what is wrong, under the column where it is. */
export function layOverrides(model: PickerModel, own: PickerOwn, layout: OptionsLayout): readonly Line[] {
	const {width, glyphs} = layout;
	const room = width - LABEL;
	const isOpen = own.before !== null;
	const {letters, first} = cutWindow(own, room, glyphs);
	const field: Line[number] =
		letters.length > 0
			? {text: truncate(letters.slice(first).join(''), room, glyphs.ellipsis), tone: 'plain'}
			: {text: truncate(EXAMPLE, room, glyphs.ellipsis), tone: 'dim'};
	const status = findStatus(model, glyphs);
	const caret = isOpen && status.column !== null && status.column > own.line.cursor ? 1 : 0;
	const before = letters.slice(first, Math.max(first, (status.column ?? 1) - 1 + caret)).join('');
	return [
		[...layLabel('overrides', isOpen, glyphs), field],
		[{text: `${' '.repeat(LABEL)}${point(status, displayWidth(before), room, glyphs)}`, tone: status.tone}],
	];
}

/** The letters with the cursor between them, and the first one that is visible; the window follows the cursor. */
function cutWindow({line, before}: PickerOwn, room: number, glyphs: Glyphs) {
	const typed = [...line.text].map((letter) => clean(letter, glyphs.ascii) || '?');
	if (before === null) return {letters: typed, first: 0};
	const letters = [...typed.slice(0, line.cursor), glyphs.caret, ...typed.slice(line.cursor)];
	let first = 0;
	const end = Math.min(letters.length, line.cursor + 1 + AHEAD);
	while (displayWidth(letters.slice(first, end).join('')) > room) first++;
	return {letters, first};
}

type Status = {readonly text: string; readonly tone: Tone /** 1-based in the line. */; readonly column: number | null};

function findStatus({typed, outcome, choice}: PickerModel, {ellipsis}: Glyphs): Status {
	if (typed.fault) return {text: typed.fault.error, tone: 'failed', column: typed.fault.column};
	if (outcome === null) return {text: choice ? ellipsis : '', tone: 'dim', column: null};
	if (outcome.kind === 'unplanned') return {text: outcome.reason, tone: 'degraded', column: null};
	if (outcome.kind !== 'refused') return describeSweep(outcome.counts?.jobs ?? 1, choice?.multirun ?? false);
	const {place, error} = outcome;
	const word = place && listOverrides(typed.words)[place.word - 1];
	if (!word) return {text: '', tone: 'plain', column: null};
	return {text: error, tone: 'failed', column: word.columns[place.column - 1] ?? word.end + 1};
}

function describeSweep(jobs: number, multirun: boolean): Status {
	const text = multirun ? `sweep: ${jobs} job${jobs === 1 ? '' : 's'}, so the command has -m` : '';
	return {text, tone: 'accent', column: null};
}

/** Behind the sign that points to the column, or in front of it where there is more room. */
function point({text, column}: Status, before: number, room: number, {ellipsis, ascii}: Glyphs): string {
	const said = clean(text, ascii);
	if (column === null) return truncate(said, room, ellipsis);
	const behind = room - before - 2;
	if (displayWidth(said) <= behind || behind >= before)
		return `${' '.repeat(before)}^ ${truncate(said, behind, ellipsis)}`;
	return `${fit(said, before - 1, ellipsis, 'right')} ^`;
}
