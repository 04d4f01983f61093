import type {Summary, Touched} from '../summary.ts';
import {cutLines, type Figure, fitChart, leaveOut, nameAxis, type Read, sayCut, tabulate, toData} from './figure.ts';

const HEADING = {name: 'success', title: 'What became of the cells, by reason'};

type Bar = {readonly label: string; readonly status: string; readonly cells: number; readonly first: string | null};

const STATUSES: readonly (readonly [status: string, colour: string])[] = [
	['succeeded', '$green'],
	['degraded', '$yellow'],
	['invalid', '$purple'],
	['failed', '$red'],
	['postponed', '$orange'],
	['skipped', '$sky'],
	['unfinished', '$quiet'],
];

const BAR: readonly Read<Bar>[] = [
	{key: 'reason', title: 'reason', read: ({label}) => label},
	{key: 'status', title: 'status', read: ({status}) => status},
	{key: 'cells', title: 'cells', read: ({cells}) => cells},
	{key: 'first', title: 'first', read: ({first}) => first},
];

/** A bar for what succeeded, and one for each reason why something did not. */
export function drawSuccess(summary: Summary): Figure {
	const bars = listBars(summary).filter(({cells}) => cells > 0);
	if (bars.length === 0) return leaveOut(HEADING, 'the run has no cells');
	const shown = cutLines(bars);
	const statuses = STATUSES.filter(([name]) => shown.some(({status}) => status === name));
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			`${summary.total} cells are planned. A cell with several reasons counts for each of them, once.`,
			...sayCut(bars, 'reasons'),
		],
		chart: fitChart(shown.length, {
			data: toData(tabulate(BAR, shown)),
			encoding: {
				y: nameAxis('reason'),
				x: {field: 'cells', type: 'quantitative', title: 'cells', axis: {tickMinStep: 1, format: 'd'}},
			},
			layer: [
				{
					mark: {type: 'bar', height: {band: 0.75}},
					encoding: {
						color: {
							field: 'status',
							type: 'nominal',
							title: null,
							scale: {domain: statuses.map(([name]) => name), range: statuses.map(([, colour]) => colour)},
							legend: {orient: 'top', direction: 'horizontal'},
						},
					},
				},
				{
					mark: {type: 'text', align: 'left', dx: 4, color: '$soft'},
					encoding: {text: {field: 'cells', type: 'quantitative'}},
				},
			],
		}),
		table: tabulate(BAR, bars),
	};
}

const listBars = (summary: Summary): readonly Bar[] => [
	{label: 'succeeded as declared', status: 'succeeded', cells: summary.succeeded, first: null},
	...listTouched(summary.degradations, 'degraded'),
	...listTouched(summary.invalidations, 'invalid'),
	...summary.reasons.map(({kind, count, firstRunId}) => ({
		label: kind,
		status: 'failed',
		cells: count,
		first: firstRunId,
	})),
	...listTouched(summary.postponements, 'postponed'),
	...listTouched(summary.skips, 'skipped'),
	{label: 'not finished', status: 'unfinished', cells: summary.unfinished, first: null},
];

/** What is no cell's is listed below the figures, and is no bar. */
const listTouched = (reasons: readonly Touched[], status: string): readonly Bar[] =>
	reasons
		.filter(({role}) => role === undefined)
		.map(({reason, count, firstRunId}) => ({label: reason, status, cells: count, first: firstRunId}));
