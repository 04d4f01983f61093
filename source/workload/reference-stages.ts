import {fillFromTile, makeRamp, makeTile} from './deterministic-values.ts';
import {countValues, fitToPatch, type ImageShape, normaliseImages, resizeImages} from './image-preparation.ts';
import type {ReferenceSettings} from './reference-settings.ts';
import {createVit, type Vit} from './vit-reference.ts';

export type BatchRun = {
	readonly rows: number;
	/** From before the copy in to after the copy out. */
	readonly latencyMs: number;
	readonly h2dBytes: number;
	readonly d2hBytes: number;
};

export type Stages = {
	readonly pool: Float32Array;
	readonly tile: Float32Array;
	/** Batches that the pool holds; batch i lies in slot i % slots. */
	readonly slots: number;
	readonly imageShape: ImageShape;
	readonly vit: Vit | null;
	/** Length of one sample's output. */
	readonly outputValues: number;
	/** Takes one batch from the pool through all stages; its output lands in `target`. */
	readonly runBatch: (index: number, rows: number, target: Float32Array) => BatchRun;
};

/** Allocates and touches everything, so that nothing is left to do inside the measurement. */
export function createStages(settings: ReferenceSettings): Stages {
	const {shape, batchSize, vit: sizes, preprocessing} = settings;
	const tile = makeTile(settings.seed);
	const pool = fillPool(settings, tile);
	const imageShape = sizes.depth > 0 ? fitToPatch(shape, sizes.patchSize) : shape;
	const vit = sizes.depth > 0 ? createVit(sizes, imageShape, batchSize, tile) : null;
	const [rawValues, imageValues] = [countValues(shape), countValues(imageShape)];
	const outputValues = vit ? vit.tokens * vit.dim : imageValues;
	const slots = Math.floor(pool.length / (batchSize * rawValues));
	const hostPrepares = preprocessing === 'cpu' || (preprocessing === 'none' && imageValues !== rawValues);
	const staging = new Float32Array(batchSize * imageValues);
	const device = new Float32Array(batchSize * Math.max(rawValues, imageValues));

	const prepare = (raw: Float32Array, rows: number): Float32Array => {
		const prepared = staging.subarray(0, rows * imageValues);
		if (imageValues === rawValues) prepared.set(raw);
		else resizeImages(raw, rows, shape, imageShape, prepared);
		if (preprocessing !== 'none') normaliseImages(prepared, prepared.length);
		return prepared;
	};

	const runBatch = (index: number, rows: number, target: Float32Array): BatchRun => {
		const from = (index % slots) * batchSize * rawValues;
		const raw = pool.subarray(from, from + rows * rawValues);
		const source = hostPrepares ? prepare(raw, rows) : raw;
		const startedMs = performance.now();
		device.set(source);
		const arrived = device.subarray(0, source.length);
		const input = preprocessing === 'gpu' ? prepare(arrived, rows) : arrived;
		const output = vit ? vit.forward(input, rows) : input;
		target.set(output);
		return {rows, latencyMs: performance.now() - startedMs, h2dBytes: source.byteLength, d2hBytes: output.byteLength};
	};
	return {pool, tile, slots, imageShape, vit, outputValues, runBatch};
}

function fillPool({poolMiB, fillPattern}: ReferenceSettings, tile: Float32Array): Float32Array {
	const pool = new Float32Array((poolMiB * 2 ** 20) / Float32Array.BYTES_PER_ELEMENT);
	if (fillPattern === 'zeros') return pool.fill(0);
	return fillFromTile(pool, fillPattern === 'random' ? tile : makeRamp(), {which: 0});
}
