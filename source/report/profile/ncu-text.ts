import type {KernelShare, NcuFigures} from '../../domain/profile-figures.ts';
import {countNoun} from '../figures.ts';
import {formatTable, type TextColumn} from '../text-table.ts';
import {formatBandwidth, formatNs, formatShare} from './figures.ts';
import {shortenKernel} from './kernel-name.ts';
import type {AnalysedNcu} from './ncu-report.ts';

/** The sections about one report of ncu. */
export function describeNcu({file, capture, figures}: AnalysedNcu, width: number): readonly string[][] {
	const {runId, from} = capture;
	return [
		[
			file,
			...(runId === null ? [] : [`  ${runId} (by its ${from})`]),
			`  ${countNoun(figures.kernels, 'kernel')} profiled; clock control ${figures.clockControl}, cache control ${figures.cacheControl}`,
		],
		['Means over kernels, weighted by their duration', ...listRates(figures).map((line) => `  ${line}`)],
		figures.topKernels.length === 0 ? [] : formatTable(KERNELS, figures.topKernels, width).slice(),
		figures.warnings.length === 0 ? [] : ['Read before you quote', ...figures.warnings.map((text) => `  ${text}`)],
	];
}

const listRates = (figures: NcuFigures): readonly string[] => {
	const {l2HitPercent, l1HitPercent, dramThroughputPercent, smThroughputPercent, dramBytesPerS} = figures;
	const rate = dramBytesPerS === null ? '' : `, ${formatBandwidth(dramBytesPerS)}`;
	return [
		`L2 hit rate      ${formatShare(l2HitPercent)}`,
		`L1 hit rate      ${formatShare(l1HitPercent)}`,
		`DRAM throughput  ${formatShare(dramThroughputPercent)} of its peak${rate}`,
		`SM throughput    ${formatShare(smThroughputPercent)} of its peak`,
	];
};

const KERNELS: readonly TextColumn<KernelShare>[] = [
	{title: 'kernels that took most', side: 'left', read: ({name}) => shortenKernel(name)},
	{title: 'count', side: 'right', read: ({count}) => String(count)},
	{title: 'mean', side: 'right', read: ({meanUs}) => formatNs(meanUs * 1e3)},
	{title: 'share', side: 'right', read: ({sharePercent}) => formatShare(sharePercent)},
];

/** A line for each of several reports. */
export const compareNcu = (reports: readonly AnalysedNcu[], width: number): readonly string[] => [
	`${countNoun(reports.length, 'report')} of ncu (means over kernels, weighted by their duration)`,
	...formatTable<AnalysedNcu>(
		[
			{title: 'report', side: 'left', read: ({capture, file}) => capture.runId ?? file.split('/').at(-1) ?? file},
			{title: 'kernels', side: 'right', read: ({figures}) => String(figures.kernels)},
			{title: 'L2 hit', side: 'right', read: ({figures}) => formatShare(figures.l2HitPercent)},
			{title: 'L1 hit', side: 'right', read: ({figures}) => formatShare(figures.l1HitPercent)},
			{title: 'DRAM', side: 'right', read: ({figures}) => formatShare(figures.dramThroughputPercent)},
			{title: 'SM', side: 'right', read: ({figures}) => formatShare(figures.smThroughputPercent)},
		],
		reports,
		width,
	),
];
