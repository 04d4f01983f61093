import type {GpuSample} from '../../source/journal/event.ts';

/** A cool, idle GPU of which everything is known. */
export const gpuSample = (gpuIndex: number, changes: Partial<GpuSample> = {}): GpuSample => ({
	gpuIndex,
	celsius: 40,
	utilizationPercent: 0,
	memoryUsedMiB: 500,
	memoryTotalMiB: 49_140,
	powerWatts: 80,
	powerLimitWatts: 350,
	smClockMHz: 1200,
	memoryClockMHz: 2600,
	throttleReasons: '0x0000000000000000',
	...changes,
});
