import {countNoun} from '../figures.ts';
import {formatTable, type TextColumn} from '../text-table.ts';
import type {AnalysedCapture} from './analysis.ts';
import type {CaptureMetadata} from './capture-metadata.ts';
import {describeDevice} from './device-text.ts';
import {formatBandwidth, formatBytes, formatNs, formatShare} from './figures.ts';
import type {Profile} from './profile.ts';
import type {Spread, Tally} from './tally.ts';

/** The sections about one capture, in the order in which people ask. */
export function describeCapture({file, capture, profile}: AnalysedCapture, width: number): readonly string[][] {
	return [
		[file, ...describeOrigin(capture, profile), ...describeScope(profile)],
		describeBatches(profile, width),
		describeGraphs(profile, width),
		describeCopies(profile, width),
		describeKernels(profile, width),
		...profile.devices.map((device) => describeDevice(device, profile, width)),
		describeStages(profile, width),
		profile.warnings.length === 0 ? [] : ['Read before you quote', ...profile.warnings.map((text) => `  ${text}`)],
	];
}

function describeOrigin({runId, model, gpuIndex, numaNode, from}: CaptureMetadata, {gpus}: Profile): readonly string[] {
	const parts = [
		runId,
		model === null ? null : `model ${model}`,
		gpuIndex === null ? null : `GPU ${gpuIndex}`,
		numaNode === null ? null : `node ${numaNode}`,
	].filter((part) => part !== null);
	const hardware = gpus.map(({device, name, busLocation}) => `${device} ${name ?? 'GPU'} ${busLocation ?? ''}`.trim());
	return [
		...(from === 'nothing' ? [] : [`  ${parts.join(', ')} (by its ${from})`]),
		...(hardware.length === 0 ? [] : [`  GPU ${hardware.join('; ')}`]),
	];
}

function describeScope({scope}: Profile): readonly string[] {
	const {from, ranges, warmUpRanges, operations, otherOperations, startNs, endNs} = scope;
	const what = {
		test: `${countNoun(ranges, 'NVTX range')} named test…`,
		ranges: countNoun(ranges, 'NVTX range'),
		capture: 'everything captured',
	}[from];
	const window = startNs === null || endNs === null ? 'none on a GPU' : formatNs(endNs - startNs);
	return [
		`  Measured: ${what}: ${countNoun(operations, 'operation')}; first beginning to last end ${window}`,
		...(warmUpRanges > 0 ? [`  ${countNoun(warmUpRanges, 'warm-up range')}; --include-warmup counts them`] : []),
		...(otherOperations > 0 ? [`  ${countNoun(otherOperations, 'other operation')} ran on the GPU meanwhile`] : []),
	];
}

const spreadColumns: readonly TextColumn<{readonly label: string; readonly spread: Spread | null}>[] = [
	{title: '', side: 'left', read: ({label}) => label},
	{title: 'count', side: 'right', read: ({spread}) => String(spread?.count ?? '-')},
	{title: 'p50', side: 'right', read: ({spread}) => formatNs(spread?.p50Ns)},
	{title: 'p90', side: 'right', read: ({spread}) => formatNs(spread?.p90Ns)},
	{title: 'p99', side: 'right', read: ({spread}) => formatNs(spread?.p99Ns), optional: true},
	{title: 'min', side: 'right', read: ({spread}) => formatNs(spread?.minNs)},
	{title: 'max', side: 'right', read: ({spread}) => formatNs(spread?.maxNs)},
];

function describeBatches({batches}: Profile, width: number): string[] {
	if (!batches) return [];
	const {h2d, compute, kernels, d2h, latency, period, batchesPerS} = batches;
	const rate = batchesPerS === null ? '' : `, ${batchesPerS.toFixed(1)} batches/s`;
	const rows = [
		{label: 'H2D copy', spread: h2d},
		{label: 'compute, first to last', spread: compute},
		{label: 'kernels alone', spread: kernels},
		{label: 'D2H copy', spread: d2h},
		{label: 'latency, H2D to end of D2H', spread: latency},
		{label: 'period, H2D to next H2D', spread: period},
	];
	return [`Batches (${batches.count}${rate}), on the GPU`, ...formatTable(spreadColumns, rows, width)];
}

function describeGraphs({graphs}: Profile, width: number): string[] {
	if (!graphs) return [];
	const {launches, operationsEach, kernelsEach, span, h2d, compute, d2h, h2dCopiesEach, batchLatency} = graphs;
	const batches = h2dCopiesEach === null ? '' : `, ${h2dCopiesEach} H2D copies`;
	const rows = [
		{label: 'first to last operation', spread: span},
		{label: 'H2D copies, sum', spread: h2d},
		{label: 'kernels, sum', spread: compute},
		{label: 'D2H copies, sum', spread: d2h},
		{label: 'latency, n-th H2D to n-th D2H', spread: batchLatency},
	];
	return [
		`CUDA graphs (${launches} launches, each ${round(operationsEach)} operations, ${round(kernelsEach)} kernels${batches})`,
		...formatTable(
			spreadColumns,
			rows.filter(({spread}) => spread !== null),
			width,
		),
	];
}

const round = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));

function describeCopies({copies}: Profile, width: number): string[] {
	if (copies.length === 0) return ['Copies: none'];
	return [
		'Copies (GB/s: 1e9 bytes a second of the copies themselves)',
		...formatTable(
			[
				{title: 'kind', side: 'left', read: ({kind, hostMemory}) => [kind, hostMemory].filter(Boolean).join(' ')},
				{title: 'count', side: 'right', read: ({count}) => String(count)},
				{title: 'bytes', side: 'right', read: ({bytes}) => formatBytes(bytes)},
				...tallyColumns,
				{title: 'bandwidth', side: 'right', read: ({bytesPerS}) => formatBandwidth(bytesPerS)},
			],
			copies,
			width,
		),
	];
}

const tallyColumns: readonly TextColumn<Tally>[] = [
	{title: 'mean', side: 'right', read: ({meanNs}) => formatNs(meanNs)},
	{title: 'min', side: 'right', read: ({minNs}) => formatNs(minNs)},
	{title: 'max', side: 'right', read: ({maxNs}) => formatNs(maxNs)},
];

const SHOWN_KERNELS = 5;

function describeKernels({kernels, memsets, launchDelay}: Profile, width: number): string[] {
	if (!kernels.all) return ['Kernels: none'];
	const {count, totalNs, meanNs} = kernels.all;
	const delay = launchDelay ? `; from launch to start ${formatNs(launchDelay.p50Ns)} (median)` : '';
	const sets = memsets ? `; ${countNoun(memsets.count, 'memset')} ${formatNs(memsets.totalNs)}` : '';
	return [
		`Kernels: ${count} of ${countNoun(kernels.distinct, 'name')}, ${formatNs(totalNs)}, mean ${formatNs(meanNs)}${delay}${sets}`,
		...formatTable(
			[
				{title: 'those that took most', side: 'left', read: ({name}) => name},
				{title: 'count', side: 'right', read: (kernel) => String(kernel.count)},
				{title: 'mean', side: 'right', read: (kernel) => formatNs(kernel.meanNs)},
				{title: 'sum', side: 'right', read: (kernel) => formatNs(kernel.totalNs)},
				{title: 'share', side: 'right', read: ({sharePercent}) => formatShare(sharePercent)},
			],
			kernels.top.slice(0, SHOWN_KERNELS),
			width,
		),
	];
}

const SHOWN_STAGES = 12;

function describeStages({stages}: Profile, width: number): string[] {
	if (stages.length === 0) return [];
	const left = stages.length - SHOWN_STAGES;
	return [
		'NVTX ranges (medians; GPU: first beginning to last end of what the range launched)',
		...formatTable(
			[
				{title: 'range', side: 'left', read: ({name}) => name},
				{title: 'count', side: 'right', read: ({count}) => String(count)},
				{title: 'kernels', side: 'right', read: ({kernels}) => String(kernels), optional: true},
				{title: 'host', side: 'right', read: ({host}) => formatNs(host?.p50Ns)},
				{title: 'GPU', side: 'right', read: ({span}) => formatNs(span?.p50Ns)},
				{title: 'busy', side: 'right', read: ({busy}) => formatNs(busy?.p50Ns)},
				{title: 'delay', side: 'right', read: ({launchDelay}) => formatNs(launchDelay?.p50Ns)},
			],
			stages.slice(0, SHOWN_STAGES),
			width,
		),
		...(left > 0 ? [`  and ${countNoun(left, 'name')} more; --json has all`] : []),
	];
}
