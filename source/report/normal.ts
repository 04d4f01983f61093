const ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);
/** Beyond it the series loses digits of a small tail, and the fraction converges fast. */
const TAIL = 3;
const FRACTION_DEPTH = 200;
/** Nothing a double can hold lies beyond. */
const FARTHEST = 38;
const MOST_STEPS = 80;

const computeDensity = (z: number): number => Math.exp((-z * z) / 2) / ROOT_OF_TWO_PI;

/**
 * P(Z <= z) of the normal distribution: in the middle by G. Marsaglia's series, "Evaluating the normal distribution",
 * Journal of Statistical Software 11(4) (2004); in the tails by the continued fraction 26.2.14 of Abramowitz and Stegun,
 * "Handbook of Mathematical Functions" (1964).
 */
export function computeNormal(z: number): number {
	if (Math.abs(z) <= TAIL) return 0.5 + computeDensity(z) * sumSeries(z);
	return z > 0 ? 1 - computeTail(z) : computeTail(-z);
}

/** P(|Z| > |z|). */
export const computeTwoSidedNormal = (z: number): number => 2 * computeNormal(-Math.abs(z));

function sumSeries(z: number): number {
	let [term, sum] = [z, z];
	for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
		term *= (z * z) / k;
		sum += term;
	}
	return sum;
}

function computeTail(z: number): number {
	let denominator = z;
	for (let k = FRACTION_DEPTH; k > 0; k--) denominator = z + k / denominator;
	return computeDensity(z) / denominator;
}

/** The z that Z stays below with this probability, by halving; infinite at 0 and 1. */
export function findNormalQuantile(probability: number): number {
	if (probability <= 0) return Number.NEGATIVE_INFINITY;
	if (probability >= 1) return Number.POSITIVE_INFINITY;
	let [below, above] = [-FARTHEST, FARTHEST];
	for (let step = 0; step < MOST_STEPS; step++) {
		const middle = (below + above) / 2;
		if (computeNormal(middle) < probability) below = middle;
		else above = middle;
	}
	return (below + above) / 2;
}
