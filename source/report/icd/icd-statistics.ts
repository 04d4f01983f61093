import {estimateEffect, isEstimate, testDifference} from '../effect.ts';

type Refused = {readonly kind: 'refused'; readonly reason: string};

/** What the layout does not compute itself, so that each formula stands in one place; each may refuse. */
export type IcdStatistics = {
	readonly computePooledD: (
		a: readonly (number | null)[],
		b: readonly (number | null)[],
	) => {readonly kind: 'pooled' | 'paired'; readonly d: number} | Refused;
	/** Mean of a - b over its standard deviation. */
	readonly computePairedD: (
		pairs: readonly IcdPair[],
	) => {readonly kind: 'pooled' | 'paired'; readonly d: number} | Refused;
	/** Of modularity on latency through the hit rate, of which b is a partial regression. */
	readonly mediate: (
		rows: readonly (readonly [x: number | null, m: number | null, y: number | null])[],
	) => {readonly kind: 'mediation'} | Refused;
};

export type IcdPair = readonly [a: number | null, b: number | null];

/** What is left of equal differences by rounding, as a share of the values. */
const ROUNDING = 1e-12;

/** Two-sided p of the paired t test; null where fewer than two pairs are whole, or all differ by the same. */
export function testPairs(pairs: readonly IcdPair[]): {readonly n: number; readonly p: number | null} {
	const differences = pairs.flatMap(([a, b]) => (a === null || b === null ? [] : [a - b]));
	const effect = estimateEffect(differences);
	const scale = Math.max(...pairs.flat().map((value) => Math.abs(value ?? 0)), 0);
	if (!effect || !isEstimate(effect) || effect.sd <= ROUNDING * scale) return {n: differences.length, p: null};
	return {n: differences.length, p: testDifference(effect)};
}
