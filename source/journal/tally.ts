import type {Experiment, ExperimentResult} from '../domain/experiment.ts';
import type {Phase} from '../domain/phases.ts';

type Sum = {readonly totalS: number; readonly count: number};

/** How long successes took, as a whole and phase by phase. */
export type Tally = {readonly whole: Sum; readonly phases: {readonly [name in Phase]?: Sum}};

const EMPTY: Sum = {totalS: 0, count: 0};
export const EMPTY_TALLY: Tally = {whole: EMPTY, phases: {}};

/** What is expected to take equally long on every lane; a suite without names has one kind only. */
export const kindOf = ({model, profiler}: Pick<Experiment, 'model' | 'profiler'>): string =>
	profiler === undefined ? (model ?? '') : `${model ?? ''} under ${profiler}`;

export function addToTally({whole, phases}: Tally, {durationS, phasesS}: ExperimentResult): Tally {
	const sums: {[name in Phase]?: Sum} = {...phases};
	for (const [name, seconds] of Object.entries(phasesS)) sums[name as Phase] = add(sums[name as Phase], seconds);
	return {whole: add(whole, durationS), phases: sums};
}

const add = ({totalS, count}: Sum = EMPTY, seconds: number): Sum => ({totalS: totalS + seconds, count: count + 1});

/** Mean in ms; null before the first. */
export const meanMs = ({totalS, count}: Sum = EMPTY): number | null => (count === 0 ? null : (totalS / count) * 1000);
