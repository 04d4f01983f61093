/**
 * p-values adjusted for a family of `size`, in their own order; what has no p yet counts as not rejected. S. Holm, "A
 * simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979), 65-70.
 */
export function adjustHolm(ps: readonly (number | null)[], size: number): readonly (number | null)[] {
	const order = [...ps.keys()].filter((index) => ps[index] !== null).toSorted((a, b) => Number(ps[a]) - Number(ps[b]));
	const adjusted: (number | null)[] = ps.map(() => null);
	let most = 0;
	for (const [rank, index] of order.entries()) {
		most = Math.max(most, Math.min(1, Number(ps[index]) * (size - rank)));
		adjusted[index] = most;
	}
	return adjusted;
}
