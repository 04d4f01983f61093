import type {RunState} from '../../journal/state.ts';
import {quoteForShell} from '../../plan/override-text.ts';
import {suggestResume} from '../../plan/resume-hint.ts';
import {summarize} from '../../report/summarize.ts';
import type {Summary} from '../../report/summary.ts';
import {formatSummaryMarkdown} from '../../report/summary-tables.ts';
import {laySummary} from '../panels/summary-blocks.ts';
import {type Block, countRows, cutBlocks, showLines} from '../parts/blocks.ts';
import {formatClock, formatDuration, formatZone} from '../parts/duration.ts';
import {type Line, part, spread} from '../parts/line.ts';
import {rememberLast} from '../remember.ts';
import {defineScreen, type Effect, type Layout} from '../screen.ts';
import {move} from '../scroll.ts';
import type {Glyphs} from '../theme.ts';

type Own = {
	/** Lines that are scrolled away. */
	readonly offset: number;
};

type Model = {
	readonly state: RunState;
	readonly summary: Summary;
	readonly blocks: readonly Block[];
	readonly maxOffset: number;
	/** Lines of a page. */
	readonly page: number;
	/** Of the run, as it would be typed; undefined where there is none. */
	readonly folder: string | undefined;
};

/** What the run means: success, penalties, throughput, failures and where the files are. */
export const summary = defineScreen<Own, Model>({
	initial: {offset: 0},
	select: ({state, now, paths}, _own, {columns, rows, theme}) => {
		const made = summarizeSometimes(state, now);
		const blocks = layOnce(made, columns, theme.glyphs, paths, suggestResume(state, paths[0] ?? ''));
		const page = rows - 1;
		const elapsedS = Math.max(0, (made.endedAt ?? now) - made.startedAt) / 1000;
		const maxOffset = Math.max(0, countRows(blocks) - page);
		return {state, summary: {...made, elapsedS}, blocks, page, maxOffset, folder: paths[0]};
	},
	lay: (model, own, layout) => {
		const offset = Math.max(0, Math.min(own.offset, model.maxOffset));
		return [...showLines([layTop(model, offset, layout)]), ...cutBlocks(model.blocks, offset, model.page)];
	},
	act: (own, action, {state, maxOffset, page, folder}) => {
		if (action === 'copy') return {own, effect: copySummary(state, folder)};
		if (action === 'copy-path') return {own, ...(folder && {effect: {kind: 'copy', text: folder, what: folder}})};
		if (action === 'export') return {own, effect: {kind: 'export'}};
		return {own: {offset: move(own.offset, action, {last: maxOffset, page})}};
	},
});

const layOnce = rememberLast(
	(made: Summary, width: number, glyphs: Glyphs, files: readonly string[], resume: string | null) =>
		laySummary(made, {width, glyphs, files, resume}),
);

/** Terminals keep 100 000 bytes of OSC 52 at least where they keep any, which are 74 994 before base64. */
const MOST_COPIED_BYTES = 74_994;

/** What is too long for a clipboard is copied as the command that prints it. */
function copySummary(state: RunState, folder: string | undefined): Effect {
	const text = formatSummaryMarkdown(state);
	const rows = `${state.cells.length} ${state.cells.length === 1 ? 'cell' : 'cells'}`;
	if (Buffer.byteLength(text) <= MOST_COPIED_BYTES || folder === undefined)
		return {kind: 'copy', text, what: `the summary of ${rows} as Markdown`};
	const command = `warpdeck summary ${quoteForShell(folder)} --md`;
	return {kind: 'copy', text: command, what: `${command} (${rows} are too long for a clipboard)`};
}

/** A summary may be this old, in ms for each experiment: of 10 000, which take a tenth of a second, two seconds. */
const AGE_MS_EACH = 0.2;

/** Made anew when a fact came; in a long run not at once, because it is made on the runner's own thread. */
const summarizeSometimes = (() => {
	let made: {readonly state: RunState; readonly now: number; readonly summary: Summary} | null = null;
	return (state: RunState, now: number): Summary => {
		if (!made || isOutdated(made, state, now)) made = {state, now, summary: summarize(state, now)};
		return made.summary;
	};
})();

function isOutdated(made: {readonly state: RunState; readonly now: number}, state: RunState, now: number): boolean {
	if (made.state.opened !== state.opened || made.state.closed !== state.closed) return true;
	if (made.state.seq === state.seq && made.state.experiments.length === state.experiments.length) return false;
	return now < made.now || now - made.now >= state.experiments.length * AGE_MS_EACH;
}

function layTop({summary: shown, blocks, page}: Model, offset: number, layout: Layout): Line {
	const {columns: width, theme, utcOffsetMinutes} = layout;
	const {suite, state, startedAt, endedAt, elapsedS} = shown;
	const total = countRows(blocks);
	const clock = (at: number) => formatClock(at, utcOffsetMinutes);
	const span = `${clock(startedAt)} to ${endedAt === null ? 'now' : clock(endedAt)} ${formatZone(utcOffsetMinutes)}`;
	const left = [
		part(`SUMMARY ${suite}`, 'strong', 9),
		part(state, state === 'finished' ? 'ok' : 'degraded', 8),
		part(span, 'dim', 3),
		part(formatDuration(elapsedS * 1000), 'plain', 5),
	];
	const place = total > page ? `lines ${offset + 1}-${Math.min(total, offset + page)} of ${total}` : '';
	return spread(left, place ? [part(place, 'dim', 6)] : [], width, theme.glyphs);
}
