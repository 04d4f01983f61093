import {UserError} from '../domain/errors.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {Job} from './compose.ts';

type Orders = Pick<Job, 'number' | 'suite' | 'suiteName'>;

/**
 * Of jobs that ask for it the experiments that take longest come first, so that no lane has a long one left when the
 * others are done. What nobody knows the length of comes behind, as it is listed.
 */
export function orderLongest(
	experiments: readonly Experiment[],
	jobs: readonly Orders[],
	findSeconds: (experiment: Experiment) => number | undefined,
): readonly Experiment[] {
	const wanted = jobs.filter(({suite}) => suite.experiment.order === 'longest');
	if (wanted.length === 0) return experiments;
	wanted.forEach(refuseBlocks);
	const numbers = new Set(wanted.map(({number}) => number));
	const asked = experiments
		.filter(({job}) => numbers.has(job))
		.map((experiment) => ({experiment, seconds: findSeconds(experiment) ?? 0}))
		.toSorted((a, b) => b.seconds - a.seconds);
	// A phase of a campaign keeps its place.
	const sorted = Map.groupBy(asked, ({experiment}) => experiment.phase);
	return experiments.map((experiment) =>
		numbers.has(experiment.job) ? (sorted.get(experiment.phase)?.shift()?.experiment ?? experiment) : experiment,
	);
}

/** The same order in every block would put a drift of the machine on one side of each comparison. */
function refuseBlocks({suite, suiteName}: Orders): void {
	const {blocks} = suite.experiment;
	if (blocks === 1) return;
	throw new UserError(
		`${suiteName}: order=longest and blocks=${blocks} do not go together: blocks are there to compare.`,
		{
			tryThis: ['experiment.order=interleaved   (for comparisons)', 'experiment.blocks=1   (for the shortest night)'],
		},
	);
}
