import type {Alert, Estimate, LaneView, RunningView} from '../../journal/select.ts';
import {formatDuration, formatRunning, formatSpan} from '../parts/duration.ts';
import {type Part, part} from '../parts/line.ts';
import type {Glyphs, Tone} from '../theme.ts';

/** What stands on a lane beside the numbers. */
export type LaneMarks = {readonly selected: boolean; readonly alert: Alert | null};

export const PHASE_WORDS = {
	load: 'load',
	compile: 'compile',
	warmup: 'warm-up',
	measure: 'measure',
	report: 'report',
} as const;

const ALERT_TONES: {readonly [level in Alert['level']]: Tone} = {
	critical: 'failed',
	warning: 'degraded',
	note: 'accent',
};

export const alertTone = ({level}: Alert): Tone => ALERT_TONES[level];

export const alertPart = (alert: Alert | null): readonly Part[] =>
	alert ? [part(`! ${alert.word}`, alertTone(alert), 9)] : [];

export const labelPart = ({label}: LaneView, glyphs: Glyphs, selected: boolean): Part =>
	part(`${selected ? glyphs.cursor : ' '} ${label}`, 'strong', 10);

/** The phase, or what a lane does before the first one and instead of one. */
export function stageWord(lane: LaneView): string {
	const {running, queue, total, held, paused, quarantined} = lane;
	if (running?.stage === 'launching') return 'launching';
	if (running?.stage === 'ended') return 'ended';
	if (running && running.suspendedMs !== null) return 'stands still';
	if (running) return running.phase ? (running.phase.title ?? PHASE_WORDS[running.phase.name]) : 'running';
	if (quarantined !== null) return 'given up';
	if (held !== null) return paused ? 'paused' : 'waits';
	if (queue.count > 0) return queue.held ? 'held' : 'idle';
	return total > 0 ? 'done' : 'unused';
}

export function stageTone({running, held, quarantined}: LaneView): Tone {
	if (running) return running.suspendedMs === null ? 'accent' : 'degraded';
	if (quarantined !== null) return 'failed';
	return held === null ? 'dim' : 'degraded';
}

/** Time in the phase, without one since the launch. */
export const stageTime = ({phase, elapsedMs, suspendedMs}: RunningView): string =>
	formatRunning(suspendedMs ?? phase?.forMs ?? elapsedMs);

export const usualTime = (running: RunningView | null): string =>
	running?.phase && running.phase.usuallyMs !== null ? formatSpan(running.phase.usuallyMs) : '';

export function describeIdle({queue, total, held, paused, quarantined}: LaneView): string {
	if (quarantined !== null) return `given up: ${quarantined}`;
	if (held !== null && queue.count > 0) return paused ? held : `waits: ${held}`;
	if (queue.count > 0) return queue.held ? `idle, ${queue.count} held back` : `idle, ${queue.count} waiting`;
	return total > 0 ? 'idle, all done' : 'idle, nothing planned here';
}

export function describeLaneEnd({remaining, running, queue, held}: LaneView): string {
	if (!running && (queue.count === 0 || queue.held)) return 'lane done';
	if (!running && held !== null) return 'time left unknown';
	return remaining === null ? 'time left unknown' : describeLeft(remaining, 'end is due');
}

/** What no run has measured yet is called a guess. */
export function describeLeft({ms, isGuess}: Estimate, due: string): string {
	if (ms <= 0) return due;
	return `${isGuess ? 'guess' : 'about'} ${formatDuration(ms)} left`;
}

export const failedPart = ({failed}: LaneView): Part => part(`${failed} failed`, failed > 0 ? 'failed' : 'dim', 7);

export const invalidPart = ({invalid}: LaneView): Part => part(invalid > 0 ? `${invalid} invalid` : '', 'invalid', 7);

export const countDone = ({succeeded, invalid, failed}: LaneView): number => succeeded + invalid + failed;

export const donePart = (lane: LaneView): Part => part(`${countDone(lane)}/${lane.total} done`, 'plain', 8);
