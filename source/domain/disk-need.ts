import type {JsonObject} from './json.ts';

/** The fastest pipeline in docs/performance.md finished 7 900 batches a second; nothing that is planned is much faster. */
const MOST_BATCHES_PER_S = 10_000;
/** The fastest copy to a GPU there: 89 000 samples a second of 602 112 bytes. */
const MOST_BYTES_PER_S = 54e9;

/**
 * 16 KiB of facts, record and logs an experiment and 20 bytes a batch, as runs of the bundled workload left behind. How
 * many passes a window has is known afterwards only, so they are taken to be as fast as any that was measured.
 */
export function estimateDiskBytes({params}: {readonly params: JsonObject}): number {
	const batchSize = Math.max(1, Number(params.batch_size ?? 1));
	const pass = Number(params.num_samples ?? 0) / batchSize;
	const windowS = Number(params.min_window_s ?? 0);
	const batches = pass + windowS * Math.min(MOST_BATCHES_PER_S, MOST_BYTES_PER_S / measureBatch(params, batchSize));
	return 16 * 1024 + (Number.isFinite(batches) ? batches * 20 : 0);
}

/** Bytes of a batch, 4 a value. */
function measureBatch({tensor_shape}: JsonObject, batchSize: number): number {
	const sides = Array.isArray(tensor_shape) ? tensor_shape.map(Number) : [];
	return batchSize * 4 * sides.reduce((product, side) => product * Math.max(1, side), 1);
}
