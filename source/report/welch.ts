import {type Refusal, refuse, refuseFew} from './refusal.ts';
import {computeSpread, isConstant} from './samples.ts';
import {computeTwoSidedP, findUpperQuantile} from './student.ts';

export type Welch = {
	readonly kind: 'welch';
	/** Mean of b - mean of a. */
	readonly difference: number;
	/** 95 % interval of it. */
	readonly low: number;
	readonly high: number;
	/** Two-sided. */
	readonly p: number;
	/** Rounded down to a whole number, which widens the interval. */
	readonly freedom: number;
};

/**
 * Two groups without pairs and with a scatter of their own each. B. L. Welch, "The generalization of 'Student's' problem
 * when several different population variances are involved", Biometrika 34 (1947), 28-35.
 */
export function compareMeans(a: readonly number[], b: readonly number[]): Welch | Refusal {
	const [ofA, ofB] = [computeSpread(a), computeSpread(b)];
	const few = refuseFew('an interval, on each side,', Math.min(a.length, b.length), 2);
	if (few || !ofA || !ofB) return few ?? refuse('there are no values', 0);
	const difference = ofB.mean - ofA.mean;
	if (isConstant(a) && isConstant(b)) return refuse('neither side scatters', a.length + b.length);
	const [partA, partB] = [ofA.sd ** 2 / a.length, ofB.sd ** 2 / b.length];
	const variance = partA + partB;
	const freedom = Math.floor(variance ** 2 / (partA ** 2 / (a.length - 1) + partB ** 2 / (b.length - 1)) + 1e-9);
	const half = findUpperQuantile(0.025, freedom) * Math.sqrt(variance);
	const p = difference === 0 ? 1 : computeTwoSidedP(difference / Math.sqrt(variance), freedom);
	return {kind: 'welch', difference, low: difference - half, high: difference + half, p, freedom};
}
