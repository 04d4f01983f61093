import type {ExperimentResult} from '../../domain/experiment.ts';
import type {Json} from '../../domain/json.ts';
import {selectSimulated} from '../../journal/select.ts';
import type {RunState} from '../../journal/state.ts';
import {describeForeign} from '../foreign/mark.ts';
import {WATERMARK} from '../summary-text.ts';
import {type IcdFigure, listIcdFigures, type ReadSamples} from './icd-figures.ts';
import {describeMetrics} from './icd-metrics.ts';
import {type IcdRow, listIcdRows} from './icd-rows.ts';
import type {IcdStatistics} from './icd-statistics.ts';
import {formatCsv, type IcdMarks, type IcdTable} from './icd-table.ts';
import {
	compareTable1,
	listMechanism,
	ofPhase,
	summarizeMechanism,
	summarizeQuantization,
	summarizeTable1,
} from './icd-tables.ts';

type Sources = {readonly statistics: IcdStatistics; readonly readSamples: ReadSamples};

/** The A100 guide's tree: texts by their path in it, and the figures that have data. */
export type IcdLayout = {
	readonly files: {readonly [path: string]: string};
	readonly figures: readonly IcdFigure[];
	/** What the guide names and this run has not, one line each. */
	readonly missing: readonly string[];
};

/** What the guide's own scripts leave, from a run that has the data; nothing is written for what it has not. */
export function layOutIcd(state: RunState, {statistics, readSamples}: Sources): IcdLayout {
	const rows = listIcdRows(state);
	const marks = {simulated: selectSimulated(state), foreign: state.opened?.foreign?.kind ?? null};
	const figures = listIcdFigures(rows, readSamples);
	const tables = listTables(rows, statistics);
	const missing = [
		...tables.flatMap(({path, table, needs}) => (table === null ? [`${path}: ${needs}`] : [])),
		...figures.flatMap((figure) => (figure.table === null ? [`${figure.path}: ${figure.reason}`] : [])),
		...ELSEWHERE,
	];
	const files = {
		...listMetrics(rows, state, {readSamples, marks}),
		...Object.fromEntries(
			tables.flatMap(({path, table}) => (table === null ? [] : [[path, formatCsv(table, marks)] as const])),
		),
		...explainMediation(rows, statistics, marks),
		...listFigureData(figures, marks),
	};
	return {files: {...files, 'experiments/ABOUT.txt': describeLayout(state, missing)}, figures, missing};
}

/** Of the guide, and of nothing that a run here has. */
const ELSEWHERE = [
	'experiments/mechanism/memory_hierarchy/hierarchy_metrics.json: no counter of single cache levels is read',
	'experiments/ablations/*/results.csv: no axis of a suite stands for it',
	'experiments/generalization/*: one run is of one machine',
	'experiments/tvm/comparison.csv: warpdeck runs no tuning',
];

const listTables = (rows: readonly IcdRow[], statistics: IcdStatistics): readonly NeedyTable[] => [
	{
		path: 'experiments/table1/results_summary.csv',
		table: summarizeTable1(rows),
		needs: 'no cell has the axis baseline',
	},
	{
		path: 'experiments/results/table1_stats.csv',
		table: compareTable1(rows, statistics),
		needs: 'no cell has the axis baseline',
	},
	{
		path: 'experiments/quantization/summary.csv',
		table: summarizeQuantization(rows),
		needs: 'no cell has the axis strategy',
	},
	{
		path: 'experiments/results/table3_mamba_deepdive.csv',
		table: summarizeMechanism(rows),
		needs: 'no cell has the axis mode',
	},
	{
		path: 'experiments/results/table3_mamba_deepdive_raw.csv',
		table: listMechanism(rows),
		needs: 'no cell has the axis mode',
	},
];

type NeedyTable = {readonly path: string; readonly table: IcdTable | null; readonly needs: string};

type MetricSources = Pick<Sources, 'readSamples'> & {readonly marks: IcdMarks};

/** Of every repetition that measured something, degraded ones too, which say so. */
function listMetrics(rows: readonly IcdRow[], state: RunState, {readSamples, marks}: MetricSources) {
	const taken = new Map<string, number>();
	return Object.fromEntries(
		rows.filter(hasResult).map((row) => {
			const count = (taken.get(row.folder) ?? 0) + 1;
			taken.set(row.folder, count);
			const path = `${row.folder}${count === 1 ? '' : `_${count}`}/metrics.json`;
			const samples = readSamples(row.record.experiment.id);
			return [path, toText(describeMetrics(row, state, {samples, marks}))];
		}),
	);
}

const hasResult = (row: IcdRow): row is IcdRow & {readonly result: ExperimentResult} =>
	row.result !== null && row.result.status !== 'failed' && row.result.status !== 'invalid';

/** A refusal stands there with its reason, because a file that is missing would be looked for. */
function explainMediation(rows: readonly IcdRow[], {mediate}: IcdStatistics, marks: IcdMarks) {
	const members = ofPhase(rows, 'mechanism');
	if (members.length === 0) return {};
	const found = mediate(members.map(({modularity, l2HitPercent, latencyMs}) => [modularity, l2HitPercent, latencyMs]));
	const described = {
		x: 'modularity',
		mediator: 'hit_rate',
		y: 'latency_ms',
		planned: members.length,
		...marks,
		...found,
	};
	return {'experiments/results/mediation_analysis.json': toText(described)};
}

/** What a figure shows, beside where it stands. */
const listFigureData = (figures: readonly IcdFigure[], marks: IcdMarks) =>
	Object.fromEntries(
		figures.flatMap(({path, table}) =>
			table === null ? [] : [[path.replace(/\.\w+$/, '.csv'), formatCsv(table, marks)] as const],
		),
	);

function describeLayout({opened}: RunState, missing: readonly string[]): string {
	const foreign = opened?.foreign;
	return `${[
		...(opened?.simulated ? [WATERMARK, ''] : []),
		...(foreign ? [describeForeign(foreign), ''] : []),
		`Laid out by warpdeck ${opened?.warpdeck ?? ''} from ${opened?.suite ?? 'a run'}, as the A100 guide names its files.`,
		'Tables and figures have what succeeded as it was declared; degraded, invalid and failed repetitions count as planned.',
		'A degraded one has its metrics.json, which says so.',
		'',
		missing.length === 0
			? 'Nothing that the guide names is missing.'
			: 'Not here, because the run has not measured it:',
		...missing.map((line) => `  ${line}`),
	].join('\n')}\n`;
}

const toText = (value: Json | object): string => `${JSON.stringify(value, null, '\t')}\n`;
