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
