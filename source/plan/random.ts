export {createRandom} from '../domain/random.ts';

/** A new array in an order drawn from `random` (Fisher-Yates); the input stays as it is. */
export function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
	const shuffled = [...items];
	for (let last = shuffled.length - 1; last > 0; last--) {
		const chosen = Math.floor(random() * (last + 1));
		const [moved] = shuffled.splice(chosen, 1, shuffled[last] as Item);
		shuffled[last] = moved as Item;
	}
	return shuffled;
}

/** A seed of its own for each label, so that two shuffled axes of one run do not move in step (32-bit FNV-1a). */
export function deriveSeed(seed: number, label: string): number {
	let hash = (0x811c9dc5 ^ seed) >>> 0;
	for (const character of label) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
	return hash;
}
