import {KERNEL_CLASS, type Operations} from './operations.ts';
import {measureSpread, type Spread} from './tally.ts';

/**
 * From the beginning of the call that launches a kernel to the kernel's; null where no call is known. It is the last to
 * need the column of launches, and takes its memory for the delays.
 */
export function measureLaunchDelay(
	devices: readonly Operations[],
	window: {readonly from: number; readonly to: number},
): Spread | null {
	const parts = devices.map((operations) => overwriteLaunches(operations, window));
	if (parts.length === 1 && parts[0]) return measureSpread(parts[0]);
	const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		all.set(part, offset);
		offset += part.length;
	}
	return measureSpread(all);
}

function overwriteLaunches(
	operations: Operations,
	{from, to}: {readonly from: number; readonly to: number},
): Float64Array {
	const [starts, classes, launches] = [operations.starts(), operations.classes(), operations.launches()];
	let count = 0;
	for (let index = 0; index < starts.length; index++) {
		const [start = 0, launchedAt = Number.NaN] = [starts[index], launches[index]];
		if (classes[index] !== KERNEL_CLASS || Number.isNaN(launchedAt) || start < from || start > to) continue;
		launches[count++] = start - launchedAt;
	}
	return launches.subarray(0, count);
}
