import type {ClassRow, CompileRow, Study} from '../study.ts';
import {cutLines, type Figure, fitChart, leaveOut, nameAxis, type Read, sayCut, tabulate, toData} from './figure.ts';

const STAGES = {name: 'stages', title: 'Stages of a sample, each measured alone'};
const COMPILED = {name: 'compile-speedup', title: 'Compile speed-up with 95 % intervals'};

const CLASS: readonly Read<ClassRow>[] = [
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'bound_by', title: 'bound by', read: ({cause}) => cause},
	{key: 'copy_in_percent', title: 'copy in, %', read: ({shares}) => shares.h2dPercent},
	{key: 'compute_percent', title: 'computing, %', read: ({shares}) => shares.computePercent},
	{key: 'launch_percent', title: 'launches, %', read: ({shares}) => shares.launchPercent},
	{key: 'copy_out_percent', title: 'copy out, %', read: ({shares}) => shares.d2hPercent},
	{key: 'reached_percent', title: 'reached, %', read: ({reachedPercent}) => reachedPercent},
	{key: 'n', title: 'results', read: ({n}) => n},
	{key: 'reason', title: 'why', read: ({reason}) => reason},
];

const PARTS = [
	{name: 'copy in', colour: '$blue', read: ({shares}: ClassRow) => shares.h2dPercent},
	{name: 'computing', colour: '$green', read: ({shares}: ClassRow) => shares.computePercent},
	{name: 'launches', colour: '$orange', read: ({shares}: ClassRow) => shares.launchPercent},
	{name: 'copy out', colour: '$sky', read: ({shares}: ClassRow) => shares.d2hPercent},
] as const;

/** Where the time of a sample would go if the stages came one after the other. */
export function drawStages({classes, unclassified}: Study): Figure {
	if (classes.length === 0) return leaveOut(STAGES, explainMissing(unclassified));
	const shown = cutLines(classes);
	const values = shown.flatMap((row) =>
		PARTS.map(({name, read}, order) => ({
			label: `${row.model}  (${row.cause})`,
			stage: name,
			percent: read(row),
			order,
		})),
	);
	return {
		kind: 'drawn',
		...STAGES,
		caption: [
			'Shares of the stages one after the other; in a pipeline they overlap. In brackets: what bounds the model.',
			...unclassified.map(({reason, count}) => `${count} without a class: ${reason}.`),
			...sayCut(classes, 'models'),
		],
		chart: fitChart(shown.length, {
			data: {values},
			mark: {type: 'bar', height: {band: 0.75}},
			encoding: {
				y: nameAxis('label'),
				x: {field: 'percent', type: 'quantitative', title: '% of the sum of the stages', scale: {domain: [0, 100]}},
				order: {field: 'order', type: 'quantitative'},
				color: {
					field: 'stage',
					type: 'nominal',
					title: null,
					scale: {domain: PARTS.map(({name}) => name), range: PARTS.map(({colour}) => colour)},
					legend: {orient: 'top', direction: 'horizontal'},
				},
			},
		}),
		table: tabulate(CLASS, classes),
	};
}

const explainMissing = (unclassified: Study['unclassified']): string =>
	unclassified.length === 0
		? 'no result that was measured on a GPU has the floors of its stages'
		: unclassified.map(({reason, count}) => `${count} without a class: ${reason}`).join('; ');

const COMPILE: readonly Read<CompileRow>[] = [
	{key: 'label', title: 'model and mode', read: ({model, mode}) => `${model}  ${mode}`},
	{key: 'model', title: 'model', read: ({model}) => model},
	{key: 'mode', title: 'mode', read: ({mode}) => mode},
	{key: 'speedup', title: 'speed-up', read: ({speedup}) => speedup},
	{key: 'low', title: 'low', read: ({low}) => low},
	{key: 'high', title: 'high', read: ({high}) => high},
	{key: 'n', title: 'blocks', read: ({n}) => n},
];

/** Compiled over eager throughput of the same configuration in the same place. */
export function drawCompiled({compiled}: Study): Figure {
	if (compiled.length === 0)
		return leaveOut(COMPILED, 'no model was measured both compiled and eager on a GPU, the same in all else');
	const shown = cutLines(compiled);
	const x = {type: 'quantitative', title: 'compiled over eager throughput', scale: {zero: false}} as const;
	return {
		kind: 'drawn',
		...COMPILED,
		caption: [
			'The same configuration on the same GPU and node, paired by block; right of the dashed line compiling pays.',
			...(shown.some(({low}) => low === null)
				? ['A point without a line is a single run, which has no interval.']
				: []),
			...sayCut(compiled, 'configurations'),
		],
		chart: fitChart(shown.length, {
			data: toData(tabulate(COMPILE, shown)),
			encoding: {y: nameAxis('label')},
			layer: [
				{
					data: {values: [{at: 1}]},
					mark: {type: 'rule', strokeDash: [4, 4], color: '$quiet'},
					encoding: {x: {...x, field: 'at'}, y: {value: 0}, y2: {value: {expr: 'height'}}},
				},
				{
					mark: {type: 'rule', strokeWidth: 2, color: '$blue'},
					encoding: {x: {...x, field: 'low'}, x2: {field: 'high'}},
				},
				{
					mark: {type: 'point', filled: true, size: 55, opacity: 1, color: '$blue'},
					encoding: {x: {...x, field: 'speedup'}},
				},
			],
		}),
		table: tabulate(COMPILE, compiled),
	};
}
