/** Arithmetic mean; null without values. */
export function computeMean(values: readonly number[]): number | null {
	if (values.length === 0) return null;
	return values.reduce((sum, value) => sum + value, 0) / values.length;
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

/** Largest of the values that are known; null when none is. */
export const findMaximum = (values: readonly (number | null)[]): number | null =>
	values.filter(isKnown).reduce<number | null>((most, value) => Math.max(most ?? value, value), null);

const isKnown = (value: number | null): value is number => value !== null;
