/** Arithmetic mean; null without values. */
export function computeMean(values: readonly number[]): number | null {
	if (values.length === 0) return null;
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Geometric mean of positive values, exact where all are equal; null without values. */
export function computeGeometricMean(values: readonly number[]): number | null {
	const [first] = values;
	const mean = first === undefined ? null : computeMean(values.map((value) => Math.log(value / first)));
	return first === undefined || mean === null ? null : first * Math.exp(mean);
}

/**
 * Quantile by linear interpolation between order statistics, definition 7 of Hyndman and Fan (1996), the default of
 * NumPy and R. `sorted` ascends; `probability` is in [0, 1]; null without values.
 */
export function interpolateQuantile(sorted: readonly number[], probability: number): number | null {
	const position = (sorted.length - 1) * probability;
	const below = sorted[Math.floor(position)];
	const above = sorted[Math.ceil(position)];
	if (below === undefined || above === undefined) return null;
	return below + (position - Math.floor(position)) * (above - below);
}

/** Mean of the values that are known; null when none is. */
export const averageKnown = (values: readonly (number | null)[]): number | null => computeMean(values.filter(isKnown));

/** Null for none, and where one of them is not known. */
export const sumKnown = (values: readonly (number | null)[]): number | null =>
	values.length > 0 && values.every(isKnown) ? values.filter(isKnown).reduce((sum, value) => sum + value, 0) : null;

/** Largest of the values that are known; null when none is. */
export const findMaximum = (values: readonly (number | null)[]): number | null =>
	values.filter(isKnown).reduce<number | null>((most, value) => Math.max(most ?? value, value), null);

/** 97.5 % quantile of the normal distribution: both tails of a 95 % interval. */
const Z = 1.959963984540054;

/**
 * 95 % score interval of a proportion, both ends in [0, 1]; null without trials. It keeps its level near 0 and 1 and
 * with few trials, where the usual p +- z s does not. Source: E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", Journal of the American Statistical Association 22 (1927), 209-212.
 */
export function computeWilson(successes: number, trials: number): {readonly low: number; readonly high: number} | null {
	if (trials === 0) return null;
	const share = successes / trials;
	const centre = share + Z ** 2 / (2 * trials);
	const half = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
	const scale = 1 + Z ** 2 / trials;
	return {low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale)};
}

const isKnown = (value: number | null): value is number => value !== null;
