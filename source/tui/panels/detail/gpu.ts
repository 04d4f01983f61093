import type {GpuTelemetry} from '../../../domain/experiment.ts';
import type {SampleRange} from '../../../report/sample-ranges.ts';
import {formatClock, formatDuration, formatZone} from '../../parts/duration.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import {spark} from '../../parts/spark.ts';
import {formatNumber} from '../../parts/units.ts';
import type {GpuModel} from './model.ts';
import {layNote, type PageLayout} from './page.ts';

const NAME_COLUMNS = 13;
const UNIT_COLUMNS = 4;
const VALUE_COLUMNS = 8;
const COUNT_COLUMNS = 6;
const LEFT_COLUMNS = NAME_COLUMNS + UNIT_COLUMNS + 3 * VALUE_COLUMNS + COUNT_COLUMNS + 2;
const MAX_SPARK = 120;

/** What the GPU, or the machine of a CPU lane, did meanwhile: lowest, mean, highest, number of samples, and over time. */
export function layGpu({title, ranges, from, to, throttles, window}: GpuModel, layout: PageLayout): readonly Line[] {
	const {width, glyphs, utcOffsetMinutes} = layout;
	if (from === null || to === null) return layNote('No launch of it is known here, so no sample can be told.', layout);
	const clock = (at: number) => formatClock(at, utcOffsetMinutes);
	const span = `${clock(from)} to ${clock(to)} ${formatZone(utcOffsetMinutes)}, ${formatDuration(to - from)}`;
	const heading = pack([part(title, 'strong', 9), part(span, 'dim', 8)], width, glyphs);
	if (ranges.every(({n}) => n === 0)) return [heading, ...layNote('No sample of it is in telemetry.jsonl.', layout)];
	const room = Math.max(1, Math.min(MAX_SPARK, width - LEFT_COLUMNS));
	const parts = Math.min(room, Math.max(...ranges.map(({n}) => n)));
	return [
		heading,
		[],
		[{text: layCells(['', '', 'min', 'mean', 'max', 'n']), tone: 'dim'}],
		...ranges.map((range) => layRange(range, {from, to, parts, room}, layout)),
		[{text: ' '.repeat(LEFT_COLUMNS) + labelTime(clock(from), clock(to), room), tone: 'dim'}],
		...(throttles === null ? [] : [[], ...layNote(throttles, layout)]),
		...(window === null ? [] : [[], ...layNote(describeWindow(window), layout)]),
	];
}

/** What the driver's own counters say of the measured window; what they do not cover is N/A. */
function describeWindow({window, countersS, energyJ, throttledMs, peakMemoryMiB, ...link}: GpuTelemetry): string {
	const held = Object.entries(throttledMs).filter(([, ms]) => ms > 0);
	const slow = held.map(([reason, ms]) => `${reason} ${formatNumber(ms)} ms`).join(', ') || 'never';
	return [
		window === 'measure' ? 'while it measured' : 'in all its life',
		countersS === null ? 'energy N/A' : `energy ${formatNumber(energyJ, 1)} J in ${formatNumber(countersS, 2)} s`,
		countersS === null ? 'held down N/A' : `held down ${slow}`,
		`PCIe generation ${formatNumber(link.pcieGeneration)} x${formatNumber(link.pcieWidth)}`,
		`peak memory ${formatNumber(peakMemoryMiB)} MiB`,
	].join('; ');
}

/** `parts` of the time are drawn in `room` columns. */
type Span = {readonly from: number; readonly to: number; readonly parts: number; readonly room: number};

function layRange({name, unit, min, mean, max, n, series}: SampleRange, span: Span, {glyphs}: PageLayout): Line {
	const digits = unit === 'W' ? 1 : 0;
	const numbers = [formatNumber(min, digits), formatNumber(mean, 1), formatNumber(max, digits)];
	return [
		{text: layCells([name, unit === 'C' ? glyphs.celsius : unit, ...numbers, `${n}`]), tone: n === 0 ? 'dim' : 'plain'},
		{text: spark(placeInTime(series, span), span.room, glyphs), tone: 'accent'},
	];
}

function layCells([name = '', unit = '', ...numbers]: readonly string[]): string {
	const count = numbers.pop() ?? '';
	const values = numbers.map((value) => value.padStart(VALUE_COLUMNS)).join('');
	return `${name.padEnd(NAME_COLUMNS)}${unit.padEnd(UNIT_COLUMNS)}${values}${count.padStart(COUNT_COLUMNS)}  `;
}

/**
 * A column for each part of the time, with the highest value in it; one without a sample stays blank. Where there are
 * fewer samples than columns, several columns show the same part.
 */
function placeInTime(series: SampleRange['series'], {from, to, parts, room}: Span): readonly number[] {
	const highest = new Array<number>(parts).fill(Number.NaN);
	for (const {at, value} of series) {
		const index = Math.min(parts - 1, Math.max(0, Math.floor(((at - from) / Math.max(1, to - from)) * parts)));
		const before = highest[index] ?? Number.NaN;
		highest[index] = Number.isNaN(before) ? value : Math.max(before, value);
	}
	return Array.from({length: room}, (_, column) => highest[Math.floor((column / room) * parts)] ?? Number.NaN);
}

function labelTime(from: string, to: string, room: number): string {
	const blanks = room - from.length - to.length;
	return blanks > 0 ? from + ' '.repeat(blanks) + to : '';
}
