import {type Refusal, refuse, refuseFew} from './refusal.ts';
import {fitLine} from './regression.ts';

/** How a cost grows with a size: cost = factor * size^exponent. */
type PowerFit = {
	readonly kind: 'power';
	readonly exponent: number;
	/** 95 % interval of the exponent. */
	readonly low: number;
	readonly high: number;
	readonly factor: number;
	readonly factorLow: number;
	readonly factorHigh: number;
	/** Share of the scatter of the log cost that the line explains. */
	readonly rSquared: number;
	readonly n: number;
	readonly planned: number;
	readonly regime: Regime;
};

/** What the interval of an exponent says, and no more. */
type Regime = 'saturated' | 'sub-linear' | 'linear' | 'super-linear' | 'undecided';

const LEAST = 3;
/** An exponent that lies this near to 1, or to 0, all of its interval, is called by it. */
const NEAR = 0.1;

/** Straight line through the logarithms by least squares; points that are not positive have none and are left out. */
export function fitPower(points: readonly (readonly [size: number | null, cost: number | null])[]): PowerFit | Refusal {
	const logs = points.flatMap(([size, cost]) =>
		size !== null && cost !== null && size > 0 && cost > 0 ? [[Math.log(size), Math.log(cost)] as const] : [],
	);
	const few = refuseFew('a scaling fit', logs.length, LEAST);
	if (few) return few;
	const line = fitLine(logs);
	if (!line) return refuse('all sizes are the same', logs.length);
	const {slope, low, high, intercept, interceptHalf, rSquared} = line;
	return {
		kind: 'power',
		exponent: slope,
		low,
		high,
		factor: Math.exp(intercept),
		factorLow: Math.exp(intercept - interceptHalf),
		factorHigh: Math.exp(intercept + interceptHalf),
		rSquared,
		n: logs.length,
		planned: points.length,
		regime: nameRegime({low, high}),
	};
}

export function nameRegime({low, high}: {readonly low: number; readonly high: number}): Regime {
	if (low > 1 + NEAR) return 'super-linear';
	if (low >= 1 - NEAR && high <= 1 + NEAR) return 'linear';
	if (low >= -NEAR && high <= NEAR) return 'saturated';
	return low > NEAR && high < 1 - NEAR ? 'sub-linear' : 'undecided';
}
