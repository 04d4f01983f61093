import type {TelemetryView} from '../../journal/select.ts';
import {formatDuration} from '../parts/duration.ts';
import {type Part, part} from '../parts/line.ts';
import {formatMemory, formatNumber, formatPercent, formatPower} from '../parts/units.ts';
import type {Glyphs, Tone} from '../theme.ts';

/** A sample older than this says its age. */
const STALE_MS = 5000;

/** The first two parts are those that a lane of one line still shows. */
export function telemetryParts(telemetry: TelemetryView, glyphs: Glyphs): readonly Part[] {
	switch (telemetry.kind) {
		case 'none':
			return [part(`no ${telemetry.of} telemetry yet`, 'dim', 4)];
		case 'host': {
			const {cpuPercent, memoryUsedMiB, memoryTotalMiB} = telemetry.sample;
			const memory = formatMemory(memoryUsedMiB, memoryTotalMiB);
			return [
				part(`host cpu ${formatPercent(cpuPercent)}`, 'plain', 5),
				part(`mem ${memory}`, 'plain', 4),
				...agePart(telemetry.ageMs),
			];
		}
		case 'gpu': {
			const {celsius, utilizationPercent, memoryUsedMiB, memoryTotalMiB, powerWatts, powerLimitWatts} =
				telemetry.sample;
			return [
				part(celsius === null ? 'temp N/A' : `${formatNumber(celsius)} ${glyphs.celsius}`, heatTone(celsius), 6),
				part(`util ${formatPercent(utilizationPercent)}`, 'plain', 5),
				part(`mem ${formatMemory(memoryUsedMiB, memoryTotalMiB)}`, 'plain', 3),
				part(`power ${formatPower(powerWatts, powerLimitWatts)}`, 'plain', 4),
				...agePart(telemetry.ageMs),
			];
		}
		default:
			return telemetry satisfies never;
	}
}

const agePart = (ageMs: number): readonly Part[] =>
	ageMs > STALE_MS ? [part(`stale, ${formatDuration(ageMs)} old`, 'degraded', 7)] : [];

/** 80 and 90 are the bounds people know; the number itself is always there. */
function heatTone(celsius: number | null): Tone {
	if (celsius === null || celsius < 80) return 'plain';
	return celsius < 90 ? 'degraded' : 'failed';
}
