import {groupBy} from '../cells.ts';
import {classify} from '../classes.ts';
import {identifyModelSeries} from '../configuration.ts';
import {averageRate, type Configuration, type Name} from '../points.ts';
import {fitSlope} from '../regression.ts';
import {countOperations} from '../scaling.ts';
import {computeMean} from '../statistics.ts';
import {colourCauses, nameOfCause} from './causes.ts';
import {type Figure, fitChart, leaveOut, type Read, tabulate, toData} from './figure.ts';

const HEADING = {name: 'scaling', title: 'Scaling: time per sample against operations'};

type Dot = {
	readonly series: string;
	readonly model: string;
	readonly operations: number;
	readonly usPerSample: number;
	readonly cause: string;
};

type Line = {
	readonly series: string;
	readonly models: number;
	readonly exponent: number;
	readonly low: number;
	readonly high: number;
	/** Of the line at the first and the last model. */
	readonly ends: readonly (readonly [operations: number, usPerSample: number])[];
};

const DOT: readonly Read<Dot>[] = [
	{key: 'series', title: 'series', read: ({series}) => series},
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'operations', title: 'operations a sample', read: ({operations}) => operations},
	{key: 'us_per_sample', title: 'µs a sample', read: ({usPerSample}) => usPerSample},
	{key: 'bound_by', title: 'bound by', read: ({cause}) => cause},
];

/** Points of models with what bounds each, and the fitted line of every series that has three or more. */
export function drawScaling(configurations: readonly Configuration[], name: Name): Figure {
	const series = groupBy(
		configurations.filter(({experiment}) => countOperations(experiment) !== null),
		({experiment}) => identifyModelSeries(experiment),
	);
	const named = [...series.values()].map((members, index) => ({label: `series ${index + 1}`, members}));
	const dots = named.flatMap(({label, members}) => members.map((one) => readDot(label, one, name)));
	const lines = named.flatMap(({label}) => fitLine(dots.filter((dot) => dot.series === label)));
	if (dots.length < 2) return leaveOut(HEADING, 'it takes two vision transformers that were measured on a GPU');
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			'Both axes are logarithmic; time is one over throughput on the GPU’s own node. Colours say what bounds a model there.',
			...lines.map(describeLine),
			...(lines.length === 0 ? ['No line is fitted: that takes three models that differ only in shape.'] : []),
		],
		chart: fitChart(16, {
			layer: [
				{
					data: {values: lines.flatMap(({series: label, ends}) => ends.map(([x, y]) => ({label, x, y})))},
					mark: {type: 'line', color: '$quiet', strokeDash: [6, 4], strokeWidth: 1.5},
					encoding: {x: {...X, field: 'x'}, y: {...Y, field: 'y'}, detail: {field: 'label', type: 'nominal'}},
				},
				{
					data: toData(tabulate(DOT, dots)),
					mark: {type: 'point', filled: true, size: 60, opacity: 0.9},
					encoding: {
						x: {...X, field: 'operations'},
						y: {...Y, field: 'us_per_sample'},
						color: colourCauses(
							'bound_by',
							dots.map(({cause}) => cause),
						),
						...(named.length > 1 ? {shape: {field: 'series', type: 'nominal', title: 'series', sort: null}} : {}),
					},
				},
				{
					data: toData(tabulate(DOT, dots.length > MOST_LABELS ? [] : dots)),
					mark: {type: 'text', align: 'left', dx: 7, dy: -5, fontSize: 10, color: '$soft', limit: 150},
					encoding: {
						x: {...X, field: 'operations'},
						y: {...Y, field: 'us_per_sample'},
						text: {field: 'model', type: 'nominal'},
					},
				},
			],
		}),
		table: tabulate(DOT, dots),
	};
}

/** More names than these would lie on each other. */
const MOST_LABELS = 14;
const AXIS = {
	type: 'quantitative',
	scale: {type: 'log', nice: false, padding: 24},
	axis: {format: '.3~s', labelOverlap: true},
} as const;
const X = {...AXIS, title: 'operations a sample'};
const Y = {...AXIS, title: 'µs a sample'};

function readDot(series: string, one: Configuration, name: Name): Dot {
	const found = classify(one);
	return {
		series,
		model: name(one),
		operations: countOperations(one.experiment) ?? 0,
		usPerSample: 1e6 / averageRate(one.near),
		cause: nameOfCause('cause' in found ? found.cause : null),
	};
}

/** The line of `fitSlope` goes through the mean of the points. */
function fitLine(dots: readonly Dot[]): readonly Line[] {
	const points = dots.map((dot) => [Math.log(dot.operations), Math.log(dot.usPerSample)] as const);
	const fitted = fitSlope(points);
	if (!fitted) return [];
	const [x, y] = [0, 1].map((axis) => computeMean(points.map((point) => point[axis] ?? 0)) ?? 0);
	const at = (operations: number) =>
		[operations, Math.exp((y ?? 0) + fitted.slope * (Math.log(operations) - (x ?? 0)))] as const;
	const sorted = dots.map(({operations}) => operations).toSorted((a, b) => a - b);
	const ends = [sorted[0] ?? 1, sorted.at(-1) ?? 1].map(at);
	const {slope: exponent, low, high} = fitted;
	return [{series: dots[0]?.series ?? '', models: dots.length, exponent, low, high, ends}];
}

const describeLine = ({series, models, exponent, low, high}: Line): string =>
	`${series}: time grows with operations to the power ${exponent.toFixed(2)} (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}, ${models} models); 1 where computing takes all the time, 0 where something else does.`;
