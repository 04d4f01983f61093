import type {Experiment} from '../domain/experiment.ts';
import {type JsonObject, readNumber} from '../domain/json.ts';
import type {Gpu} from '../domain/topology.ts';
import {fitMemory, predictLargest} from './memory-fit.ts';

/** What a record of an earlier run says of a GPU's memory. */
export type MemoryRecord = {
	/** As in `warpdeck summary RUN`. */
	readonly run: string;
	readonly gpuName: string | null;
	readonly params: JsonObject;
	readonly axes: JsonObject;
	/** null: it ran out of memory. */
	readonly mib: number | null;
};

type Planned = Pick<Experiment, 'params' | 'axes' | 'model' | 'gpuId' | 'device'>;

export type MemoryAdvice = {
	readonly model: string;
	readonly batchSize: number | null;
	/** Of one kind, as they are named. */
	readonly gpus: readonly string[];
	readonly gpuName: string;
	readonly haveMiB: number | null;
	/** unknown: nothing that was measured says so or otherwise. */
	readonly verdict: 'fits' | 'does not fit' | 'unknown';
	/** With just these settings. */
	readonly measured: {readonly mib: number; readonly on: string | null; readonly run: string} | null;
	/** With these settings but for the batch, on a GPU of this name. */
	readonly largest: {readonly batchSize: number; readonly run: string} | null;
	readonly tooMuch: {readonly batchSize: number; readonly run: string} | null;
	/** From a straight line through at least three batches: derived, and nothing that was measured. */
	readonly derived: number | null;
};

/** What has no part in the memory of the GPU, or little. */
const IDLE = new Set([
	'batch_size',
	'num_samples',
	'warmup_samples',
	'memory_size_mb',
	'min_window_s',
	'measure_floors',
	'timeout_s',
]);

const identify = ({params, axes}: Pick<MemoryRecord, 'params' | 'axes'>): string =>
	`${describeValues(params)} ${describeValues(axes)}`;

/** All cells of a model share their settings, and a plan may have 100 000 of them. */
const described = new WeakMap<JsonObject, string>();

function describeValues(values: JsonObject): string {
	const known = described.get(values);
	if (known !== undefined) return known;
	const entries = Object.entries(values).filter(([key]) => !IDLE.has(key));
	const text = JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
	described.set(values, text);
	return text;
}

const readBatch = ({params, axes}: Pick<MemoryRecord, 'params' | 'axes'>): number | null =>
	readNumber(params.batch_size ?? axes.batch_size);

/** For each model, batch and kind of GPU that is planned: what the records say, the newest first among them. */
export function adviseGpuMemory(
	experiments: readonly Planned[],
	gpus: readonly Gpu[],
	records: readonly MemoryRecord[],
): readonly MemoryAdvice[] {
	const onGpu = experiments.filter(({device, gpuId}) => device === 'cuda' && gpuId !== null);
	const known = Map.groupBy(records, identify);
	const groups = Map.groupBy(onGpu, (one) => {
		const gpu = gpus.find(({index}) => index === one.gpuId);
		return JSON.stringify([identify(one), readBatch(one), gpu?.name, gpu?.memoryTotalMiB]);
	});
	return [...groups.values()].flatMap((own): readonly MemoryAdvice[] => {
		const [first] = own;
		const gpu = gpus.find(({index}) => index === first?.gpuId);
		if (!first || !gpu) return [];
		const ids = [...new Set(own.map(({gpuId}) => `GPU ${gpuId}`))];
		return [{...judge(first, gpu, known.get(identify(first)) ?? []), gpus: ids}];
	});
}

function judge(planned: Planned, {name, memoryTotalMiB: haveMiB}: Gpu, records: readonly MemoryRecord[]) {
	const batchSize = readBatch(planned);
	const here = records.filter(({gpuName}) => gpuName === name);
	const exact = [...here, ...records].filter((record) => readBatch(record) === batchSize);
	const measured = exact.find(({mib}) => mib !== null);
	const told = here.flatMap((record) => {
		const own = readBatch(record);
		return own === null ? [] : [{batchSize: own, run: record.run, mib: record.mib}];
	});
	const largest = told.filter(({mib}) => mib !== null).reduce(pickMore, null);
	const tooMuch = told.filter(({mib}) => mib === null).reduce(pickLess, null);
	const common = {
		...{model: planned.model ?? 'no model', batchSize, gpuName: name, haveMiB},
		measured: measured?.mib == null ? null : {mib: measured.mib, on: measured.gpuName, run: measured.run},
		largest: largest && {batchSize: largest.batchSize, run: largest.run},
		tooMuch: tooMuch && {batchSize: tooMuch.batchSize, run: tooMuch.run},
	};
	// The newest of the same settings on a GPU of this name decides.
	const latest = here.find((record) => readBatch(record) === batchSize);
	// What a batch takes hardly depends on the GPU, so others help where this one was not measured enough.
	const fit = fitBatches(here) ?? fitBatches(records);
	return {
		...common,
		verdict: decide(common, latest),
		derived: fit && haveMiB !== null ? predictLargest(fit, haveMiB) : null,
	};
}

function fitBatches(records: readonly MemoryRecord[]): ReturnType<typeof fitMemory> {
	const most = new Map<number, number>();
	for (const record of records) {
		const batchSize = readBatch(record);
		if (batchSize !== null && record.mib !== null) most.set(batchSize, Math.max(record.mib, most.get(batchSize) ?? 0));
	}
	return fitMemory([...most]);
}

type Tried = {readonly batchSize: number; readonly run: string; readonly mib: number | null};

const pickMore = (best: Tried | null, one: Tried): Tried => (best && best.batchSize >= one.batchSize ? best : one);
const pickLess = (best: Tried | null, one: Tried): Tried => (best && best.batchSize <= one.batchSize ? best : one);

type Common = Pick<MemoryAdvice, 'batchSize' | 'haveMiB' | 'measured' | 'largest' | 'tooMuch'>;

function decide(
	{batchSize, haveMiB, measured, largest, tooMuch}: Common,
	latest: MemoryRecord | undefined,
): MemoryAdvice['verdict'] {
	if (latest) return latest.mib === null ? 'does not fit' : 'fits';
	if (batchSize !== null && largest && largest.batchSize >= batchSize) return 'fits';
	if (batchSize !== null && tooMuch && tooMuch.batchSize <= batchSize) return 'does not fit';
	if (measured === null || haveMiB === null) return 'unknown';
	return measured.mib <= haveMiB ? 'fits' : 'does not fit';
}
