import {plot} from 'asciichart';
import type {Glyphs} from '../theme.ts';
import {bucket} from './buckets.ts';

/** asciichart's order: first value, axis, dash, dash, level, falls to, rises from, falls from, rises to, between. */
const SYMBOLS = ['┼', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'];
const ASCII_SYMBOLS = ['+', '|', '-', '-', '-', '`', '.', '.', "'", '|'];

type ChartSize = {readonly columns: number; readonly rows: number};

/**
 * Exactly `rows` lines of at most `columns`, from a zero baseline. asciichart throws on nothing and on NaN and draws a
 * column a sample: values are bucketed to the width first, and missing ones are drawn level and then wiped out.
 */
export function chart(values: readonly number[], {columns, rows}: ChartSize, glyphs: Glyphs): readonly string[] {
	const top = values.reduce((high, value) => (Number.isFinite(value) && value > high ? value : high), 0);
	const format = labelFor(top);
	const axis = format(top).length + 2;
	const buckets = bucket(values, columns - axis);
	if (rows < 2 || !buckets.some((value) => value !== null)) return blank(rows);
	return draw(buckets, {top: top || 1, rows, format, symbols: glyphs.ascii ? ASCII_SYMBOLS : SYMBOLS})
		.map((line) => wipe(line, buckets, axis).trimEnd())
		.slice(0, rows);
}

const blank = (rows: number): readonly string[] => Array.from({length: Math.max(0, rows)}, () => '');

/** All labels get the width of the highest one, so that the axis stands straight. */
function labelFor(top: number): (value: number) => string {
	const digits = top >= 100 ? 0 : top >= 10 ? 1 : 2;
	const width = top.toFixed(digits).length;
	// Rounding leaves a negative zero at the foot of the axis.
	return (value) => Math.max(0, value).toFixed(digits).padStart(width);
}

type Drawing = {
	readonly top: number;
	readonly rows: number;
	readonly format: (value: number) => string;
	readonly symbols: readonly string[];
};

function draw(buckets: readonly (number | null)[], {top, rows, format, symbols}: Drawing): readonly string[] {
	const level = buckets.find((value) => value !== null) ?? 0;
	const series: number[] = [];
	for (const value of buckets) series.push(value === null ? (series.at(-1) ?? level) : Math.max(0, value));
	return plot(series, {min: 0, max: top, height: rows - 1, format, symbols: [...symbols]}).split('\n');
}

function wipe(line: string, buckets: readonly (number | null)[], axis: number): string {
	if (!buckets.includes(null)) return line;
	return [...line].map((sign, index) => (buckets[index - axis] === null ? ' ' : sign)).join('');
}
