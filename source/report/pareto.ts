/** What is better of a number: more (throughput) or less (latency, memory). */
type Aim = 'most' | 'least';

/**
 * Items that no other one beats: as good in every aim and better in one. Equal ones stay together, the order is theirs; an
 * item without one of the numbers is on no front. V. Pareto, "Manuale di economia politica" (1906).
 */
export function findFront<T>(
	items: readonly T[],
	read: (item: T) => readonly (number | null)[],
	aims: readonly Aim[],
): readonly T[] {
	const known = items.flatMap((item) => {
		const costs = read(item).map((value, index) => (aims[index] === 'most' && value !== null ? -value : value));
		return costs.length === aims.length && costs.every(isNumber) ? [{item, costs}] : [];
	});
	return known.filter(({costs}) => !known.some((other) => beats(other.costs, costs))).map(({item}) => item);
}

const isNumber = (value: number | null): value is number => value !== null && !Number.isNaN(value);

const beats = (a: readonly number[], b: readonly number[]): boolean =>
	a.every((value, index) => value <= Number(b[index])) && a.some((value, index) => value < Number(b[index]));
