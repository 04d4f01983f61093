import type {JsonObject} from './json.ts';

/** 16 KiB of facts, record and logs an experiment and 20 bytes a batch, as runs of the bundled workload left behind. */
export function estimateDiskBytes({params}: {readonly params: JsonObject}): number {
	const batches = Number(params.num_samples ?? 0) / Math.max(1, Number(params.batch_size ?? 1));
	return 16 * 1024 + (Number.isFinite(batches) ? batches * 20 : 0);
}
