/**
 * At most `width` values: neighbours share a bucket, which keeps their maximum, because an average would hide the
 * slow batch that one looks for. What is not finite counts as missing; a bucket without a value is null.
 */
export function bucket(values: readonly number[], width: number): readonly (number | null)[] {
	const known = bucketed.get(values);
	if (known?.width === width) return known.buckets;
	const buckets = gather(values, Math.max(0, Math.min(Math.floor(width), values.length)));
	bucketed.set(values, {width, buckets});
	return buckets;
}

/** Of lists that never change: a frame draws sixteen of 2000 values, and mostly the same as the frame before. */
const bucketed = new WeakMap<
	readonly number[],
	{readonly width: number; readonly buckets: readonly (number | null)[]}
>();

function gather(values: readonly number[], count: number): readonly (number | null)[] {
	const size = values.length / Math.max(1, count);
	return Array.from({length: count}, (_, index) =>
		highest(values, Math.floor(index * size), Math.floor((index + 1) * size)),
	);
}

function highest(values: readonly number[], from: number, to: number): number | null {
	let high: number | null = null;
	for (let index = from; index < to; index++) {
		const value = values[index];
		if (value !== undefined && Number.isFinite(value) && (high === null || value > high)) high = value;
	}
	return high;
}
