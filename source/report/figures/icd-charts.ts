import type {JsonObject} from '../../domain/json.ts';
import type {IcdFigure} from '../icd/icd-figures.ts';
import type {IcdTable} from '../icd/icd-table.ts';
import {type ChartSpec, cutLines, fitChart, nameAxis, toData} from './figure.ts';

export type IcdDrawn = Extract<IcdFigure, {readonly table: IcdTable}>;

/** A figure that the A100 guide names, as a chart; which column stands where is said by the figure. */
export function chartIcdFigure({mark, x, y, series, table}: IcdDrawn): ChartSpec {
	const data = toData({...table, columns: table.columns.map((key) => ({key, title: key}))});
	const lines = new Set(cutLines(table.rows)).size;
	return fitChart(mark === 'bars' || mark === 'heat' ? lines : CURVE_LINES, {data, ...CHARTS[mark](x, y, series)});
}

/** As high as so many names. */
const CURVE_LINES = 14;

const measure = (field: string): JsonObject => ({field, type: 'quantitative', title: field, scale: {zero: false}});

const colour = (series: string | null): JsonObject =>
	series === null ? {} : {color: {field: series, type: 'nominal', title: series}};

type Build = (x: string, y: string, series: string | null) => JsonObject;

const CHARTS: {readonly [mark in IcdFigure['mark']]: Build} = {
	bars: (x, y) => ({
		mark: {type: 'bar'},
		encoding: {y: nameAxis(x), x: {field: y, type: 'quantitative', title: y}},
	}),
	points: (x, y, series) => ({
		mark: {type: 'point', filled: true, size: 50},
		encoding: {x: measure(x), y: measure(y), ...colour(series)},
	}),
	lines: (x, y, series) => ({
		mark: {type: 'line', point: true},
		encoding: {x: measure(x), y: {...measure(y), aggregate: 'mean'}, ...colour(series)},
	}),
	distribution: (x, y, series) => ({
		mark: {type: 'boxplot', extent: 'min-max'},
		encoding: {y: nameAxis(x), x: measure(y), ...colour(series)},
	}),
	heat: (x, y, series) => ({
		encoding: {x: {field: x, type: 'nominal', title: x}, y: nameAxis(y)},
		layer: [
			{mark: {type: 'rect'}, encoding: {color: {field: series, type: 'quantitative', title: series}}},
			{mark: {type: 'text'}, encoding: {text: {field: series, type: 'quantitative', format: '.1f'}}},
		],
	}),
};
