import {computeMean} from './statistics.ts';
import {findUpperQuantile} from './student.ts';

type Slope = {readonly slope: number; readonly low: number; readonly high: number};

type Line = Slope & {
	readonly intercept: number;
	/** Half of the 95 % interval of the intercept. */
	readonly interceptHalf: number;
	/** Share of the scatter of y that the line explains; 1 where y does not scatter. */
	readonly rSquared: number;
};

/** Slope with its 95 % interval, see `fitLine`. */
export function fitSlope(points: readonly (readonly [x: number, y: number])[]): Slope | null {
	const line = fitLine(points);
	return line && {slope: line.slope, low: line.low, high: line.high};
}

/**
 * Straight line by ordinary least squares with 95 % intervals by Student's t, n - 2 degrees of freedom.
 * N. R. Draper and H. Smith, "Applied regression analysis" (1998), chapter 1. null for fewer than three points or
 * when all have the same x.
 */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line | null {
	const meanX = computeMean(points.map(([x]) => x)) ?? 0;
	const meanY = computeMean(points.map(([, y]) => y)) ?? 0;
	const squares = sum(points, ([x]) => (x - meanX) ** 2);
	if (points.length < 3 || squares < 1e-12) return null;
	const slope = sum(points, ([x, y]) => (x - meanX) * (y - meanY)) / squares;
	const residuals = sum(points, ([x, y]) => (y - meanY - slope * (x - meanX)) ** 2);
	const ofY = sum(points, ([, y]) => (y - meanY) ** 2);
	const freedom = points.length - 2;
	const half = findUpperQuantile(0.025, freedom) * Math.sqrt(residuals / freedom / squares);
	return {
		slope,
		low: slope - half,
		high: slope + half,
		intercept: meanY - slope * meanX,
		interceptHalf: half * Math.sqrt(squares / points.length + meanX ** 2),
		rSquared: ofY === 0 ? 1 : 1 - residuals / ofY,
	};
}

const sum = <T>(items: readonly T[], read: (item: T) => number): number =>
	items.reduce((total, item) => total + read(item), 0);
