import type {Glyphs} from '../theme.ts';
import {bucket} from './buckets.ts';

/** One row of at most `width` signs from a zero baseline to the highest value; a missing value is a blank. */
export function spark(values: readonly number[], width: number, {spark: signs}: Glyphs): string {
	const buckets = bucket(values, width);
	const top = buckets.reduce<number>((high, value) => Math.max(high, value ?? 0), 0);
	return buckets.map((value) => (value === null ? ' ' : signOf(value, top, signs))).join('');
}

/** What a step of `sparkSteps` is worth, as a screen says it. */
export const STEP_WORDS = '+5 %/step';
const STEP = 0.05;

/**
 * One row of at most `width` signs: the fastest stands lowest, and each step above it is 5 % slower. From zero a steady
 * latency would be a solid bar, and between its own extremes noise would look like drama.
 */
export function sparkSteps(values: readonly number[], width: number, {spark: signs}: Glyphs): string {
	const buckets = bucket(values, width);
	const fastest = buckets.reduce<number>((low, value) => Math.min(low, value ?? low), Number.POSITIVE_INFINITY);
	const levelOf = (value: number) => (fastest > 0 ? Math.ceil((value / fastest - 1) / STEP - ROUNDING) : 0);
	const last = signs.length - 1;
	return buckets.map((value) => (value === null ? ' ' : (signs[Math.min(last, levelOf(value))] ?? ' '))).join('');
}

/** 1.05 / 1 is a little more than one step of 5 % to a processor. */
const ROUNDING = 1e-9;

function signOf(value: number, top: number, signs: readonly string[]): string {
	const level = top > 0 ? Math.ceil((Math.max(0, value) / top) * signs.length) - 1 : 0;
	return signs[Math.max(0, level)] ?? ' ';
}
