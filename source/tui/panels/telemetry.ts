import {judgeHeat, readThrottles} from '../../domain/gpu-limits.ts';
import type {TelemetryView} from '../../journal/select.ts';
import {formatDuration} from '../parts/duration.ts';
import {type Part, part} from '../parts/line.ts';
import {formatMemory, formatNumber, formatPercent, formatPower} from '../parts/units.ts';
import type {Glyphs, Tone} from '../theme.ts';

/** What changes least stands left, because a terminal is sent a line from its first change on. */
export function telemetryParts(telemetry: TelemetryView, glyphs: Glyphs): readonly Part[] {
	switch (telemetry.kind) {
		case 'none':
			return [part(`no ${telemetry.of} telemetry yet`, 'dim', 4)];
		case 'host': {
			const {cpuPercent, memoryUsedMiB, memoryTotalMiB} = telemetry.sample;
			return [
				part(`mem ${formatMemory(memoryUsedMiB, memoryTotalMiB)}`, 'plain', 4),
				part(`host cpu ${pad(formatPercent(cpuPercent), 5)}`, 'plain', 5),
			];
		}
		case 'gpu': {
			const {celsius, utilizationPercent, memoryUsedMiB, memoryTotalMiB, powerWatts, powerLimitWatts, smClockMHz} =
				telemetry.sample;
			return [
				part(`mem ${pad(formatMemory(memoryUsedMiB, memoryTotalMiB), 13)}`, 'plain', 3),
				part(pad(formatHeat(celsius, glyphs), 5), heatTone(celsius), 7),
				part(smClockMHz === null ? 'SM N/A' : `SM ${pad(formatNumber(smClockMHz), 4)} MHz`, 'plain', 2),
				part(`power ${pad(formatPower(powerWatts, powerLimitWatts), 9)}`, 'plain', 4),
				part(`util ${pad(formatPercent(utilizationPercent), 5)}`, 'plain', 6),
			];
		}
		default:
			return telemetry satisfies never;
	}
}

/** What keeps the clock down, and how old the sample is once it is old. */
export function conditionParts(telemetry: TelemetryView): readonly Part[] {
	if (telemetry.kind === 'none') return [];
	const age = telemetry.isStale ? [part(`stale, ${formatDuration(telemetry.ageMs)} old`, 'degraded', 8)] : [];
	return telemetry.kind === 'gpu' ? [...throttleParts(telemetry.sample.throttleReasons), ...age] : age;
}

function throttleParts(mask: string | null): readonly Part[] {
	const throttles = readThrottles(mask);
	if (throttles === null) return [part('throttle N/A', 'dim', 1)];
	const [worst, ...others] = throttles;
	if (!worst) return [];
	const more = others.length > 0 ? ` +${others.length}` : '';
	return [part(`${worst.words}${more}`, worst.kind === 'slowdown' ? 'failed' : 'degraded', 7)];
}

const formatHeat = (celsius: number | null, {celsius: unit}: Glyphs): string =>
	celsius === null ? 'temp N/A' : `${formatNumber(celsius)} ${unit}`;

const pad = (text: string, width: number): string => text.padStart(width);

/** The number itself is always there. */
export function heatTone(celsius: number | null): Tone {
	const heat = judgeHeat(celsius);
	return heat === 'critical' ? 'failed' : heat === 'hot' ? 'degraded' : 'plain';
}
