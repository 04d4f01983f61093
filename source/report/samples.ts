import {computeMean} from './statistics.ts';

/** Two values of one block or seed, in the order in which they were planned; null where one was not measured. */
export type SamplePair = readonly [a: number | null, b: number | null];

/** a - b of the pairs that have both, in their order. */
export const listDifferences = (pairs: readonly SamplePair[]): readonly number[] =>
	pairs.flatMap(([a, b]) => (isKnown(a) && isKnown(b) ? [a - b] : []));

export const listMeasured = (values: readonly (number | null)[]): readonly number[] => values.filter(isKnown);

export const isKnown = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** Mean and standard deviation with n - 1; null for fewer than two values. */
export function computeSpread(values: readonly number[]): {readonly mean: number; readonly sd: number} | null {
	const mean = computeMean(values);
	if (mean === null || values.length < 2) return null;
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return {mean, sd: Math.sqrt(squares / (values.length - 1))};
}

/** Whether what is left of their scatter is the rounding of numbers as large as `scale`. */
export function isConstant(values: readonly number[], scale: number = findLargest(values)): boolean {
	return values.every((value) => Math.abs(value - (values[0] ?? 0)) <= 1e-14 * scale);
}

/** Whether every pair differs by the same; a difference is as rough as what it was taken from. */
export const differAlike = (pairs: readonly SamplePair[]): boolean =>
	isConstant(listDifferences(pairs), findLargest(listMeasured(pairs.flat())));

const findLargest = (values: readonly number[]): number =>
	values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
