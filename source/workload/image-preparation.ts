/** Channels, height and width of one image. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** The shape that the model sees: sides rounded up to whole patches. */
export function fitToPatch([channels, height, width]: ImageShape, patchSize: number): ImageShape {
	return [channels, Math.ceil(height / patchSize) * patchSize, Math.ceil(width / patchSize) * patchSize];
}

export const countValues = ([channels, height, width]: ImageShape): number => channels * height * width;

/** Resizes `count` images bilinearly with half-pixel centres, as PyTorch does without aligned corners. */
export function resizeImages(
	source: Float32Array,
	count: number,
	from: ImageShape,
	to: ImageShape,
	target: Float32Array,
): Float32Array {
	const [channels, height, width] = from;
	const [, newHeight, newWidth] = to;
	const rows = listNeighbours(height, newHeight);
	const columns = listNeighbours(width, newWidth);
	for (let plane = 0; plane < count * channels; plane++) {
		const sourceAt = plane * height * width;
		let at = plane * newHeight * newWidth;
		for (const row of rows) {
			const [upper, lower] = [sourceAt + row.before * width, sourceAt + row.after * width];
			for (const {before, after, share} of columns) {
				const top = mix(source[upper + before], source[upper + after], share);
				target[at++] = mix(top, mix(source[lower + before], source[lower + after], share), row.share);
			}
		}
	}
	return target;
}

/** (x - 0.5) / 0.5 in place. */
export function normaliseImages(values: Float32Array, length: number): void {
	for (let index = 0; index < length; index++) values[index] = Math.fround((values[index] ?? 0) - 0.5) / 0.5;
}

type Neighbours = {readonly before: number; readonly after: number; readonly share: number};

function listNeighbours(from: number, to: number): readonly Neighbours[] {
	return Array.from({length: to}, (_, index) => {
		const position = Math.max(0, ((index + 0.5) * from) / to - 0.5);
		const before = Math.min(Math.floor(position), from - 1);
		return {before, after: Math.min(before + 1, from - 1), share: position - before};
	});
}

const mix = (from = 0, to = 0, share: number): number => from + (to - from) * share;
