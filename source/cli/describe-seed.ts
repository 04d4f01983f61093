import {chooseOrder} from '../plan/blocks.ts';
import {type Composition, findHead} from '../plan/compose.ts';
import type {Preparation} from './prepare.ts';

/** The seed that somebody fixed, or undefined where each run draws its own. */
export const findFixedSeed = (composition: Composition): number | undefined =>
	findHead(composition)?.suite.experiment.seed;

/** A plan and the run after it draw different seeds, so a drawn one is shown only where this very plan depends on it. */
export function describeSeed({
	composition,
	plan,
	overrides,
}: Pick<Preparation, 'composition' | 'plan' | 'overrides'>): string {
	if (findFixedSeed(composition) !== undefined) return `seed: ${plan.seed}, fixed`;
	const isMixed = composition.jobs.some(({suite}) => chooseOrder(suite.experiment) !== 'listed');
	if (!isMixed && !overrides.some(isShuffled)) return 'seed: drawn when it starts';
	return `seed: ${plan.seed}, drawn for this plan; experiment.seed=${plan.seed} repeats its order`;
}

export const isShuffled = (override: string): boolean => /\bshuffle\s*\(/.test(override);
