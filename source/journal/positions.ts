/**
 * Where each experiment stands in the plan, by its id. A long plan comes in many facts; in layers each id is copied a few
 * times in all, instead of once for every later fact.
 */
export type Positions = readonly ReadonlyMap<string, number>[];

export function findPosition(positions: Positions, id: string): number | undefined {
	for (const layer of positions) {
		const position = layer.get(id);
		if (position !== undefined) return position;
	}
	return undefined;
}

/** In the order of the plan. */
export const listIds = (positions: Positions): readonly string[] => positions.flatMap((layer) => [...layer.keys()]);

/** The longest layers come first, and each is longer than all behind it, so that there are few. */
export function addPositions(positions: Positions, added: ReadonlyMap<string, number>): Positions {
	if (added.size === 0) return positions;
	let kept = positions.length;
	let behind = added.size;
	while (kept > 0 && sizeOf(positions[kept - 1]) <= behind) behind += sizeOf(positions[--kept]);
	if (kept === positions.length) return [...positions, added];
	return [...positions.slice(0, kept), new Map([...positions.slice(kept), added].flatMap((layer) => [...layer]))];
}

const sizeOf = (layer: ReadonlyMap<string, number> | undefined): number => layer?.size ?? 0;
