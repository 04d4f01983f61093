type Vit = {
	readonly depth: number;
	readonly dim: number;
	readonly mlpDim: number;
	readonly patchSize: number;
	/** Already a multiple of the patch. */
	readonly shape: readonly [channels: number, height: number, width: number];
};

/**
 * Additions and multiplications for one sample: the matrix products of a vision transformer (A. Dosovitskiy and others,
 * "An image is worth 16x16 words", 2021, with the layers of A. Vaswani and others, "Attention is all you need", 2017),
 * two for each weight and token, and for attention two for each pair of tokens, twice. Norms and sums are left out.
 */
export function countVitOperations({depth, dim, mlpDim, patchSize, shape: [channels, height, width]}: Vit): number {
	if (depth === 0) return 0;
	const patches = (height / patchSize) * (width / patchSize);
	const tokens = patches + 1;
	const layer = 2 * tokens * (4 * dim * dim + 2 * dim * mlpDim) + 4 * tokens * tokens * dim;
	return depth * layer + 2 * patches * channels * patchSize * patchSize * dim;
}
