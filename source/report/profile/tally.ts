import {interpolateQuantile} from '../statistics.ts';

/** How often something happened and how long it took, in nanoseconds. */
export type Tally = {
	readonly count: number;
	readonly totalNs: number;
	readonly meanNs: number;
	readonly minNs: number;
	readonly maxNs: number;
};

export type OpenTally = {count: number; totalNs: number; minNs: number; maxNs: number};

export const openTally = (): OpenTally => ({count: 0, totalNs: 0, minNs: Number.POSITIVE_INFINITY, maxNs: 0});

export function addToTally(tally: OpenTally, ns: number): void {
	tally.count++;
	tally.totalNs += ns;
	if (ns < tally.minNs) tally.minNs = ns;
	if (ns > tally.maxNs) tally.maxNs = ns;
}

/** null when nothing happened. */
export const closeTally = ({count, totalNs, minNs, maxNs}: OpenTally): Tally | null =>
	count === 0 ? null : {count, totalNs, meanNs: totalNs / count, minNs, maxNs};

/** Values of a kind, in nanoseconds. */
export type Spread = {
	readonly count: number;
	readonly meanNs: number;
	readonly minNs: number;
	readonly p50Ns: number;
	readonly p90Ns: number;
	readonly p99Ns: number;
	readonly maxNs: number;
};

/** null without values; a typed array is sorted in place. */
export function measureSpread(values: readonly number[] | Float64Array): Spread | null {
	if (values.length === 0) return null;
	const sorted = (values instanceof Float64Array ? values : Float64Array.from(values)).sort();
	const at = (probability: number) => quantile(sorted, probability);
	return {
		count: sorted.length,
		meanNs: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
		minNs: at(0),
		p50Ns: at(0.5),
		p90Ns: at(0.9),
		p99Ns: at(0.99),
		maxNs: at(1),
	};
}

const quantile = (sorted: Float64Array, probability: number): number =>
	interpolateQuantile(sorted as unknown as readonly number[], probability) ?? 0;
