import type {Cell} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import type {RunState} from '../../source/journal/state.ts';
import {createRandom} from '../../source/plan/random.ts';
import {summarize} from '../../source/report/summarize.ts';
import type {PenaltyRow} from '../../source/report/summary.ts';
import {cell, opened, planned, play, ran, stamp} from './story.ts';

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

type Design = {readonly studies: number; readonly blocks: number; readonly comparisons?: number};

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
