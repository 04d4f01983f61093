import type {LaneView, RunningView} from '../../journal/select.ts';
import {bar} from '../parts/bar.ts';
import {formatDuration} from '../parts/duration.ts';
import {displayWidth} from '../parts/fit.ts';
import {type Line, type Part, pack, part, rule, spread} from '../parts/line.ts';
import {spark} from '../parts/spark.ts';
import {formatMs, formatPercent} from '../parts/units.ts';
import type {Glyphs} from '../theme.ts';
import {telemetryParts} from './telemetry.ts';

type LaneLayout = {
	readonly width: number;
	/** 1 to 6. */
	readonly rows: number;
	readonly glyphs: Glyphs;
	/** Marked as the one that the chart follows. */
	readonly selected: boolean;
};

/** Exactly `rows` lines; with fewer of them a lane says less, never something else. */
export function layLane(lane: LaneView, layout: LaneLayout): readonly Line[] {
	const {rows, width, glyphs} = layout;
	if (rows <= 1) return [layAll(lane, layout)];
	const lines = [layHeading(lane, layout, rows < 4)];
	if (rows === 2) return [...lines, layRunning(lane, layout, sparkParts(lane, glyphs, 10))];
	lines.push(layRunning(lane, layout, []));
	if (rows >= 5) lines.push(layProgress(lane, layout));
	lines.push(layLatency(lane, layout));
	if (rows >= 4) lines.push(layQueue(lane, layout));
	return rows >= 6 ? [rule('', width, glyphs), ...lines] : lines;
}

function layAll(lane: LaneView, {width, glyphs, selected}: LaneLayout): Line {
	const {running} = lane;
	const parts = [
		labelPart(lane, glyphs, selected),
		part(running ? running.id : describeIdle(lane), running ? 'strong' : 'dim', 8),
		...(running ? [part(describeStage(running), 'accent', 7)] : []),
		part(describeProgress(running), 'plain', 6),
		part(lane.failed > 0 ? `${lane.failed} failed` : '', 'failed', 7),
		...sparkParts(lane, glyphs, 8).map((one) => ({...one, keep: 4})),
	];
	return spread(parts, telemetryParts(lane.telemetry, glyphs).slice(0, 2), width, glyphs);
}

function layHeading(lane: LaneView, {width, glyphs, selected}: LaneLayout, withCounts: boolean): Line {
	const counts = [part(`${lane.succeeded + lane.failed}/${lane.total} done`, 'plain', 6), failedPart(lane)];
	const left = [labelPart(lane, glyphs, selected), ...telemetryParts(lane.telemetry, glyphs)];
	return spread(left, withCounts ? counts.filter(({text}) => text !== '') : [], width, glyphs);
}

function layRunning(lane: LaneView, {width, glyphs}: LaneLayout, right: readonly Part[]): Line {
	const {running} = lane;
	if (!running) return spread([part(`  ${describeIdle(lane)}`, 'dim', 9)], right, width, glyphs);
	const left = [
		part(`  ${running.id}`, 'strong', 9),
		part(running.attempt > 1 ? `attempt ${running.attempt}` : '', 'degraded', 6),
		part(describeStage(running), 'accent', 8),
		part(describeProgress(running), 'plain', 7),
		part(`elapsed ${formatDuration(running.elapsedMs)}`, 'plain', 2),
	];
	return spread(left, right, width, glyphs);
}

function layProgress({running}: LaneView, {width, glyphs}: LaneLayout): Line {
	const {done, total} = running?.progress ?? {done: 0, total: 0};
	if (total === 0) return pack([part('  progress: none reported', 'dim')], width, glyphs);
	const percent = formatPercent(Math.floor((done / total) * 100));
	const share = `${done}/${total}, ${percent}`;
	return pack(
		[part(`  [${bar(done, total, Math.min(60, width - share.length - 8), glyphs)}]`, 'accent', 4), part(share)],
		width,
		glyphs,
	);
}

function layLatency(lane: LaneView, {width, glyphs}: LaneLayout): Line {
	if (!lane.latest) return pack([part('  latency: none measured yet', 'dim')], width, glyphs);
	const name = part(`of ${lane.latest.id}`, 'dim', 2);
	const used = sparkParts(lane, glyphs, 0).reduce((sum, {text}) => sum + text.length + 2, name.text.length + 4);
	const room = Math.max(8, Math.min(60, width - used));
	return pack(indent([...sparkParts(lane, glyphs, room), name]), width, glyphs);
}

function layQueue(lane: LaneView, {width, glyphs}: LaneLayout): Line {
	const right = [
		part(`${lane.succeeded + lane.failed}/${lane.total} done`, 'plain', 8),
		failedPart(lane),
		part(describeEnd(lane), 'plain', 6),
	];
	const taken = right.reduce((sum, {text}) => sum + text.length + 2, 0);
	return spread([describeQueue(lane, width - taken)], right, width, glyphs);
}

/** Names two if they fit; what is not named is counted. */
function describeQueue({queue: {next, count, held}}: LaneView, room: number): Part {
	if (count === 0) return part('  queue empty', 'dim', 9);
	if (held) return part(`  ${count} waiting, none will start`, 'degraded', 9);
	const name = (shown: number) =>
		['  next', ...next.slice(0, shown), count > shown ? `+${count - shown} more` : ''].join(' ').trimEnd();
	const text = displayWidth(name(2)) <= room ? name(2) : name(1);
	return part(text, 'plain', 9);
}

function describeEnd({remainingMs, running, queue}: LaneView): string {
	if (!running && (queue.count === 0 || queue.held)) return 'lane done';
	if (remainingMs === null) return 'lane end unknown';
	return remainingMs === 0 ? 'lane end is due' : `lane ends in ${formatDuration(remainingMs)}`;
}

const indent = ([first, ...rest]: readonly Part[]): readonly Part[] =>
	first ? [{...first, text: `  ${first.text}`}, ...rest] : [];

function labelPart({label}: LaneView, glyphs: Glyphs, selected: boolean): Part {
	return part(`${selected ? glyphs.cursor : ' '} ${label}`, 'strong', 10);
}

const failedPart = ({failed}: LaneView): Part => part(`${failed} failed`, failed > 0 ? 'failed' : 'dim', 7);

function sparkParts({latest}: LaneView, glyphs: Glyphs, width: number): readonly Part[] {
	if (!latest) return [];
	const p50 = latest.p50 === null ? 'N/A' : `${formatMs(latest.p50)} ms`;
	return [
		part(spark(latest.latencyMs, width, glyphs), 'accent', 6),
		part(`last ${formatMs(latest.last)} ms`, 'plain', 3),
		part(`p50 ${p50}`, 'plain', 5),
	];
}

function describeIdle({queue, total}: LaneView): string {
	if (queue.count > 0) return queue.held ? `idle, ${queue.count} held back` : `idle, ${queue.count} waiting`;
	return total > 0 ? 'idle, all done' : 'idle, nothing planned here';
}

function describeStage({stage, phase}: RunningView): string {
	if (stage === 'launching') return 'launching';
	if (stage === 'ended') return 'ended, writing its result';
	return phase ? `${phase.name} ${formatDuration(phase.forMs)}` : 'running';
}

const describeProgress = (running: RunningView | null): string =>
	running?.progress ? `${running.progress.done}/${running.progress.total}` : '';
