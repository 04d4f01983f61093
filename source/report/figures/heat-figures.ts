import type {JsonObject} from '../../domain/json.ts';
import {groupBy} from '../cells.ts';
import {computeMean} from '../statistics.ts';
import type {DistanceRow, Study} from '../study.ts';
import type {Penalties, PenaltyRow} from '../summary.ts';
import {cutLines, type Figure, fitChart, leaveOut, nameAxis, type Read, sayCut, tabulate, toData} from './figure.ts';
import {colourPenalty, colourText} from './heat-scale.ts';

const BY_NODE = {name: 'numa-sensitivity', title: 'NUMA sensitivity: model by node'};
const BY_DISTANCE = {name: 'numa-distance', title: 'NUMA sensitivity: model by distance'};

/** More columns are too narrow for a number in each cell. */
const MOST_PLACES = 20;
/** From here on a cell is dark. */
const DARK_FROM = 20;

type Cell = {readonly model: string; readonly place: string; readonly penaltyPercent: number; readonly n: number};

const CELL: readonly Read<Cell>[] = [
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'place', title: 'place', read: ({place}) => place},
	{key: 'penalty_percent', title: 'penalty, %', read: ({penaltyPercent}) => penaltyPercent},
	{key: 'n', title: 'pairs', read: ({n}) => n},
];

/** Every model on every place of a GPU and a node; where those are too many, on every node in the mean of the GPUs. */
export function drawSensitivity(penalties: Penalties): Figure {
	if (penalties.kind === 'none') return leaveOut(BY_NODE, penalties.reason);
	const rows = penalties.rows.toSorted((a, b) => a.gpuId - b.gpuId || a.remoteNode - b.remoteNode);
	const places = new Set(rows.map(namePlace));
	const isMean = places.size > MOST_PLACES;
	const cells = collectCells(rows, isMean ? ({remoteNode}) => `node ${remoteNode}` : namePlace);
	return {
		...drawCells(BY_NODE, cells),
		caption: [
			`${penalties.formula}.`,
			isMean
				? 'Columns are the node of the process; a cell is the mean over the GPUs that are not on that node.'
				: 'Columns are a GPU and the node of the process; its own node is what the others are compared with.',
			'An empty cell was not compared.',
			...sayCut([...groupBy(cells, ({model}) => model)], 'models'),
		],
	};
}

const namePlace = ({gpuId, remoteNode}: PenaltyRow): string => `GPU ${gpuId} node ${remoteNode}`;

/** The mean of penalties is that of their logarithms, as everywhere. */
function collectCells(rows: readonly PenaltyRow[], place: (row: PenaltyRow) => string): readonly Cell[] {
	return [...groupBy(rows, (row) => JSON.stringify([row.model, place(row)])).values()].flatMap((members) => {
		const [first] = members;
		const mean = computeMean(members.map(({penaltyPercent}) => Math.log1p(-penaltyPercent / 100)));
		if (!first || mean === null) return [];
		const n = members.reduce((sum, row) => sum + row.n, 0);
		return [{model: first.model, place: place(first), penaltyPercent: -100 * Math.expm1(mean), n}];
	});
}

/** The same by the distance that the firmware gives, of all places that have it. */
export function drawDistances({distances}: Study): Figure {
	const remote = distances.filter(({ofLocalPercent}) => ofLocalPercent !== null);
	if (remote.length === 0)
		return leaveOut(BY_DISTANCE, 'no model was measured at two distances from its GPU that the machine tells');
	const cells = remote.map((row) => ({
		model: row.model,
		place: `${row.distance}`,
		penaltyPercent: 100 - (row.ofLocalPercent ?? 0),
		n: row.n,
	}));
	const figure = drawCells(
		BY_DISTANCE,
		cells.toSorted((a, b) => Number(a.place) - Number(b.place)),
	);
	return {
		...figure,
		caption: [
			'Columns are the distance of the firmware (SLIT; 10 is the node itself). A cell is what is lost against the same GPUs on their own nodes, geometric means.',
			...sayCut([...groupBy(cells, ({model}) => model)], 'models'),
		],
		table: tabulate(DISTANCE, distances),
	};
}

const DISTANCE: readonly Read<DistanceRow>[] = [
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'distance', title: 'distance', read: ({distance}) => distance},
	{key: 'places', title: 'places', read: ({places}) => places},
	{key: 'n', title: 'results', read: ({n}) => n},
	{key: 'samples_per_s', title: 'samples/s', read: ({samplesPerS}) => samplesPerS},
	{key: 'of_local_percent', title: 'of local, %', read: ({ofLocalPercent}) => ofLocalPercent},
];

function drawCells(heading: {readonly name: string; readonly title: string}, cells: readonly Cell[]) {
	const shown = new Set(cutLines([...new Set(cells.map(({model}) => model))]));
	const drawn = tabulate(
		CELL,
		cells.filter(({model}) => shown.has(model)),
	);
	const chart = fitChart(
		shown.size * HEAT_LINES,
		{
			data: toData(drawn),
			encoding: {
				x: {field: 'place', type: 'nominal', sort: null, title: null, axis: HEAT_AXIS},
				y: nameAxis('model'),
			},
			layer: [
				{mark: {type: 'rect', stroke: '$paper', strokeWidth: 2}, encoding: {color: colourPenalty('penalty_percent')}},
				{mark: {type: 'text', fontSize: 11}, encoding: textOf('penalty_percent')},
			],
		},
		AROUND_HEAT,
	);
	return {kind: 'drawn' as const, ...heading, chart, table: tabulate(CELL, cells)};
}

/** A row of cells is higher than a line of names. */
export const HEAT_LINES = 1.35;

/** Names of places above the cells, which stand slanted, and the legend of steps below. */
export const AROUND_HEAT = 150;

export const HEAT_AXIS = {orient: 'top', labelAngle: -35, ticks: false, domain: false, labelLimit: 140} as const;

const textOf = (field: string): JsonObject => ({
	text: {field, type: 'quantitative', format: '.1f'},
	color: colourText(field, DARK_FROM),
});
