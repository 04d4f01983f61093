import {groupBy} from '../cells.ts';
import {averageStages, findCopyUs, type StageTimes} from '../classes.ts';
import {identifyDepthSeries} from '../configuration.ts';
import {findCrossovers} from '../crossover.ts';
import type {Configuration, Name} from '../points.ts';
import type {CrossoverRow} from '../study.ts';
import {type ChartSpec, type Figure, leaveOut, type Read, tabulate, toData} from './figure.ts';

const HEADING = {name: 'crossover', title: 'Crossover of copies, launches and computing by depth'};

type Step = {
	readonly series: string;
	readonly model: string;
	readonly depth: number;
	readonly stage: 'copies' | 'launches' | 'computing';
	readonly us: number;
};

type Series = {readonly label: string; readonly steps: readonly Step[]; readonly crossover: CrossoverRow};

const STEP: readonly Read<Step>[] = [
	{key: 'series', title: 'series', read: ({series}) => series},
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'depth', title: 'depth', read: ({depth}) => depth},
	{key: 'stage', title: 'stage', read: ({stage}) => stage},
	{key: 'us_per_sample', title: 'µs a sample', read: ({us}) => us},
];

/** More series than these are not drawn below each other. */
const MOST_SERIES = 4;

/** What each stage takes alone, for models that differ in their depth only, and where computing overtakes copying. */
export function drawCrossovers(configurations: readonly Configuration[], name: Name): Figure {
	const groups = groupBy(
		configurations.filter(({experiment}) => typeof experiment.params.depth === 'number'),
		({experiment}) => identifyDepthSeries(experiment),
	);
	const all = [...groups.values()].flatMap((members) => readSeries(members, name));
	if (all.length === 0)
		return leaveOut(HEADING, 'it takes models that differ in their depth only, with the floor of each stage measured');
	const shown = all.slice(0, MOST_SERIES);
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			'What each stage takes alone; both directions of copying run at the same time, so the longer one counts. Launches: for which the GPU waits for the host in the forward pass.',
			...all.map(({label, crossover}) => `${label}: ${crossover.verdict}.`),
			...(all.length > MOST_SERIES ? [`The first ${MOST_SERIES} of ${all.length} series are drawn.`] : []),
		],
		chart: {vconcat: shown.map(drawSeries)},
		table: tabulate(
			STEP,
			all.flatMap(({steps}) => steps),
		),
	};
}

function readSeries(members: readonly Configuration[], name: Name): readonly Series[] {
	const [crossover] = findCrossovers(members, name);
	if (!crossover) return [];
	const label = crossover.models.join(' to ');
	const steps = members.flatMap((one) => {
		const times = averageStages(one.near);
		return typeof times === 'string' ? [] : listSteps(label, name(one), Number(one.experiment.params.depth), times);
	});
	return [{label, steps: steps.toSorted((a, b) => a.depth - b.depth), crossover}];
}

const listSteps = (series: string, model: string, depth: number, times: StageTimes): readonly Step[] => [
	{series, model, depth, stage: 'copies', us: findCopyUs(times)},
	{series, model, depth, stage: 'launches', us: times.launchUs},
	{series, model, depth, stage: 'computing', us: times.computeUs},
];

function drawSeries({label, steps, crossover}: Series): ChartSpec {
	const y = {field: 'us_per_sample', type: 'quantitative', title: 'µs a sample', axis: {format: '~s'}} as const;
	const x = {type: 'quantitative', title: 'depth', scale: {zero: false}, axis: {tickMinStep: 1, format: 'd'}} as const;
	const color = {
		field: 'stage',
		type: 'nominal',
		title: 'stage alone',
		scale: {domain: ['copies', 'launches', 'computing'], range: ['$blue', '$orange', '$green']},
	};
	return {
		title: {text: label, fontSize: 12},
		width: 520,
		height: 220,
		data: toData(tabulate(STEP, steps)),
		layer: [
			{mark: {type: 'line', strokeWidth: 2}, encoding: {x: {...x, field: 'depth'}, y, color}},
			{mark: {type: 'point', filled: true, size: 50}, encoding: {x: {...x, field: 'depth'}, y, color}},
			...(crossover.depth === null
				? []
				: [
						{
							data: {values: [{at: crossover.depth}]},
							mark: {type: 'rule', strokeDash: [4, 4], color: '$quiet'},
							encoding: {x: {...x, field: 'at'}},
						},
					]),
		],
	};
}
