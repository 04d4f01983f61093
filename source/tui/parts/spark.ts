import type {Glyphs} from '../theme.ts';
import {bucket} from './buckets.ts';

/** One row of at most `width` signs from a zero baseline to the highest value; a missing value is a blank. */
export function spark(values: readonly number[], width: number, {spark: signs}: Glyphs): string {
	const buckets = bucket(values, width);
	const top = buckets.reduce<number>((high, value) => Math.max(high, value ?? 0), 0);
	return buckets.map((value) => (value === null ? ' ' : signOf(value, top, signs))).join('');
}

function signOf(value: number, top: number, signs: readonly string[]): string {
	const level = top > 0 ? Math.ceil((Math.max(0, value) / top) * signs.length) - 1 : 0;
	return signs[Math.max(0, level)] ?? ' ';
}
