import type {LaneView} from '../../journal/select.ts';
import {bar} from '../parts/bar.ts';
import {formatDuration} from '../parts/duration.ts';
import {displayWidth} from '../parts/fit.ts';
import {type Line, type Part, pack, part, spread} from '../parts/line.ts';
import {STEP_WORDS, sparkSteps} from '../parts/spark.ts';
import {formatMs, formatPercent} from '../parts/units.ts';
import type {Glyphs} from '../theme.ts';
import {
	alertPart,
	describeIdle,
	describeLaneEnd,
	donePart,
	failedPart,
	invalidPart,
	type LaneMarks,
	labelPart,
	stageTime,
	stageTone,
	stageWord,
	usualTime,
} from './lane-words.ts';
import {conditionParts, telemetryParts} from './telemetry.ts';

type LaneBlockLayout = LaneMarks & {
	readonly width: number;
	/** 4, or 5 with the progress on a line of its own. */
	readonly rows: number;
	readonly glyphs: Glyphs;
};

const PROGRESS_COLUMNS = 60;
/** Below this a bar beside the phase would fit on some lanes only. */
const BAR_COLUMNS = 100;

/** Exactly `rows` lines: what the GPU does, what runs in which phase, its latest latencies, its queue. */
export function layLaneBlock(lane: LaneView, layout: LaneBlockLayout): readonly Line[] {
	const hasProgressLine = layout.rows > 4;
	return [
		layHeading(lane, layout),
		layRunning(
			lane,
			layout,
			hasProgressLine ? [] : progressParts(lane, layout.width < BAR_COLUMNS ? 0 : 20, layout.glyphs),
		),
		...(hasProgressLine ? [layProgress(lane, layout)] : []),
		layLatency(lane, layout),
		layQueue(lane, layout),
	];
}

/** A stale sample has its age on it, which says more than the word. */
function layHeading(lane: LaneView, {width, glyphs, selected, alert}: LaneBlockLayout): Line {
	const name = part(lane.gpu?.name ?? '', 'dim', 1);
	const left = [labelPart(lane, glyphs, selected), name, ...telemetryParts(lane.telemetry, glyphs)];
	return spread(
		left,
		[...conditionParts(lane.telemetry), ...(alert?.word === 'stale' ? [] : alertPart(alert))],
		width,
		glyphs,
	);
}

function layRunning(lane: LaneView, {width, glyphs}: LaneBlockLayout, right: readonly Part[]): Line {
	const {running} = lane;
	if (!running) return spread([part(`  ${describeIdle(lane)}`, stageTone(lane), 9)], right, width, glyphs);
	const usual = usualTime(running);
	const left = [
		part(`  ${running.id}`, 'strong', 9),
		part(running.placement ?? '', 'plain', 3),
		part(lane.phases?.running ? `of ${lane.phases.running}` : '', 'dim', 4),
		part(running.attempt > 1 ? `attempt ${running.attempt}` : '', 'degraded', 6),
		part(`${stageWord(lane)} ${stageTime(running)}`, stageTone(lane), 8),
		part(usual && `usually ${usual}`, 'dim', 5),
		part(running.phase ? `elapsed ${formatDuration(running.elapsedMs)}` : '', 'plain', 2),
	];
	return spread(left, right, width, glyphs);
}

function progressParts({running}: LaneView, columns: number, glyphs: Glyphs): readonly Part[] {
	const {done, total} = running?.progress ?? {done: 0, total: 0};
	if (total === 0) return [];
	const share = `${done}/${total}, ${formatPercent(Math.floor((done / total) * 100))}`;
	const drawn = columns === 0 ? '' : `[${bar(done, total, columns, glyphs)}]`;
	return [part(drawn, 'accent', 4), part(share, 'plain', 7)];
}

function layProgress(lane: LaneView, {width, glyphs}: LaneBlockLayout): Line {
	if (!lane.running) return [];
	const columns = Math.min(PROGRESS_COLUMNS, width - 24);
	const parts = progressParts(lane, columns, glyphs);
	return parts.length > 0
		? pack(indent(parts), width, glyphs)
		: pack([part('  progress: none reported', 'dim')], width, glyphs);
}

/** Words first, so that they stand still while the line grows. */
function layLatency({latest}: LaneView, {width, glyphs}: LaneBlockLayout): Line {
	if (!latest) return pack([part('  latency: none measured yet', 'dim')], width, glyphs);
	const {id, last, p50, latencyMs} = latest;
	const words = [
		part(`  latency p50 ${p50 === null ? 'N/A' : `${formatMs(p50).padStart(4)} ms`}`, 'plain', 9),
		part(`last ${formatMs(last).padStart(4)} ms`, 'plain', 3),
		part(`of ${id}`, 'dim', 5),
		part(STEP_WORDS, 'dim', 1),
	];
	const used = words.reduce((sum, {text}) => sum + displayWidth(text) + 2, 0);
	return pack([...words, part(sparkSteps(latencyMs, Math.max(8, width - used), glyphs), 'accent', 6)], width, glyphs);
}

function layQueue(lane: LaneView, {width, glyphs}: LaneBlockLayout): Line {
	const right = [donePart(lane), invalidPart(lane), failedPart(lane), part(describeLaneEnd(lane), 'plain', 6)];
	const taken = right.reduce((sum, {text}) => sum + (text === '' ? 0 : displayWidth(text) + 2), 0);
	return spread([describeQueue(lane, width - taken)], right, width, glyphs);
}

/** Names as many as fit; what is not named is counted. */
function describeQueue({queue: {next, count, held}, paused, held: hold, phases}: LaneView, room: number): Part {
	if (count === 0) return part('  queue empty', 'dim', 9);
	if (held) return part(`  ${count} waiting, none will start`, 'degraded', 9);
	if (paused) return part(`  ${count} waiting, ${hold}`, 'degraded', 9);
	const name = (shown: number) =>
		[
			phases?.next && phases.next !== phases.running ? `  next of ${phases.next}:` : '  next',
			...next.slice(0, shown),
			count > shown ? `+${count - shown} more` : '',
		]
			.join(' ')
			.trimEnd();
	const most = next.findLastIndex((_, index) => displayWidth(name(index + 1)) <= room) + 1;
	return part(name(Math.max(1, most)), 'plain', 9);
}

const indent = ([first, ...rest]: readonly Part[]): readonly Part[] =>
	first ? [{...first, text: `  ${first.text}`}, ...rest] : [];
