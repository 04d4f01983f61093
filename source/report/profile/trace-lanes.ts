/** More than this beside each other is drawn one over the other. */
const MOST_LANES = 32;

/**
 * Viewers draw a row of slices that follow or hold each other, and lose what only overlaps. Gives the number of the row, from
 * 0, in which a slice may stand; each row is asked for in any order.
 */
export function createLanes(): (row: string, start: number, end: number) => number {
	const lastEnds = new Map<string, number[]>();
	return (row, start, end) => {
		const ends = lastEnds.get(row) ?? [];
		lastEnds.set(row, ends);
		const free = ends.findIndex((last) => last <= start);
		const lane = free >= 0 ? free : Math.min(ends.length, MOST_LANES - 1);
		ends[lane] = Math.max(end, ends[lane] ?? end);
		return lane;
	};
}

/** The same for slices that may hold each other; they must come by their beginnings, the longer first. */
export function createNestedLanes(): (row: string, start: number, end: number) => number {
	const open = new Map<string, number[][]>();
	return (row, start, end) => {
		const lanes = open.get(row) ?? [];
		open.set(row, lanes);
		for (const lane of lanes) while ((lane.at(-1) ?? Number.POSITIVE_INFINITY) <= start) lane.pop();
		const holding = lanes.findIndex((lane) => (lane.at(-1) ?? Number.POSITIVE_INFINITY) >= end);
		const chosen = holding >= 0 ? holding : Math.min(lanes.length, MOST_LANES - 1);
		const lane = lanes[chosen] ?? [];
		lanes[chosen] = lane;
		lane.push(end);
		return chosen;
	};
}
