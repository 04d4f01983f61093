import {createRandom} from '../domain/random.ts';

/** Where the draws come from; the seed stands beside whatever is made of them. */
export type Draw = {
	readonly seed: number;
	readonly resamples: number;
	/** A stream of numbers in [0, 1); absent: the one that the seed begins. */
	readonly random?: () => number;
};

export const DEFAULT_RESAMPLES = 10_000;

/** An estimate from each resample: as many items as there are, drawn with replacement. */
export function resample<T>(
	items: readonly T[],
	estimate: (items: readonly T[]) => number,
	{seed, resamples, random = createRandom(seed)}: Draw,
): readonly number[] {
	const drawn = [...items];
	return Array.from({length: resamples}, () => {
		for (let place = 0; place < drawn.length; place++) drawn[place] = items[Math.floor(random() * items.length)] as T;
		return estimate(drawn);
	});
}

/** In ascending order, so that the order in which values came changes nothing that is drawn from them. */
export const sortValues = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);
