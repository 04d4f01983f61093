import {toMetric} from '../../domain/command-output.ts';
import {type Device, isSuccess} from '../../domain/experiment.ts';
import {readNumber} from '../../domain/json.ts';
import type {Workload} from '../../domain/suite.ts';
import {isNamed} from '../../domain/workload.ts';
import type {ExperimentRecord, Opened} from '../../journal/state.ts';
import {getResult, groupBy} from '../cells.ts';
import {labelConfigurations} from '../comparison-labels.ts';
import {buildSection, type Read, type Section} from '../section.ts';

/** A number that the suite says how to find, over the results of one model and point of the axes. */
export type MetricRow = {
	readonly metric: string;
	readonly unit: string | null;
	readonly model: string;
	readonly device: Device | null;
	/** Results behind it, and how many of them are degraded. */
	readonly n: number;
	readonly degraded: number;
	readonly mean: number;
	readonly min: number;
	readonly max: number;
};

type Units = ReadonlyMap<string, string | null>;

/** In the order of the suite; a number of what failed or is invalid counts in none. */
export function averageMetrics(records: readonly ExperimentRecord[], opened: Opened): readonly MetricRow[] {
	const units = opened.workloads.map(listUnits);
	if (units.every((one) => one.size === 0)) return [];
	const labels = labelConfigurations(records);
	const values = records.flatMap((record, index) => {
		const result = getResult(record);
		const own = units[opened.jobs[record.experiment.job]?.workload ?? -1];
		if (!own || !result || !isSuccess(result)) return [];
		return [...own].flatMap(([metric, unit]) => {
			const value = readNumber(result.metrics[metric]);
			// Points of the axes are names enough.
			const model = labels[index]?.replace(/^no model (?=.)/, '') ?? '';
			return value === null ? [] : [{metric, unit, model, device: result.device, value, status: result.status}];
		});
	});
	const order = [...new Set(units.flatMap((one) => [...one.keys()]))];
	const groups = groupBy(values, ({metric, unit, model, device}) => JSON.stringify([metric, unit, model, device]));
	const rows = [...groups.values()].flatMap(([first, ...rest]) => (first ? [buildRow([first, ...rest])] : []));
	return rows.toSorted((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric));
}

/** Of the metrics of a command; bundled workloads have tables of their own. */
function listUnits(workload: Workload): Units {
	if (workload === 'vit_pipeline' || isNamed(workload)) return new Map();
	return new Map(Object.entries(workload.metrics ?? {}).map(([name, rule]) => [name, toMetric(rule).unit ?? null]));
}

type Value = Omit<MetricRow, 'n' | 'degraded' | 'mean' | 'min' | 'max'> & {
	readonly value: number;
	readonly status: string;
};

function buildRow(all: readonly [Value, ...Value[]]): MetricRow {
	const [{metric, unit, model, device}] = all;
	const values = all.map(({value}) => value);
	return {
		metric,
		unit,
		model,
		device,
		n: values.length,
		degraded: all.filter(({status}) => status === 'degraded').length,
		// Divided first, because a sum of large numbers may be larger than any.
		mean: values.reduce((sum, value) => sum + value / values.length, 0),
		min: values.reduce((least, value) => Math.min(least, value)),
		max: values.reduce((most, value) => Math.max(most, value)),
	};
}

/** Five digits, as much as a person reads. */
export const formatFigure = (value: number): string => `${Number(value.toPrecision(5))}`;

const right = (title: string, keep: number, read: (row: MetricRow) => string): Read<MetricRow> => ({
	title,
	side: 'right',
	keep,
	read,
});

const COLUMNS: readonly Read<MetricRow>[] = [
	{title: 'metric', side: 'left', keep: 9, min: 12, read: ({metric}) => metric},
	{title: 'model', side: 'left', keep: 9, min: 12, read: ({model}) => model},
	{title: 'device', side: 'left', keep: 4, read: ({device}) => device ?? 'N/A'},
	right('n', 6, ({n}) => `${n}`),
	right('degraded', 3, ({degraded}) => (degraded === 0 ? '' : `${degraded}`)),
	right('mean', 9, ({mean}) => formatFigure(mean)),
	right('min', 5, ({min}) => formatFigure(min)),
	right('max', 5, ({max}) => formatFigure(max)),
	{title: 'unit', side: 'left', keep: 8, read: ({unit}) => unit ?? ''},
];

export const sectionOfMetrics = (rows: readonly MetricRow[]): Section | null =>
	buildSection('metrics by model', [], COLUMNS, rows);
