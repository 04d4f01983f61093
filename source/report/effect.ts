import {computeMean} from './statistics.ts';
import {computeTwoSidedP, computeUpperP, findUpperQuantile} from './student.ts';
import type {Interval} from './summary.ts';

/** Logs of remote over local throughput, one a block: their number, mean and standard deviation. */
export type Effect = {
	readonly n: number;
	readonly mean: number;
	/** Between blocks, with n - 1; null for a single block. */
	readonly sd: number | null;
};

/** An effect whose scatter is known. */
export type Estimate = Effect & {readonly sd: number};

export const isEstimate = (effect: Effect): effect is Estimate => effect.sd !== null;

/** Chance of finding an effect of the size that is called detectable. */
const POWER = 0.8;
/** More of them nobody would wait for. */
export const MOST_BLOCKS = 1000;

/** null without blocks. */
export function estimateEffect(logRatios: readonly number[]): Effect | null {
	const mean = computeMean(logRatios);
	if (mean === null) return null;
	const n = logRatios.length;
	const squares = logRatios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0);
	return {n, mean, sd: n < 2 ? null : Math.sqrt(squares / (n - 1))};
}

/** Percent of throughput that is lost where remote over local has this log: 100 (1 - exp). */
export const toPenaltyPercent = (logRatio: number): number => 0 - Math.expm1(logRatio) * 100;

/** 95 % interval of the mean log ratio by Student's t on the blocks. */
export function computeLogInterval({n, mean, sd}: Estimate): {readonly low: number; readonly high: number} {
	const half = (findUpperQuantile(0.025, n - 1) * sd) / Math.sqrt(n);
	return {low: mean - half, high: mean + half};
}

/** The same as a penalty. */
export function computeInterval(estimate: Estimate): Interval {
	const {low, high} = computeLogInterval(estimate);
	return {lowPercent: toPenaltyPercent(high), highPercent: toPenaltyPercent(low)};
}

/** Chance of a mean at least as far from 0 if there were no penalty: the paired t test, two-sided. */
export function testDifference({n, mean, sd}: Estimate): number {
	return mean === 0 ? 1 : computeTwoSidedP((mean * Math.sqrt(n)) / sd, n - 1);
}

/**
 * The larger p of two one-sided t tests, whose small value says that the penalty lies between -delta and delta (a share).
 * D. J. Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for assessing the
 * equivalence of average bioavailability", Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.
 */
export function testEquivalence({n, mean, sd}: Estimate, delta: number): number {
	const room = Math.min(mean - Math.log1p(-delta), Math.log1p(delta) - mean);
	if (room <= 0) return 1;
	return computeUpperP((room * Math.sqrt(n)) / sd, n - 1);
}

/**
 * Smallest log ratio, without its sign, that `n` blocks find with a chance of 80 % at the two-sided `level`:
 * (t[1 - level / 2] + t[0.8]) sd / sqrt(n), both with n - 1 degrees of freedom.
 */
const computeDetectableLog = (n: number, sd: number, level: number): number =>
	((findUpperQuantile(level / 2, n - 1) + findUpperQuantile(1 - POWER, n - 1)) * sd) / Math.sqrt(n);

/** The same as a penalty in percent. */
export const computeDetectablePercent = ({n, sd}: Pick<Estimate, 'n' | 'sd'>, level: number): number =>
	toPenaltyPercent(-computeDetectableLog(n, sd, level));

/** Penalty of which 80 % of the estimates lie above `boundPercent`, which is what a penalty beside a control has to do. */
export function computeDetectableBeside({n, sd}: Pick<Estimate, 'n' | 'sd'>, boundPercent: number): number {
	const boundLog = -Math.log1p(-Math.min(boundPercent, 99) / 100);
	return toPenaltyPercent(-boundLog - (findUpperQuantile(1 - POWER, n - 1) * sd) / Math.sqrt(n));
}

/** Blocks, at least `least`, that find this log ratio with a chance of 80 %; null above MOST_BLOCKS. */
export function countBlocksNeeded(
	{sd, logRatio, level}: {readonly sd: number; readonly logRatio: number; readonly level: number},
	least: number,
): number | null {
	const atBest = findUpperQuantile(level / 2, MOST_BLOCKS) + findUpperQuantile(1 - POWER, MOST_BLOCKS);
	let n = Math.max(least, Math.ceil(((atBest * sd) / logRatio) ** 2));
	while (n <= MOST_BLOCKS && computeDetectableLog(n, sd, level) > Math.abs(logRatio)) n++;
	return n <= MOST_BLOCKS ? n : null;
}
