import type {Course, HeaderView} from '../../journal/select.ts';
import {bar} from '../parts/bar.ts';
import {formatClock, formatDuration, formatZone} from '../parts/duration.ts';
import {type Line, pack, part, spread} from '../parts/line.ts';
import {formatGiB, formatMemory, formatPercent} from '../parts/units.ts';
import type {Glyphs, Tone} from '../theme.ts';

type HeaderLayout = {readonly width: number; readonly glyphs: Glyphs; readonly utcOffsetMinutes: number};

export const WATERMARK = 'SIMULATED: no hardware produced these numbers';

/** Suite and machine, counts, times: three lines. */
export function layHeader(view: HeaderView, layout: HeaderLayout): readonly Line[] {
	return [layTitle(view, layout), layCounts(view, layout), layTimes(view, layout)];
}

export const layWatermark = ({width, glyphs}: Pick<HeaderLayout, 'width' | 'glyphs'>): Line =>
	pack([part(WATERMARK, 'watermark')], width, glyphs);

function layTitle({suite, host, device, course}: HeaderView, {width, glyphs}: HeaderLayout): Line {
	const left = [
		part(suite || 'opening', 'strong', 9),
		part(host && `on ${host}`, 'plain', 5),
		part(device, 'plain', 4),
	];
	return spread(left, [part(describeCourse(course), toneOf(course), 9)], width, glyphs);
}

function layCounts(view: HeaderView, {width, glyphs}: HeaderLayout): Line {
	const {done, total, succeeded, degraded, failed, active, waiting, successRatePercent} = view;
	const left = [
		part(`[${bar(done, total, 16, glyphs)}]`, 'accent', 1),
		part(`${done}/${total} done`, 'strong', 9),
		part(`${succeeded} ok`, 'ok', 8),
		part(`${degraded} degraded`, degraded > 0 ? 'degraded' : 'dim', 7),
		part(`${failed} failed`, failed > 0 ? 'failed' : 'dim', 8),
		part(`${active} running`, 'plain', 5),
		part(`${waiting} waiting`, 'plain', 4),
	];
	const rate = successRatePercent === null ? 'success N/A' : `success ${formatPercent(successRatePercent, 1)}`;
	return spread(left, [part(rate, 'plain', 6)], width, glyphs);
}

function layTimes(view: HeaderView, {width, glyphs, utcOffsetMinutes}: HeaderLayout): Line {
	const {elapsedMs, remainingMs, endsAt, cpuPercent, memoryUsedMiB, memoryTotalMiB, diskFreeMiB} = view;
	const clock = endsAt === null ? '' : `${formatClock(endsAt, utcOffsetMinutes)} ${formatZone(utcOffsetMinutes)}`;
	const times = [
		part(`elapsed ${formatDuration(elapsedMs)}`, 'plain', 9),
		part(describeRemaining(view), 'plain', 8),
		part(clock && remainingMs !== 0 ? `ends ${clock}` : '', 'plain', 7),
	];
	const host = [
		part(`cpu ${formatPercent(cpuPercent)}`, 'dim', 3),
		part(`mem ${formatMemory(memoryUsedMiB, memoryTotalMiB)}`, 'dim', 2),
		part(`disk ${formatGiB(diskFreeMiB)} free`, 'dim', 4),
	];
	return spread(times, host, width, glyphs);
}

function describeRemaining({course, remainingMs}: HeaderView): string {
	if (course.kind === 'closed' || course.kind === 'stopping') return '';
	if (remainingMs === null) return 'remaining unknown';
	return remainingMs === 0 ? 'the end is due' : `remaining about ${formatDuration(remainingMs)}`;
}

function describeCourse(course: Course): string {
	switch (course.kind) {
		case 'opening':
			return 'opening';
		case 'running':
			return 'running';
		case 'draining':
			return `draining, asked by ${course.by}`;
		case 'stopping':
			return `stopping, asked by ${course.by}`;
		case 'closed':
			return course.reason;
		default:
			return course satisfies never;
	}
}

function toneOf(course: Course): Tone {
	if (course.kind === 'draining' || course.kind === 'stopping') return 'degraded';
	if (course.kind === 'closed') return course.reason === 'finished' ? 'ok' : 'degraded';
	return 'accent';
}
