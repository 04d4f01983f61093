import type {ThroughputRow} from '../summary.ts';
import {cutLines, type Figure, fitChart, leaveOut, nameAxis, type Read, sayCut, tabulate, toData} from './figure.ts';

const HEADING = {name: 'throughput', title: 'Throughput by model'};

const ROW: readonly Read<ThroughputRow>[] = [
	{key: 'label', title: 'model and device', read: ({model, device}) => `${model}  ${device}`},
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'device', title: 'device', read: ({device}) => device},
	{key: 'n', title: 'results', read: ({n}) => n},
	{key: 'mean_samples_per_s', title: 'mean, samples/s', read: (row) => row.meanSamplesPerS},
	{key: 'min_samples_per_s', title: 'least, samples/s', read: (row) => row.minSamplesPerS},
	{key: 'max_samples_per_s', title: 'most, samples/s', read: (row) => row.maxSamplesPerS},
	{key: 'p50_ms', title: 'p50, ms', read: ({p50Ms}) => p50Ms},
];

/** Means with the range of the results; numbers of different devices are lines of their own. */
export function drawThroughput(rows: readonly ThroughputRow[]): Figure {
	if (rows.length === 0) return leaveOut(HEADING, 'no result that is as declared has a throughput');
	const shown = cutLines(rows);
	const x = {type: 'quantitative', title: 'samples/s', axis: {format: '~s', tickCount: 8}} as const;
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			'Bars are means over results that are as declared, on whichever node; the thin line goes from the least to the most.',
			...sayCut(rows, 'models'),
		],
		chart: fitChart(shown.length, {
			data: toData(tabulate(ROW, shown)),
			encoding: {y: nameAxis('label')},
			layer: [
				{
					mark: {type: 'bar', height: {band: 0.7}, color: '$blue', opacity: 0.85},
					encoding: {x: {...x, field: 'mean_samples_per_s'}},
				},
				{
					mark: {type: 'rule', color: '$ink'},
					encoding: {x: {...x, field: 'min_samples_per_s'}, x2: {field: 'max_samples_per_s'}},
				},
			],
		}),
		table: tabulate(ROW, rows),
	};
}
