import {summarize} from '../../report/summarize.ts';
import type {Summary} from '../../report/summary.ts';
import {laySummary} from '../panels/summary-blocks.ts';
import {type Block, countRows, cutBlocks, showLines} from '../parts/blocks.ts';
import {formatClock, formatDuration, formatZone} from '../parts/duration.ts';
import {type Line, part, spread} from '../parts/line.ts';
import {defineScreen, type Layout, type Scene} from '../screen.ts';
import {move} from '../scroll.ts';

type Own = {
	/** Lines that are scrolled away. */
	readonly offset: number;
};

type Model = {
	readonly summary: Summary;
	readonly blocks: readonly Block[];
	readonly maxOffset: number;
	/** Lines of a page. */
	readonly page: number;
};

/** What the run means: success, penalties, throughput, failures and where the files are. */
export const summary = defineScreen<Own, Model>({
	initial: {offset: 0},
	select: (scene, _own, layout) => {
		const {columns, rows, theme} = layout;
		const made = summarizeOnce(scene);
		const blocks = laySummary(made, {width: columns, glyphs: theme.glyphs, files: scene.paths});
		const page = rows - 1;
		return {summary: made, blocks, page, maxOffset: Math.max(0, countRows(blocks) - page)};
	},
	lay: (model, own, layout) => {
		const offset = Math.max(0, Math.min(own.offset, model.maxOffset));
		return [...showLines([layTop(model, offset, layout)]), ...cutBlocks(model.blocks, offset, model.page)];
	},
	act: (own, action, {maxOffset, page}) => ({
		own: {offset: move(own.offset, action, {last: maxOffset, page})},
	}),
});

/** Made anew when a fact came, not with every frame: of 10 000 cells it takes the runner's own thread half a second. */
const summarizeOnce = (() => {
	let made: {readonly experiments: unknown; readonly seq: number; readonly summary: Summary} | null = null;
	return ({state, now}: Scene): Summary => {
		if (made?.seq !== state.seq || made.experiments !== state.experiments)
			made = {experiments: state.experiments, seq: state.seq, summary: summarize(state, now)};
		const {summary: kept} = made;
		return {...kept, elapsedS: Math.max(0, (kept.endedAt ?? now) - kept.startedAt) / 1000};
	};
})();

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
