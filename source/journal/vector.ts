const CHUNK = 128;

/**
 * A list that is never changed: setting one element copies one chunk, so that a run of 10 000 experiments can keep
 * every earlier state without copying 10 000 entries an event.
 */
export type Vector<T> = {readonly length: number; readonly chunks: readonly (readonly T[])[]};

export function createVector<T>(items: readonly T[] = []): Vector<T> {
	return appendAll({length: 0, chunks: []}, items);
}

export function appendAll<T>(vector: Vector<T>, items: readonly T[]): Vector<T> {
	const last = vector.chunks.at(-1) ?? [];
	const open = last.length < CHUNK ? last : [];
	const kept = open === last ? vector.chunks.slice(0, -1) : vector.chunks;
	const tail = [...open, ...items];
	const added = Array.from({length: Math.ceil(tail.length / CHUNK)}, (_, index) =>
		tail.slice(index * CHUNK, (index + 1) * CHUNK),
	);
	return {length: vector.length + items.length, chunks: [...kept, ...added]};
}

export const getAt = <T>(vector: Vector<T>, index: number): T | undefined =>
	vector.chunks[Math.floor(index / CHUNK)]?.[index % CHUNK];

/** The same list with one element replaced; an index outside it changes nothing. */
export function setAt<T>(vector: Vector<T>, index: number, item: T): Vector<T> {
	const position = Math.floor(index / CHUNK);
	const chunk = vector.chunks[position];
	if (!chunk || index >= vector.length) return vector;
	const copied = chunk.slice();
	copied[index % CHUNK] = item;
	const chunks = vector.chunks.slice();
	chunks[position] = copied;
	return {length: vector.length, chunks};
}

export function* iterate<T>(vector: Vector<T>): Generator<T> {
	for (const chunk of vector.chunks) yield* chunk;
}
