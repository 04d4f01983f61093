/** Ranks from 1 in the order of the values themselves; equal ones share the mean of their ranks. */
export function rank(values: readonly number[]): readonly number[] {
	const order = [...values.keys()].toSorted((a, b) => Number(values[a]) - Number(values[b]));
	const ranks = values.map(() => 0);
	for (let from = 0; from < order.length; ) {
		let to = from;
		while (to + 1 < order.length && values[Number(order[to + 1])] === values[Number(order[from])]) to++;
		for (let place = from; place <= to; place++) ranks[Number(order[place])] = (from + to) / 2 + 1;
		from = to + 1;
	}
	return ranks;
}

/** How many values share each rank that is shared. */
export function countTies(values: readonly number[]): readonly number[] {
	const counts = new Map<number, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts.values()].filter((count) => count > 1);
}
