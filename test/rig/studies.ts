import type {Cell} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import type {RunState} from '../../source/journal/state.ts';
import {createRandom} from '../../source/plan/random.ts';
import {summarize} from '../../source/report/summarize.ts';
import type {PenaltyRow, Summary} from '../../source/report/summary.ts';
import {cell, controlId, opened, planned, play, ran, stamp, withControls} from './story.ts';

/** Normal numbers of mean 0 and standard deviation 1 (Box and Muller 1958). */
export function createNormal(seed: number): () => number {
	const random = createRandom(seed);
	return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Samples a second of an experiment, by its cell and its place in time (from 0). */
type Measure = (cell: Cell, place: number) => number;

/** All cells in each block, in their order in odd ones and backwards in even ones: AB, BA, AB ... */
export const runBlocks = (cells: readonly Cell[], blocks: number, measure: Measure): readonly Fact[] =>
	Array.from({length: blocks}, (_, index) => index + 1).flatMap((block) =>
		(block % 2 === 1 ? cells : cells.toReversed()).flatMap((one, position) =>
			ran(block === 1 ? one.runId : `${one.runId}.b${block}`, {
				throughputSamplesPerS: measure(one, (block - 1) * cells.length + position),
			}),
		),
	);

/** The same with the local cell once more: local, remote, local again in odd blocks and backwards in even ones. */
export const runControlledBlocks = (
	[local, remote]: readonly [Cell, Cell],
	blocks: number,
	measure: (cell: Cell, place: number, isControl: boolean) => number,
): readonly Fact[] =>
	Array.from({length: blocks}, (_, index) => index + 1).flatMap((block) => {
		const three = [{cell: local}, {cell: remote}, {cell: local, isControl: true}];
		return (block % 2 === 1 ? three : three.toReversed()).flatMap(({cell: one, isControl = false}, position) => {
			const own = block === 1 ? one.runId : `${one.runId}.b${block}`;
			return ran(isControl ? controlId(one.runId, block) : own, {
				throughputSamplesPerS: measure(one, (block - 1) * 3 + position, isControl),
			});
		});
	});

type Design = {readonly studies: number; readonly blocks: number; readonly comparisons?: number};

/** The same with an A/A control beside each comparison; whole summaries, because controls stand in them too. */
export function runControlledStudies(
	{studies, blocks, comparisons = 1}: Design,
	measure: Parameters<typeof runControlledBlocks>[2],
): readonly Summary[] {
	const pairs = Array.from({length: comparisons}, (_, index) => {
		const model = `model${index}`;
		return [cell({model}), cell({model, numaNode: 2})] as const;
	});
	const cells = pairs.flat();
	const locals = pairs.map(([local]) => local);
	const start = play(opened(), withControls(planned(cells, {blocks}), locals));
	return Array.from({length: studies}, () => {
		const state = stamp(pairs.flatMap((pair) => runControlledBlocks(pair, blocks, measure))).reduce(reduce, start);
		const summary = summarize(state, state.at);
		if (summary.anomalyCount > 0 || summary.controls?.planned !== comparisons)
			throw new Error('the story is not a run');
		return summary;
	});
}

/** The rows of each study's penalty table: a journal of its own for each, read by the `summarize` that screens call. */
export function runStudies(
	{studies, blocks, comparisons = 1}: Design,
	measure: Measure,
): readonly (readonly PenaltyRow[])[] {
	const models = Array.from({length: comparisons}, (_, index) => `model${index}`);
	const cells = models.flatMap((model) => [0, 2].map((numaNode) => cell({model, numaNode})));
	const start = play(opened(), planned(cells, {blocks}));
	return Array.from({length: studies}, () => {
		const state = stamp(runBlocks(cells, blocks, measure)).reduce(reduce, start);
		return readRows(state, comparisons);
	});
}

function readRows(state: RunState, comparisons: number): readonly PenaltyRow[] {
	const {penalties, anomalyCount} = summarize(state, state.at);
	if (anomalyCount > 0 || penalties.kind === 'none') throw new Error('the story is not a run');
	if (penalties.comparisons !== comparisons) throw new Error('the family is not what was planned');
	return penalties.rows;
}
