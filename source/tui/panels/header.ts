import type {Foreign} from '../../domain/foreign.ts';
import type {TelemetrySource} from '../../journal/event.ts';
import type {Course, HeaderView} from '../../journal/select.ts';
import {describeForeign} from '../../report/foreign/mark.ts';
import {wrapText} from '../../report/text.ts';
import {bar} from '../parts/bar.ts';
import {formatClock, formatDuration, formatZone} from '../parts/duration.ts';
import {truncate} from '../parts/fit.ts';
import {type Line, pack, part, spread} from '../parts/line.ts';
import {formatGiB, formatMemory, formatPercent} from '../parts/units.ts';
import type {Glyphs, Tone} from '../theme.ts';
import {describeLeft} from './lane-words.ts';

type HeaderLayout = {readonly width: number; readonly glyphs: Glyphs; readonly utcOffsetMinutes: number};

export const WATERMARK = 'SIMULATED: no hardware produced these numbers';

/** What was not measured by warpdeck, and what nobody may conclude from it, in as few lines as it takes. */
export const listForeign = (foreign: Foreign | undefined, columns: number): readonly string[] =>
	foreign ? wrapText(describeForeign(foreign), columns).slice(0, MOST_BANNERS) : [];

const MOST_BANNERS = 4;

/** Suite and machine, counts, host and times: three lines. */
export function layHeader(view: HeaderView, layout: HeaderLayout): readonly Line[] {
	return [layTitle(view, layout), layCounts(view, layout), layTimes(view, layout)];
}

/** What must not be overlooked, above everything else. */
export const layBanner = (text: string, width: number, {glyphs}: {readonly glyphs: Glyphs}): Line =>
	pack([part(truncate(text, width, glyphs.ellipsis), 'watermark')], width, glyphs);

function layTitle({suite, host, device, course, telemetrySource}: HeaderView, {width, glyphs}: HeaderLayout): Line {
	const left = [
		part(suite || 'opening', 'strong', 9),
		part(host && `on ${host}`, 'plain', 5),
		part(device, 'plain', 4),
		part(describeSource(telemetrySource), 'dim', 2),
	];
	return spread(left, [part(describeCourse(course), toneOf(course), 9)], width, glyphs);
}

/** Which tool the GPU values come from, and how often. */
function describeSource(source: TelemetrySource | null): string {
	if (source === null) return '';
	const hz = 1000 / source.everyMs;
	return `${source.source === 'nvml' ? 'NVML' : source.source} ${Number(hz.toFixed(2))} Hz`;
}

function layCounts(view: HeaderView, {width, glyphs}: HeaderLayout): Line {
	const {done, total, succeeded, degraded, invalid, failed, postponed, skipped, active, waiting, successRatePercent} =
		view;
	const left = [
		part(`[${bar(done, total, 16, glyphs)}]`, 'accent', 1),
		part(`${done}/${total} done`, 'strong', 9),
		part(`${succeeded} ok`, 'ok', 8),
		part(`${degraded} degraded`, degraded > 0 ? 'degraded' : 'dim', degraded > 0 ? 7 : 3),
		part(invalid > 0 ? `${invalid} invalid` : '', 'invalid', 8),
		part(`${failed} failed`, failed > 0 ? 'failed' : 'dim', 8),
		part(postponed > 0 ? `${postponed} postponed` : '', 'degraded', 7),
		part(skipped > 0 ? `${skipped} skipped` : '', 'degraded', 7),
		part(`${active} running`, 'plain', 5),
		part(`${waiting} waiting`, 'plain', 4),
	];
	const rate = successRatePercent === null ? 'success N/A' : `success ${formatPercent(successRatePercent, 1)}`;
	return spread(left, [part(rate, 'plain', 6)], width, glyphs);
}

/** Times stand right although one looks for them first: they change each second, and a line is sent from there on. */
function layTimes(view: HeaderView, {width, glyphs, utcOffsetMinutes}: HeaderLayout): Line {
	const {elapsedMs, cpuPercent, memoryUsedMiB, memoryTotalMiB, swapUsedMiB, diskFreeMiB} = view;
	const host = [
		part(diskFreeMiB === null ? 'disk N/A' : `disk ${formatGiB(diskFreeMiB)} free`, 'plain', 4),
		part(`mem ${formatMemory(memoryUsedMiB, memoryTotalMiB)}`, 'plain', 2),
		part(`swap ${formatGiB(swapUsedMiB)}`, 'plain', 1),
		part(`cpu ${formatPercent(cpuPercent).padStart(5)}`, 'plain', 3),
	];
	const times = [
		part(describeEnd(view, utcOffsetMinutes), 'plain', 7),
		part(describeRemaining(view), 'plain', 8),
		part(`elapsed ${formatDuration(elapsedMs)}`, 'plain', 6),
	];
	return spread(host, times, width, glyphs);
}

const DAY_MS = 86_400_000;
/** An end that is further away is not known to the second. */
const SECONDS_MATTER_MS = 600_000;

function describeEnd({endsAt, remaining}: HeaderView, utcOffsetMinutes: number): string {
	if (endsAt === null || remaining === null || remaining.ms <= 0) return '';
	const dayOf = (at: number) => Math.floor((at + utcOffsetMinutes * 60_000) / DAY_MS);
	const days = dayOf(endsAt) - dayOf(endsAt - remaining.ms);
	const clock = formatClock(endsAt, utcOffsetMinutes).slice(0, remaining.ms < SECONDS_MATTER_MS ? 8 : 5);
	return `ends ${clock} ${formatZone(utcOffsetMinutes)}${days > 0 ? `, +${days} d` : ''}`;
}

function describeRemaining({course, remaining}: HeaderView): string {
	if (course.kind === 'closed' || course.kind === 'stopping') return '';
	return remaining === null ? 'time left unknown' : describeLeft(remaining, 'the end is due');
}

function describeCourse(course: Course): string {
	switch (course.kind) {
		case 'opening':
			return 'opening';
		case 'running':
			return 'running';
		case 'paused':
			return `paused by ${course.by}`;
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
	if (course.kind === 'paused' || course.kind === 'draining' || course.kind === 'stopping') return 'degraded';
	if (course.kind === 'closed') return course.reason === 'finished' ? 'ok' : 'degraded';
	return 'accent';
}
