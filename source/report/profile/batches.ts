import {D2H_CLASS, H2D_CLASS, KERNEL_CLASS} from './operations.ts';
import type {Stage} from './range-name.ts';
import type {PlacedRange} from './ranges.ts';
import type {ClassWork, Work} from './section-work.ts';
import {measureSpread, type Spread} from './tally.ts';

export type MeasuredRange = {readonly range: PlacedRange; readonly work: Work | null};

/** One batch on the GPU, in nanoseconds; null where it has no such part. */
export type Batch = {
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

/** null where no range is a batch's. */
export function measureBatches(measured: readonly MeasuredRange[]): BatchFigures | null {
	const batches = collect(measured)
		.flatMap(describe)
		.toSorted((left, right) => left.startNs - right.startNs);
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

type Parts = {
	readonly group: string;
	readonly number: number;
	readonly stages: Map<Stage | 'whole', Work>;
};

/** A number comes again in every pass over the same samples: the n-th h2d of a number belongs to its n-th compute. */
function collect(measured: readonly MeasuredRange[]): readonly Parts[] {
	const occurrences = new Map<string, number>();
	const batches = new Map<string, Parts>();
	for (const {range, work} of measured) {
		const {group, number, stage} = range.name;
		if (group === null || number === null) continue;
		const name = `${group} ${number} ${range.thread}`;
		const part = stage ?? 'whole';
		const turn = occurrences.get(`${name} ${part}`) ?? 0;
		occurrences.set(`${name} ${part}`, turn + 1);
		const key = `${name} ${turn}`;
		const parts = batches.get(key) ?? {group, number, stages: new Map()};
		batches.set(key, parts);
		if (work) parts.stages.set(part, work);
	}
	return [...batches.values()];
}

/** By the ranges of its stages, or where it has none by the kinds of its operations. */
function describe({group, number, stages}: Parts): readonly Batch[] {
	const all = [...stages.values()];
	if (all.length === 0) return [];
	const whole = stages.get('whole');
	const hasStages = all.length > (whole ? 1 : 0);
	const read = (stage: Stage, timelineClass: number): Work | ClassWork | null =>
		(hasStages ? stages.get(stage) : whole?.byClass[timelineClass]) ?? null;
	const [h2d, compute, d2h] = [read('h2d', H2D_CLASS), read('compute', KERNEL_CLASS), read('d2h', D2H_CLASS)];
	const kernelNs = (stages.get('compute') ?? whole)?.byClass[KERNEL_CLASS]?.busyNs ?? null;
	return [
		{
			group,
			number,
			startNs: h2d?.firstNs ?? Math.min(...all.map(({firstNs}) => firstNs)),
			h2dNs: measureSpan(h2d),
			computeNs: measureSpan(compute),
			d2hNs: measureSpan(d2h),
			kernelNs,
			latencyNs: h2d && d2h ? d2h.lastNs - h2d.firstNs : null,
		},
	];
}

const measureSpan = (work: Work | ClassWork | null): number | null => (work ? work.lastNs - work.firstNs : null);
