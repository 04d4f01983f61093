import {KERNEL_CLASS, type Operations} from './operations.ts';
import {measureSpread, type Spread} from './tally.ts';

/** From the beginning of the call that launches a kernel to the kernel's; null where no call is known. */
export function measureLaunchDelay(
	devices: readonly Operations[],
	{from, to}: {readonly from: number; readonly to: number},
): Spread | null {
	const delays = new Float64Array(devices.reduce((sum, operations) => sum + operations.count(), 0));
	let count = 0;
	for (const operations of devices) {
		const [starts, classes, launches] = [operations.starts(), operations.classes(), operations.launches()];
		for (let index = 0; index < starts.length; index++) {
			const [start, launchedAt] = [starts[index] ?? 0, launches[index] ?? Number.NaN];
			if (classes[index] !== KERNEL_CLASS || Number.isNaN(launchedAt) || start < from || start > to) continue;
			delays[count++] = start - launchedAt;
		}
	}
	return measureSpread(delays.subarray(0, count));
}
