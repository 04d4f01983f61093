import type {KernelShare, NcuFigures} from '../../domain/profile-figures.ts';
import {countNoun} from '../figures.ts';
import {type NcuCsv, type NcuKernel, readNcuCsv} from './ncu-csv.ts';
import {explainEmpty, type NcuProblem} from './ncu-problem.ts';
import {KEPT_KERNELS} from './nsys-figures.ts';

type OfNcu = {
	/** Path of the report relative to the run's folder. */
	readonly report: string;
	/** As ncu was told: what it does with clocks and caches decides what its numbers can be compared with. */
	readonly clockControl: string;
	readonly cacheControl: string;
	/** Of the same pass, under the profiler. */
	readonly throughputSamplesPerS: number | null;
};

const DURATION = 'gpu__time_duration.sum';

const METRICS = {
	l2HitPercent: 'lts__t_sector_hit_rate.pct',
	l1HitPercent: 'l1tex__t_sector_hit_rate.pct',
	dramThroughputPercent: 'dram__throughput.avg.pct_of_peak_sustained_elapsed',
	smThroughputPercent: 'sm__throughput.avg.pct_of_peak_sustained_elapsed',
	dramBytesPerS: 'dram__bytes.sum.per_second',
} as const;

/** What the text of `ncu --csv` says of all its kernels together, or why it says nothing. */
export function readNcuFigures(text: string, options: OfNcu): NcuFigures | NcuProblem {
	const csv = readNcuCsv(text);
	if (csv.kernels.length === 0 || csv.isSummary) return explainEmpty(csv);
	const mean = (metric: string) => weigh(csv.kernels, metric);
	return {
		kind: 'ncu',
		report: options.report,
		kernels: csv.kernels.length,
		l2HitPercent: mean(METRICS.l2HitPercent),
		l1HitPercent: mean(METRICS.l1HitPercent),
		dramThroughputPercent: mean(METRICS.dramThroughputPercent),
		smThroughputPercent: mean(METRICS.smThroughputPercent),
		dramBytesPerS: mean(METRICS.dramBytesPerS),
		clockControl: options.clockControl,
		cacheControl: options.cacheControl,
		topKernels: listTop(csv.kernels),
		throughputSamplesPerS: options.throughputSamplesPerS,
		warnings: listWarnings(csv, options),
	};
}

/** A kernel counts by its duration: one that takes ten times as long has ten times the part in the mean. */
function weigh(kernels: readonly NcuKernel[], metric: string): number | null {
	let [sum, weights] = [0, 0];
	for (const {metrics} of kernels) {
		const [value, duration] = [metrics.get(metric), metrics.get(DURATION)];
		if (typeof value !== 'number' || typeof duration !== 'number') continue;
		sum += value * duration;
		weights += duration;
	}
	return weights > 0 ? sum / weights : null;
}

/** Empty where nothing says how long kernels took. */
function listTop(kernels: readonly NcuKernel[]): readonly KernelShare[] {
	const timed = kernels.flatMap(({name, metrics}) => {
		const seconds = metrics.get(DURATION);
		return typeof seconds === 'number' ? [{name, seconds}] : [];
	});
	const all = timed.reduce((sum, {seconds}) => sum + seconds, 0);
	return [...Map.groupBy(timed, ({name}) => name)]
		.map(([name, own]) => ({name, count: own.length, seconds: own.reduce((sum, {seconds}) => sum + seconds, 0)}))
		.toSorted((left, right) => right.seconds - left.seconds)
		.slice(0, KEPT_KERNELS)
		.map(({name, count, seconds}) => ({
			name,
			count,
			meanUs: (1e6 * seconds) / count,
			sharePercent: all > 0 ? (100 * seconds) / all : 0,
		}));
}

function listWarnings(csv: NcuCsv, {clockControl, cacheControl}: OfNcu): readonly string[] {
	const {kernels, errors, tornLines, unreadable} = csv;
	return [
		...errors.map((text) => `The profiler says: ${text}`),
		...listGaps(kernels),
		tornLines > 0 ? `${countNoun(tornLines, 'line')} of the report ${tornLines === 1 ? 'is' : 'are'} cut off.` : null,
		unreadable > 0 ? `${countNoun(unreadable, 'value')} of the report could not be read as a number.` : null,
		cacheControl === 'all' ? 'ncu emptied the caches before every kernel: in the program itself more may hit.' : null,
		clockControl === 'base' ? 'ncu held the clocks at their base: kernels are faster in the program itself.' : null,
	].filter((text) => text !== null);
}

/** Metrics that were asked for, which some kernels have and others lack; and durations, without which nothing counts. */
function listGaps(kernels: readonly NcuKernel[]): readonly string[] {
	return [DURATION, ...Object.values(METRICS)].flatMap((metric) => {
		const having = kernels.filter(({metrics}) => typeof metrics.get(metric) === 'number').length;
		if (having === kernels.length) return [];
		if (metric === DURATION && having === 0) return [`No ${DURATION} in the report, so no kernel can be weighted.`];
		const isAsked = kernels.some(({metrics}) => metrics.has(metric));
		return isAsked
			? [`${metric} is n/a for ${kernels.length - having} of ${countNoun(kernels.length, 'kernel')}.`]
			: [];
	});
}
