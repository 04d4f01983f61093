import type {Cell, ExperimentResult} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, opened, planned, play, ran} from './story.ts';
import {createNormal} from './studies.ts';

type Told = {
	readonly cells?: readonly Cell[];
	readonly blocks?: number;
	/** Blocks that came to their end, from the first. */
	readonly done?: number;
	readonly opening?: Partial<Extract<Fact, {type: 'opened'}>>;
	readonly measure?: (cell: Cell, block: number) => Partial<ExperimentResult>;
};

const SD = 0.004;

/** A run of two cells unless it says otherwise, each with its throughput in every block; `token` tells runs apart. */
export function tellRun(token: string, told: Told = {}): RunState {
	const {cells = [cell(), cell({numaNode: 2})], blocks = 6, done = blocks, opening = {}, measure = () => ({})} = told;
	const facts = Array.from({length: done}, (_, index) => index + 1).flatMap((block) =>
		cells.flatMap((one) => ran(block === 1 ? one.runId : `${one.runId}.b${block}`, measure(one, block))),
	);
	return play(opened({token, ...opening}), planned(cells, {blocks}), ...facts);
}

/** Throughput around this many samples a second, with the scatter of a quiet machine. */
export function around(
	samplesPerS: number,
	seed = 1,
	sd = SD,
): (cell: Cell, block: number) => Partial<ExperimentResult> {
	const normal = createNormal(seed);
	return () => ({throughputSamplesPerS: samplesPerS * Math.exp(sd * normal())});
}
