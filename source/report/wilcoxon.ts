import {computeTwoSidedNormal} from './normal.ts';
import {countTies, rank} from './ranks.ts';
import {type Refusal, refuseFew} from './refusal.ts';
import {listDifferences, type SamplePair} from './samples.ts';

/** Of five differences even the most extreme order has p = 0.0625. */
const LEAST = 6;
/** Above, the exact distribution is as good as normal, and long. */
const MOST_EXACT = 50;

type Wilcoxon = {
	readonly kind: 'wilcoxon';
	/** Differences that are not 0, of so many pairs that were planned. */
	readonly n: number;
	readonly planned: number;
	/** Pairs without a difference, which are left out. */
	readonly zeros: number;
	/** Sums of the ranks of a > b and of a < b. */
	readonly plus: number;
	readonly minus: number;
	readonly method: 'exact' | 'normal';
	/** Two-sided. */
	readonly p: number;
};

/**
 * Signed rank test. F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945), 80-83. Exact
 * for up to 50 differences without ties or zeros; else normal with the corrections for ties and for continuity of
 * M. Hollander and D. A. Wolfe, "Nonparametric statistical methods" (1973), chapter 3.
 */
export function testWilcoxon(pairs: readonly SamplePair[]): Wilcoxon | Refusal {
	const all = listDifferences(pairs);
	const differences = all.filter((difference) => difference !== 0);
	const n = differences.length;
	const few = refuseFew('a Wilcoxon test of differences that are not 0', n, LEAST);
	if (few) return few;
	const sizes = differences.map(Math.abs);
	const ranks = rank(sizes);
	const plus = ranks.reduce((sum, one, index) => sum + (Number(differences[index]) > 0 ? one : 0), 0);
	const minus = (n * (n + 1)) / 2 - plus;
	const ties = countTies(sizes);
	const isExact = n <= MOST_EXACT && ties.length === 0 && all.length === n;
	const least = Math.min(plus, minus);
	const p = isExact ? computeExact(least, n) : approximate(least, n, ties);
	const method = isExact ? 'exact' : 'normal';
	return {kind: 'wilcoxon', n, planned: pairs.length, zeros: all.length - n, plus, minus, method, p};
}

/** Twice the share of the 2^n choices of signs whose ranks sum up to `sum` or less. */
function computeExact(sum: number, n: number): number {
	const shares = [1, ...Array.from({length: (n * (n + 1)) / 2}, () => 0)];
	for (let one = 1; one <= n; one++)
		for (let total = shares.length - 1; total >= 0; total--)
			shares[total] = (Number(shares[total]) + Number(shares[total - one] ?? 0)) / 2;
	return Math.min(1, 2 * shares.slice(0, sum + 1).reduce((all, share) => all + share, 0));
}

function approximate(sum: number, n: number, ties: readonly number[]): number {
	const mean = (n * (n + 1)) / 4;
	const tied = ties.reduce((all, count) => all + count ** 3 - count, 0) / 48;
	const sd = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tied);
	return computeTwoSidedNormal(Math.max(0, mean - sum - 0.5) / sd);
}
