import {type JsonObject, readNumber} from '../../domain/json.ts';
import {groupBy} from '../cells.ts';
import {findFront} from '../pareto.ts';
import {describeValues, type IcdRow} from './icd-rows.ts';
import type {IcdTable} from './icd-table.ts';
import {ofPhase} from './icd-tables.ts';

/** One figure that the guide names: what is drawn, or why there is nothing to draw. */
export type IcdFigure = {
	/** Where the guide has the drawing. */
	readonly path: string;
	readonly title: string;
	/** How it is drawn: which column stands where. */
	readonly mark: 'bars' | 'points' | 'heat' | 'distribution' | 'lines';
	readonly x: string;
	readonly y: string;
	readonly series: string | null;
} & ({readonly table: IcdTable} | {readonly table: null; readonly reason: string});

type Drawing = Pick<IcdFigure, 'path' | 'title' | 'mark' | 'x' | 'y' | 'series'>;

const FOLDER = 'experiments/figures';

/** Latencies in ms of one experiment, in order; empty where they were not kept. */
export type ReadSamples = (id: string) => readonly number[];

export const listIcdFigures = (rows: readonly IcdRow[], readSamples: ReadSamples): readonly IcdFigure[] => [
	drawQuantization(rows),
	drawSynthetic(rows),
	drawHardware(rows),
	drawPareto(rows),
	drawDistributions(rows, readSamples),
	drawWidth(rows),
];

const build = (drawing: Drawing, table: IcdTable, reason: string): IcdFigure =>
	table.rows.length === 0 ? {...drawing, table: null, reason} : {...drawing, table};

function drawQuantization(rows: readonly IcdRow[]): IcdFigure {
	const groups = [...groupBy(ofPhase(rows, 'quantization'), ({place}) => place.strategy)];
	const table = groups.flatMap(([strategy, members]) => {
		const {mean, sd, n, planned} = describeValues(members.map(({latencyMs}) => latencyMs));
		return mean === null ? [] : [[strategy, mean, sd, n, planned]];
	});
	return build(
		{
			...{
				path: `${FOLDER}/quantization_results_barchart.png`,
				title: 'Latency by order of quantisation and permutation',
			},
			...{mark: 'bars', x: 'strategy', y: 'latency_ms_mean', series: null},
		},
		{columns: ['strategy', 'latency_ms_mean', 'latency_ms_std', 'n', 'planned'], rows: table},
		'no cell has the axis strategy and a latency',
	);
}

function drawSynthetic(rows: readonly IcdRow[]): IcdFigure {
	const table = ofPhase(rows, 'synthetic').flatMap(({record, modularity, l2HitPercent, latencyMs}) =>
		modularity === null || latencyMs === null ? [] : [[record.experiment.id, modularity, l2HitPercent, latencyMs]],
	);
	return build(
		{
			...{path: `${FOLDER}/synthetic_validation.png`, title: 'Latency by modularity, synthetic matrices'},
			...{mark: 'points', x: 'modularity', y: 'latency_ms', series: null},
		},
		{columns: ['run_id', 'modularity', 'hit_rate', 'latency_ms'], rows: table},
		'no cell has the axis phase=synthetic, a modularity (metrics Q or modularity) and a latency',
	);
}

function drawHardware(rows: readonly IcdRow[]): IcdFigure {
	const groups = [
		...groupBy(ofPhase(rows, 'table1'), ({result, place}) =>
			JSON.stringify([result?.deviceName ?? null, place.architecture]),
		),
	];
	const table = groups.flatMap(([key, members]) => {
		const [device, architecture] = JSON.parse(key) as [string | null, string];
		const meanOf = (baseline: string) =>
			describeValues(members.filter(({place}) => place.baseline === baseline).map(({latencyMs}) => latencyMs)).mean;
		const [linear, iterative] = [meanOf('linear'), meanOf('iterative')];
		if (device === null || linear === null || iterative === null) return [];
		return [[device, architecture, ((linear - iterative) / linear) * 100]];
	});
	return build(
		{
			...{
				path: `${FOLDER}/hardware_generalization_heatmap.png`,
				title: 'Improvement of iterative over linear, percent',
			},
			...{mark: 'heat', x: 'architecture', y: 'device', series: 'improvement_pct'},
		},
		{columns: ['device', 'architecture', 'improvement_pct'], rows: table},
		'no architecture has both baselines linear and iterative with a latency on a device that names itself',
	);
}

/** What no other point beats in latency without losing quality stands apart. */
function drawPareto(rows: readonly IcdRow[]): IcdFigure {
	const points = rows.flatMap(({record, result, latencyMs}) => {
		const quality = readQuality(result?.metrics);
		return latencyMs === null || quality === null ? [] : [{id: record.experiment.id, latencyMs, quality}];
	});
	const front = new Set(findFront(points, ({latencyMs, quality}) => [latencyMs, quality], ['least', 'most']));
	return build(
		{
			...{path: `${FOLDER}/pareto_frontier_mamba.pdf`, title: 'Quality by latency, and who is not beaten in both'},
			...{mark: 'points', x: 'latency_ms', y: 'quality', series: 'on_frontier'},
		},
		{
			columns: ['run_id', 'latency_ms', 'quality', 'on_frontier'],
			rows: points.map((one) => [one.id, one.latencyMs, one.quality, front.has(one)]),
		},
		'no result has a quality (metrics quality or accuracy) beside its latency',
	);
}

const readQuality = (metrics: JsonObject | undefined): number | null =>
	readNumber(metrics?.quality) ?? readNumber(metrics?.accuracy);

function drawDistributions(rows: readonly IcdRow[], readSamples: ReadSamples): IcdFigure {
	const table = ofPhase(rows, 'table1').flatMap(({place, run, record, latencyMs}) =>
		latencyMs === null
			? []
			: readSamples(record.experiment.id).map((ms, index) => [place.architecture, place.baseline, run, index, ms]),
	);
	return build(
		{
			...{path: `${FOLDER}/latency_distributions.png`, title: 'Latencies by architecture and baseline'},
			...{mark: 'distribution', x: 'baseline', y: 'latency_ms', series: 'architecture'},
		},
		{columns: ['architecture', 'baseline', 'run', 'sample', 'latency_ms'], rows: table},
		'no cell has the axis baseline and latencies of single batches',
	);
}

const LEAST_WIDTHS = 3;

function drawWidth(rows: readonly IcdRow[]): IcdFigure {
	const points = rows.flatMap(({cell: {cell}, record, latencyMs}) => {
		const width = readNumber(cell.axes.width) ?? readNumber(cell.params.dim);
		return width === null || latencyMs === null ? [] : [[record.experiment.id, width, latencyMs]];
	});
	const widths = new Set(points.map(([, width]) => width));
	return build(
		{
			...{path: `${FOLDER}/scaling_with_width.png`, title: 'Latency by width'},
			...{mark: 'lines', x: 'width', y: 'latency_ms', series: null},
		},
		{columns: ['run_id', 'width', 'latency_ms'], rows: widths.size < LEAST_WIDTHS ? [] : points},
		`fewer than ${LEAST_WIDTHS} widths (axis width, or dim of a model) have a latency`,
	);
}
