import type {GlobalId} from './capture.ts';
import {D2H_CLASS, H2D_CLASS, KERNEL_CLASS} from './operations.ts';
import type {Stage} from './range-name.ts';
import type {PlacedRange} from './ranges.ts';
import type {ClassWork, Work} from './section-work.ts';
import {measureSpread, type Spread} from './tally.ts';

/** One batch on the GPU, in nanoseconds; null where it has no such part. */
type Batch = {
	readonly group: string;
	readonly number: number;
	/** When its first operation began, since the capture began. */
	readonly startNs: number;
	/** First beginning to last end of what each stage launched. */
	readonly h2dNs: number | null;
	readonly computeNs: number | null;
	readonly d2hNs: number | null;
	/** Sum of its kernels, which is less than `computeNs` when the GPU waits for launches. */
	readonly kernelNs: number | null;
	/** From the first byte to the device to the last byte back. */
	readonly latencyNs: number | null;
};

export type BatchFigures = {
	readonly count: number;
	readonly h2d: Spread | null;
	readonly compute: Spread | null;
	readonly kernels: Spread | null;
	readonly d2h: Spread | null;
	readonly latency: Spread | null;
	/** Between the beginnings of two batches that follow each other. */
	readonly period: Spread | null;
	/** Batches / time from the first beginning to the last one; null with fewer than two. */
	readonly batchesPerS: number | null;
	/** The first ones, in the order of their beginnings. */
	readonly listed: readonly Batch[];
};

const LISTED = 1000;

type Batches = {
	readonly add: (range: PlacedRange, work: Work) => void;
	/** null where no range is a batch's. */
	readonly close: () => BatchFigures | null;
};

type Part = Stage | 'whole';
type Span = {readonly firstNs: number; readonly lastNs: number};

type OpenBatch = {
	readonly group: string;
	readonly number: number;
	readonly spans: {[part in Part]?: Span};
	/** Of a whole batch, by the kinds of its operations. */
	byClass: Work['byClass'];
	kernelNs: number | null;
};

/** Batches of one number, and how many of them have each part already. */
type Passes = {readonly batches: OpenBatch[]; readonly seen: {[part in Part]: number}};

export function createBatches(): Batches {
	const passesOf = new Map<string, Map<GlobalId, Map<number, Passes>>>();
	const all: OpenBatch[] = [];
	return {
		add: ({name: {group, stage}, number, thread}, work) => {
			if (group === null || number === null) return;
			const passes = findPasses(passesOf, group, thread, number);
			const part = stage ?? 'whole';
			// A number comes again in every pass over the samples: the n-th h2d of it belongs to its n-th compute.
			let batch = passes.batches[passes.seen[part]++];
			if (!batch) {
				batch = {group, number, spans: {}, byClass: [], kernelNs: null};
				passes.batches.push(batch);
				all.push(batch);
			}
			batch.spans[part] = {firstNs: work.firstNs, lastNs: work.lastNs};
			if (part === 'whole') batch.byClass = work.byClass;
			if (part === 'compute' || (part === 'whole' && batch.kernelNs === null))
				batch.kernelNs = work.byClass[KERNEL_CLASS]?.busyNs ?? null;
		},
		close: () => describe(all.map(closeBatch).sort((left, right) => left.startNs - right.startNs)),
	};
}

function findPasses(
	all: Map<string, Map<GlobalId, Map<number, Passes>>>,
	group: string,
	thread: GlobalId,
	number: number,
): Passes {
	const threads = all.get(group) ?? new Map<GlobalId, Map<number, Passes>>();
	const numbers = threads.get(thread) ?? new Map<number, Passes>();
	const found = numbers.get(number) ?? {batches: [], seen: {whole: 0, h2d: 0, compute: 0, d2h: 0}};
	all.set(group, threads);
	threads.set(thread, numbers);
	numbers.set(number, found);
	return found;
}

/** By the ranges of its stages, or where it has none by the kinds of its operations. */
function closeBatch({group, number, spans, byClass, kernelNs}: OpenBatch): Batch {
	const hasStages = Object.keys(spans).some((part) => part !== 'whole');
	const read = (stage: Stage, timelineClass: number): Span | ClassWork | undefined =>
		hasStages ? spans[stage] : (byClass[timelineClass] ?? undefined);
	const [h2d, compute, d2h] = [read('h2d', H2D_CLASS), read('compute', KERNEL_CLASS), read('d2h', D2H_CLASS)];
	return {
		group,
		number,
		startNs: h2d?.firstNs ?? Object.values(spans).reduce((least, {firstNs}) => Math.min(least, firstNs), Infinity),
		h2dNs: measureSpan(h2d),
		computeNs: measureSpan(compute),
		d2hNs: measureSpan(d2h),
		kernelNs,
		latencyNs: h2d && d2h ? d2h.lastNs - h2d.firstNs : null,
	};
}

const measureSpan = (span: Span | undefined): number | null => (span ? span.lastNs - span.firstNs : null);

function describe(batches: readonly Batch[]): BatchFigures | null {
	if (batches.length === 0) return null;
	const spread = (read: (batch: Batch) => number | null) =>
		measureSpread(batches.map(read).filter((value) => value !== null));
	const periods = batches.slice(1).map(({startNs}, index) => startNs - (batches[index]?.startNs ?? startNs));
	const wholeNs = periods.reduce((sum, period) => sum + period, 0);
	return {
		count: batches.length,
		h2d: spread(({h2dNs}) => h2dNs),
		compute: spread(({computeNs}) => computeNs),
		kernels: spread(({kernelNs}) => kernelNs),
		d2h: spread(({d2hNs}) => d2hNs),
		latency: spread(({latencyNs}) => latencyNs),
		period: measureSpread(periods),
		batchesPerS: wholeNs > 0 ? (1e9 * periods.length) / wholeNs : null,
		listed: batches.slice(0, LISTED),
	};
}
