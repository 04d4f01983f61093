import {formatTable} from '../text-table.ts';
import {formatNs, formatShare} from './figures.ts';
import type {Profile} from './profile.ts';
import type {DeviceFigures} from './timeline.ts';

/** What one GPU did in the window: busy and idle, overlap, pauses by stream. */
export function describeDevice(device: DeviceFigures, {devices}: Profile, width: number): string[] {
	const {windowNs, busyNs, idleNs, idlePercent, temporalCompression, overlap, copyNs} = device;
	const name = devices.length > 1 ? `GPU ${device.device}` : 'GPU';
	const ofCopies = copyNs > 0 ? ` = ${formatShare(overlap.ofCopiesPercent)} of ${formatNs(copyNs)} with copies` : '';
	return [
		`${name}: busy ${formatNs(busyNs)} of ${formatNs(windowNs)}, idle ${formatNs(idleNs)} = ${formatShare(idlePercent)}`,
		`  temporal compression ${temporalCompression.toFixed(2)} (sum of all durations / window; above 1: side by side)`,
		`  copies and kernels overlap ${formatNs(overlap.copyAndKernelNs)}${ofCopies}`,
		...formatTable(
			[
				{title: 'stream', side: 'left', read: ({stream}) => `stream ${stream}`},
				{title: 'ops', side: 'right', read: ({operations}) => String(operations)},
				{title: 'used', side: 'right', read: ({utilizationPercent}) => formatShare(utilizationPercent)},
				{title: 'gaps >1us', side: 'right', read: ({gaps}) => String(gaps.over1Us)},
				{title: '>10us', side: 'right', read: ({gaps}) => String(gaps.over10Us)},
				{title: '>100us', side: 'right', read: ({gaps}) => String(gaps.over100Us)},
				{title: 'sum', side: 'right', read: ({gaps}) => formatNs(gaps.totalNs)},
				{title: 'for host', side: 'right', read: ({gaps}) => formatNs(gaps.waitingForHostNs)},
			],
			device.streams,
			width,
		),
	];
}
