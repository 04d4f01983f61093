import type {Profiler} from './experiment.ts';
import type {JsonObject} from './json.ts';

/** The fastest pipeline in docs/performance.md finished 7 900 batches a second; nothing that is planned is much faster. */
const MOST_BATCHES_PER_S = 10_000;
/** The fastest copy to a GPU there: 89 000 samples a second of 602 112 bytes. */
const MOST_BYTES_PER_S = 54e9;

/**
 * 16 KiB of facts, record and logs an experiment and 20 bytes a batch, as runs of the bundled workload left behind. How
 * many passes a window has is known afterwards only, so they are taken to be as fast as any that was measured.
 */
export function estimateDiskBytes({params, profiler}: DiskUser): number {
	const batchSize = Math.max(1, Number(params.batch_size ?? 1));
	const pass = Number(params.num_samples ?? 0) / batchSize;
	const windowS = Number(params.min_window_s ?? 0);
	const batches = pass + windowS * Math.min(MOST_BATCHES_PER_S, MOST_BYTES_PER_S / measureBatch(params, batchSize));
	const own = 16 * 1024 + (Number.isFinite(batches) ? batches * 20 : 0);
	return own + estimateReportBytes(params, batches, profiler);
}

type DiskUser = {readonly params: JsonObject; readonly profiler?: Profiler};

/** A report and its database before anything is in them: names, devices, the start of the program. */
const EMPTY_REPORT_BYTES = 16 * 2 ** 20;
/** Of a kernel in report and database together, with the call that launched it, as recorded captures have it. */
const KERNEL_BYTES = 600;
/** Of a row of ncu's for one kernel. */
const ROW_BYTES = 2000;
/** Kernels that a program launches in a second, one by one; docs/performance.md. */
const MOST_KERNELS_PER_S = 300_000;

/** The pipeline launches ten kernels a block of the model and some around them; warm-up and start are in the report too. */
function estimateReportBytes(params: JsonObject, batches: number, profiler: Profiler | undefined): number {
	if (profiler === undefined) return 0;
	const each = 12 + 10 * Number(params.depth ?? 0);
	const warmUp = Number(params.warmup_samples ?? 0) / Math.max(1, Number(params.batch_size ?? 1));
	const pass = Number(params.num_samples ?? 0) / Math.max(1, Number(params.batch_size ?? 1));
	const launched = (pass + warmUp) * each + Number(params.min_window_s ?? 0) * MOST_KERNELS_PER_S;
	const kernels = Math.min((batches + warmUp) * each, launched);
	if (!Number.isFinite(kernels)) return EMPTY_REPORT_BYTES;
	return profiler === 'ncu' ? 2 ** 16 + kernels * ROW_BYTES : EMPTY_REPORT_BYTES + kernels * KERNEL_BYTES;
}

/** Bytes of a batch, 4 a value. */
function measureBatch({tensor_shape}: JsonObject, batchSize: number): number {
	const sides = Array.isArray(tensor_shape) ? tensor_shape.map(Number) : [];
	return batchSize * 4 * sides.reduce((product, side) => product * Math.max(1, side), 1);
}
