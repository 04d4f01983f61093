/** Prime, so that rows of no usual width line up with the tile. */
export const TILE_LENGTH = 1_048_573;

/** Numbers in [-1, 1) from a 32-bit hash of position and seed; vit_pipeline.py makes the same ones. */
export function makeTile(seed: number): Float32Array {
	const tile = new Float32Array(TILE_LENGTH);
	const start = Math.imul(seed, 0x9e3779b9);
	for (let index = 0; index < TILE_LENGTH; index++) tile[index] = (hash(index + start) >>> 8) / 2 ** 23 - 1;
	return tile;
}

/** Numbers that rise from 0 towards 1 and start again. */
export function makeRamp(): Float32Array {
	return Float32Array.from({length: TILE_LENGTH}, (_, index) => index / TILE_LENGTH);
}

type Filling = {
	/** Number of the tensor: each starts at an offset of its own. */
	readonly which: number;
	readonly scale?: number;
	readonly base?: number;
};

/** Fills the target with `base + scale * tile`, rounded to single precision after each step as PyTorch does. */
export function fillFromTile(
	target: Float32Array,
	tile: Float32Array,
	{which, scale = 1, base = 0}: Filling,
): Float32Array {
	const rolled = rollTile(tile, (which * 611_953) % TILE_LENGTH);
	if (scale !== 1 || base !== 0) scaleInPlace(rolled, Math.fround(scale), base);
	for (let start = 0; start < target.length; start += TILE_LENGTH) {
		target.set(rolled.subarray(0, Math.min(TILE_LENGTH, target.length - start)), start);
	}
	return target;
}

/** Mean of output x tile: changes with order and sign. Null when it is not finite. */
export function measureChecksum(output: Float32Array, tile: Float32Array): number | null {
	let sum = 0;
	for (let index = 0; index < output.length; index++) sum += (output[index] ?? 0) * (tile[index % TILE_LENGTH] ?? 0);
	const mean = sum / output.length;
	return Number.isFinite(mean) ? mean : null;
}

function hash(value: number): number {
	let mixed = value | 0;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
	mixed = Math.imul(mixed ^ (mixed >>> 15), 0x45d9f3b5);
	return mixed ^ (mixed >>> 16);
}

function rollTile(tile: Float32Array, offset: number): Float32Array {
	const rolled = new Float32Array(TILE_LENGTH);
	rolled.set(tile.subarray(offset));
	rolled.set(tile.subarray(0, offset), TILE_LENGTH - offset);
	return rolled;
}

function scaleInPlace(values: Float32Array, scale: number, base: number): void {
	for (let index = 0; index < values.length; index++) values[index] = Math.fround((values[index] ?? 0) * scale) + base;
}
