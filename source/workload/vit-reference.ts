import {fillFromTile} from './deterministic-values.ts';
import {addInPlace, applyGelu, type Linear, type Matrix, multiply, normaliseRows} from './float32-kernels.ts';
import {countValues, type ImageShape} from './image-preparation.ts';
import {attend} from './vit-attention.ts';

export type VitSizes = {
	readonly patchSize: number;
	readonly depth: number;
	readonly heads: number;
	readonly dim: number;
	readonly mlpDim: number;
};

export type Vit = VitSizes & {
	/** Patches and the class token. */
	readonly tokens: number;
	/** Images [count, channels, height, width] to tokens [count, tokens, dim]; the array is overwritten by the next call. */
	readonly forward: (images: Float32Array, count: number) => Float32Array;
};

type Block = {
	readonly norm1: Linear;
	readonly qkv: Linear;
	readonly project: Linear;
	readonly norm2: Linear;
	readonly widen: Linear;
	readonly narrow: Linear;
};

/** Builds the model of vit_pipeline.py with the same weights, in the order of its named_parameters(). */
export function createVit(sizes: VitSizes, image: ImageShape, batchSize: number, tile: Float32Array): Vit {
	const {patchSize, depth, heads, dim, mlpDim} = sizes;
	const patches = (image[1] / patchSize) * (image[2] / patchSize);
	const tokens = patches + 1;
	const draw = createDrawer(tile);
	const classToken = draw.plain(dim);
	const positions = draw.plain(tokens * dim);
	const embed = draw.linear(image[0] * patchSize ** 2, dim);
	const blocks = Array.from({length: depth}, (): Block => drawBlock(draw, dim, mlpDim));
	const finalNorm = draw.norm(dim);
	const scratch = createScratch(batchSize * tokens, dim, mlpDim, batchSize * countValues(image));

	const forward = (images: Float32Array, count: number): Float32Array => {
		const cut = {
			values: cutPatches(images, count, image, patchSize, scratch.patches),
			rows: count * patches,
			columns: embed.weight.length / dim,
		};
		const embedded = multiply(cut, embed, scratch.mixed);
		placeTokens(embedded, classToken, positions, count, scratch.stream);
		const shape = {rows: count * tokens, columns: dim};
		for (const block of blocks) runBlock(block, {values: scratch.stream, ...shape}, {count, tokens, heads}, scratch);
		return normaliseRows({values: scratch.stream, ...shape}, finalNorm, scratch.output).subarray(0, shape.rows * dim);
	};
	return {...sizes, tokens, forward};
}

type Scratch = ReturnType<typeof createScratch>;

function createScratch(rows: number, dim: number, mlpDim: number, patchValues: number) {
	const make = (columns: number) => new Float32Array(rows * columns);
	return {
		patches: new Float32Array(patchValues),
		stream: make(dim),
		normed: make(dim),
		qkv: make(3 * dim),
		mixed: make(dim),
		wide: make(mlpDim),
		output: make(dim),
	};
}

type Batch = {readonly count: number; readonly tokens: number; readonly heads: number};

function runBlock(block: Block, stream: Matrix, batch: Batch, scratch: Scratch): void {
	const {rows, columns: dim} = stream;
	const normed = {...stream, values: normaliseRows(stream, block.norm1, scratch.normed)};
	attend(multiply(normed, block.qkv, scratch.qkv), {...batch, dim}, scratch.mixed);
	addInPlace(stream.values, multiply({...stream, values: scratch.mixed}, block.project, scratch.normed), rows * dim);
	normaliseRows(stream, block.norm2, scratch.normed);
	const wide = {values: multiply(normed, block.widen, scratch.wide), rows, columns: block.widen.bias.length};
	applyGelu(wide.values, rows * wide.columns);
	addInPlace(stream.values, multiply(wide, block.narrow, scratch.mixed), rows * dim);
}

/** Reorders images into rows of one patch each: channel, then row, then column inside the patch. */
function cutPatches(
	images: Float32Array,
	count: number,
	[channels, height, width]: ImageShape,
	side: number,
	target: Float32Array,
): Float32Array {
	let at = 0;
	for (let image = 0; image < count; image++) {
		for (let top = 0; top < height; top += side) {
			for (let left = 0; left < width; left += side) {
				for (let channel = 0; channel < channels; channel++) {
					for (let row = 0; row < side; row++, at += side) {
						const from = ((image * channels + channel) * height + top + row) * width + left;
						target.set(images.subarray(from, from + side), at);
					}
				}
			}
		}
	}
	return target;
}

function placeTokens(
	embedded: Float32Array,
	classToken: Float32Array,
	positions: Float32Array,
	count: number,
	target: Float32Array,
): void {
	const perImage = positions.length;
	const dim = classToken.length;
	for (let image = 0; image < count; image++) {
		const tokens = target.subarray(image * perImage, (image + 1) * perImage);
		tokens.set(classToken);
		tokens.set(embedded.subarray(image * (perImage - dim), (image + 1) * (perImage - dim)), dim);
		addInPlace(tokens, positions);
	}
}

type Drawer = ReturnType<typeof createDrawer>;

function createDrawer(tile: Float32Array) {
	let which = 0;
	const draw = (length: number, scale: number, base = 0) => {
		which++;
		return fillFromTile(new Float32Array(length), tile, {which, scale, base});
	};
	return {
		plain: (length: number) => draw(length, 1),
		linear: (inputs: number, outputs: number): Linear => ({
			weight: draw(inputs * outputs, inputs ** -0.5),
			bias: draw(outputs, 0.1),
		}),
		norm: (length: number): Linear => ({weight: draw(length, 0.1, 1), bias: draw(length, 0.1)}),
	};
}

const drawBlock = (draw: Drawer, dim: number, mlpDim: number): Block => ({
	norm1: draw.norm(dim),
	qkv: draw.linear(dim, 3 * dim),
	project: draw.linear(dim, dim),
	norm2: draw.norm(dim),
	widen: draw.linear(dim, mlpDim),
	narrow: draw.linear(mlpDim, dim),
});
