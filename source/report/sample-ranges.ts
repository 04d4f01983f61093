import type {GpuSample, HostSample} from '../journal/event.ts';
import type {Sampled} from '../journal/experiment-files.ts';
import {computeMean} from './statistics.ts';

/** One quantity over time; a sample in which the tool did not tell it is in neither `n` nor `series`. */
export type SampleRange = {
	readonly name: string;
	readonly unit: string;
	readonly min: number | null;
	readonly mean: number | null;
	readonly max: number | null;
	readonly n: number;
	readonly series: readonly {readonly at: number; readonly value: number}[];
};

export const summarizeGpuSamples = (samples: readonly Sampled<GpuSample>[]): readonly SampleRange[] => [
	summarize('temperature', 'C', samples, ({celsius}) => celsius),
	summarize('utilization', '%', samples, ({utilizationPercent}) => utilizationPercent),
	summarize('power', 'W', samples, ({powerWatts}) => powerWatts),
	summarize('SM clock', 'MHz', samples, ({smClockMHz}) => smClockMHz),
	summarize('memory clock', 'MHz', samples, ({memoryClockMHz}) => memoryClockMHz),
	summarize('memory used', 'MiB', samples, ({memoryUsedMiB}) => memoryUsedMiB),
];

export const summarizeHostSamples = (samples: readonly Sampled<HostSample>[]): readonly SampleRange[] => [
	summarize('host CPU', '%', samples, ({cpuPercent}) => cpuPercent),
	summarize('host memory', 'MiB', samples, ({memoryUsedMiB}) => memoryUsedMiB),
	summarize('host swap', 'MiB', samples, ({swapUsedMiB}) => swapUsedMiB),
];

function summarize<Sample>(
	name: string,
	unit: string,
	samples: readonly Sampled<Sample>[],
	read: (sample: Sample) => number | null,
): SampleRange {
	const series = samples.flatMap(({at, sample}) => {
		const value = read(sample);
		return value === null ? [] : [{at, value}];
	});
	const values = series.map(({value}) => value);
	const [first] = values;
	const min = first === undefined ? null : values.reduce((low, value) => Math.min(low, value), first);
	const max = first === undefined ? null : values.reduce((high, value) => Math.max(high, value), first);
	return {name, unit, min, mean: computeMean(values), max, n: values.length, series};
}
