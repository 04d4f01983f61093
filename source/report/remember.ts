/**
 * Computes a value once for each object: a screen asks for a night's 10 000 with every fact, of which one changed. Only for
 * what follows from the object alone, which never changes itself.
 */
export function rememberFor<K extends object, V>(make: (key: K) => V): (key: K) => V {
	const known = new WeakMap<K, {readonly value: V}>();
	return (key) => {
		const found = known.get(key);
		if (found) return found.value;
		const value = make(key);
		known.set(key, {value});
		return value;
	};
}

/**
 * Makes a value of a list, and makes it again only when another list comes for the same key: lists are gathered anew with
 * every fact, and mostly hold what they held before.
 */
export function rememberList<K extends object, T, V>(make: (key: K, items: readonly T[]) => V) {
	const latest = new WeakMap<K, {readonly items: readonly T[]; readonly value: V}>();
	return (key: K, items: readonly T[]): V => {
		const found = latest.get(key);
		if (found && isSameList(found.items, items)) return found.value;
		const value = make(key, items);
		latest.set(key, {items, value});
		return value;
	};
}

export function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
	if (a.length !== b.length) return false;
	for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
	return true;
}
