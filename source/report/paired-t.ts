import {type Refusal, refuse, refuseFew} from './refusal.ts';
import {computeSpread, differAlike, listDifferences, type SamplePair} from './samples.ts';
import {computeTwoSidedP, findUpperQuantile} from './student.ts';

type PairedT = {
	readonly kind: 'paired-t';
	/** Complete pairs, of so many that were planned. */
	readonly n: number;
	readonly planned: number;
	/** Of a - b. */
	readonly meanDifference: number;
	readonly sdDifference: number;
	readonly t: number;
	readonly freedom: number;
	/** Two-sided. */
	readonly p: number;
	/** 95 % interval of the mean difference. */
	readonly low: number;
	readonly high: number;
};

/** "Student", "The probable error of a mean", Biometrika 6 (1908), 1-25, on the differences of pairs. */
export function testPairedT(pairs: readonly SamplePair[]): PairedT | Refusal {
	const differences = listDifferences(pairs);
	const n = differences.length;
	const spread = computeSpread(differences);
	const few = refuseFew('a paired t test', n, 2);
	if (few || !spread) return few ?? refuse('there is no pair', n);
	if (differAlike(pairs)) return refuse('all pairs differ by the same, so nothing is known of their scatter', n);
	const {mean, sd} = spread;
	const t = (mean * Math.sqrt(n)) / sd;
	const half = (findUpperQuantile(0.025, n - 1) * sd) / Math.sqrt(n);
	return {
		kind: 'paired-t',
		n,
		planned: pairs.length,
		meanDifference: mean,
		sdDifference: sd,
		t,
		freedom: n - 1,
		p: computeTwoSidedP(t, n - 1),
		low: mean - half,
		high: mean + half,
	};
}
