/** How many values are in [from, to); the last bin of a histogram holds its `to` as well. */
export type Bin = {readonly from: number; readonly to: number; readonly count: number};

/** At most `bins` bins of equal width from the lowest to the highest value; one where all are equal, none without values. */
export function binValues(values: readonly number[], bins: number): readonly Bin[] {
	const known = values.filter(Number.isFinite);
	const from = known.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
	const to = known.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
	if (known.length === 0 || bins < 1) return [];
	if (from === to) return [{from, to, count: known.length}];
	const width = (to - from) / bins;
	const counts = new Array<number>(bins).fill(0);
	for (const value of known) {
		const index = Math.min(bins - 1, Math.floor((value - from) / width));
		counts[index] = (counts[index] ?? 0) + 1;
	}
	return counts.map((count, index) => ({
		from: from + index * width,
		to: index === bins - 1 ? to : from + (index + 1) * width,
		count,
	}));
}
