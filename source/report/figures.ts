import type {Interval} from './summary.ts';

/** Samples a second with about four digits, as many as such a measurement carries. */
export const formatRate = (samplesPerS: number): string => samplesPerS.toFixed(countDecimals(samplesPerS));

export const formatLatency = (latencyMs: number | null): string =>
	latencyMs === null ? '-' : latencyMs.toFixed(countDecimals(latencyMs));

export const formatPercent = (percent: number): string => `${formatTenths(percent)} %`;

/** A small loss is never -0.0. */
const formatTenths = (value: number): string => (Number(value.toFixed(1)) + 0).toFixed(1);

export const formatInterval = ({lowPercent, highPercent}: Interval): string =>
	`${formatTenths(lowPercent)} to ${formatPercent(highPercent)}`;

function countDecimals(value: number): number {
	if (value >= 1000) return 0;
	if (value >= 100) return 1;
	return value >= 10 ? 2 : 3;
}

/** Seconds -> `12.5 s`, `46 min 38 s`, `2 h 05 min`. */
export function formatSeconds(seconds: number): string {
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	const pad = (part: number) => String(part).padStart(2, '0');
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
	return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole / 60) % 60)} min`;
}

/** `1 cell`, `2 cells`. */
export const countNoun = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
