import {type Refusal, refuse, refuseFew} from './refusal.ts';
import {computeSpread, differAlike, isConstant, listDifferences, listMeasured, type SamplePair} from './samples.ts';

/** Two numbers go by this name, and they differ; so each says which one it is. */
type CohenD = {
	/** pooled: over the standard deviation within both groups; paired: over that of the differences. */
	readonly kind: 'pooled' | 'paired';
	readonly d: number;
	/** Values behind it: of both groups, or complete pairs. */
	readonly n: number;
	readonly planned: number;
};

/** J. Cohen, "Statistical power analysis for the behavioral sciences" (1988), formula 2.5.1: groups without pairs. */
export function computePooledD(a: readonly (number | null)[], b: readonly (number | null)[]): CohenD | Refusal {
	const [ofA, ofB] = [listMeasured(a), listMeasured(b)];
	const [first, second] = [computeSpread(ofA), computeSpread(ofB)];
	const few = refuseFew("Cohen's d, in each group,", Math.min(ofA.length, ofB.length), 2);
	if (few || !first || !second) return few ?? refuse('there are no values', 0);
	if (isConstant(ofA) && isConstant(ofB)) return refuse('neither group scatters', ofA.length + ofB.length);
	const squares = first.sd ** 2 * (ofA.length - 1) + second.sd ** 2 * (ofB.length - 1);
	const pooled = Math.sqrt(squares / (ofA.length + ofB.length - 2));
	const n = ofA.length + ofB.length;
	return {kind: 'pooled', d: (first.mean - second.mean) / pooled, n, planned: a.length + b.length};
}

/** The same book, formula 2.3.5 (there d'z): mean over standard deviation of the differences. */
export function computePairedD(pairs: readonly SamplePair[]): CohenD | Refusal {
	const differences = listDifferences(pairs);
	const spread = computeSpread(differences);
	const few = refuseFew("a paired Cohen's d", differences.length, 2);
	if (few || !spread) return few ?? refuse('there is no pair', 0);
	if (differAlike(pairs)) return refuse('all pairs differ by the same', differences.length);
	return {kind: 'paired', d: spread.mean / spread.sd, n: differences.length, planned: pairs.length};
}
