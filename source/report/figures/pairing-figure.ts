import {groupBy} from '../cells.ts';
import {findPairings} from '../places.ts';
import {averageRate, type Configuration, type Name, namePlace, type Point} from '../points.ts';
import {cutLines, type Figure, fitChart, leaveOut, nameAxis, type Read, sayCut, tabulate, toData} from './figure.ts';
import {AROUND_HEAT, HEAT_AXIS, HEAT_LINES} from './heat-figures.ts';
import {colourShare, colourText} from './heat-scale.ts';

const HEADING = {name: 'pairings', title: 'Best GPU and node of each model'};

type Place = {
	readonly model: string;
	readonly place: string;
	readonly samplesPerS: number;
	readonly ofBestPercent: number;
	readonly isBest: boolean;
	readonly verdict: string;
};

const PLACE: readonly Read<Place>[] = [
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'place', title: 'place', read: ({place}) => place},
	{key: 'samples_per_s', title: 'samples/s', read: ({samplesPerS}) => samplesPerS},
	{key: 'of_best_percent', title: 'of the fastest, %', read: ({ofBestPercent}) => ofBestPercent},
	{key: 'is_best', title: 'best', read: ({isBest}) => isBest},
	{key: 'verdict', title: 'fastest on', read: ({verdict}) => verdict},
];

/** Throughput in every place against the fastest place of the model; the best is marked where it can be told apart. */
export function drawPairings(configurations: readonly Configuration[], name: Name): Figure {
	const places = configurations.flatMap((one) => listPlaces(one, name));
	if (places.length === 0) return leaveOut(HEADING, 'no model was measured on two places of a GPU and a node');
	const shown = cutLines([...new Set(places.map(({model}) => model))]);
	const drawn = places.filter(({model}) => shown.includes(model));
	const columns = new Set(places.map(({place}) => place)).size;
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			'Throughput of a place in percent of the fastest place of that model.',
			places.some(({isBest}) => isBest)
				? 'A star marks a place that is faster than every other one, all pairs of places adjusted (Holm).'
				: 'No place is marked as the best: none can be told apart from all others.',
			...sayCut([...new Set(places.map(({model}) => model))], 'models'),
		],
		chart: fitChart(
			shown.length * HEAT_LINES,
			{
				data: toData(tabulate(PLACE, drawn)),
				encoding: {
					x: {field: 'place', type: 'nominal', title: null, axis: HEAT_AXIS, sort: null},
					y: nameAxis('model'),
				},
				layer: [
					{mark: {type: 'rect', stroke: '$paper', strokeWidth: 2}, encoding: {color: colourShare('of_best_percent')}},
					...(columns > MOST_TEXTS ? [] : [{mark: {type: 'text', fontSize: 11}, encoding: TEXT}]),
					{
						transform: [{filter: 'datum.is_best'}],
						mark: {type: 'point', shape: STAR, filled: true, color: '$onDark', size: 45, yOffset: 8, opacity: 1},
					},
				],
			},
			AROUND_HEAT,
		),
		table: tabulate(PLACE, places),
	};
}

const MOST_TEXTS = 24;
const TEXT = {
	text: {field: 'of_best_percent', type: 'quantitative', format: '.1f'},
	color: colourText('of_best_percent', 95),
} as const;
const STAR = 'M0,-1L0.24,-0.32L0.95,-0.31L0.38,0.12L0.59,0.81L0,0.4L-0.59,0.81L-0.38,0.12L-0.95,-0.31L-0.24,-0.32Z';

function listPlaces(one: Configuration, name: Name): readonly Place[] {
	const [pairing] = findPairings([one], name);
	if (!pairing) return [];
	const places = [...groupBy(one.points, namePlace)].toSorted(([, a], [, b]) => order(a) - order(b));
	const fastest = places.reduce((most, [, points]) => Math.max(most, averageRate(points)), 0);
	return places.map(([place, points]) => {
		const samplesPerS = averageRate(points);
		const {best, verdict, model} = pairing;
		const isBest = best !== null && points.some((point) => isAt(point, best));
		return {model, place, samplesPerS, ofBestPercent: (100 * samplesPerS) / fastest, isBest, verdict};
	});
}

const order = ([point]: readonly Point[]): number =>
	point ? point.gpuId * 1000 + (point.experiment.numaNode ?? -1) : 0;

const isAt = ({gpuId, experiment}: Point, best: {readonly gpuId: number; readonly node: number}): boolean =>
	gpuId === best.gpuId && experiment.numaNode === best.node;
