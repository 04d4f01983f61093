import {createRandom, deriveSeed, shuffle} from './random.ts';

/** What is measured against each other on one lane: one model and configuration on several nodes. */
export type Comparison<Item> = {
	/** Names it within the run, for draws of its own. */
	readonly key: string;
	readonly lane: string;
	/** On the GPU's own node. */
	readonly reference: Item;
	readonly others: readonly Item[];
};

/** One place in a block. */
export type Turn<Item> = {
	readonly item: Item;
	/** The reference once more, as a control. */
	readonly isTwin: boolean;
};

/** Which block, from 1, and what its order is drawn from. */
export type Drawn = {readonly block: number; readonly seed: number; readonly hasTwins: boolean};

/**
 * The order of one block: lane by lane, comparison by comparison, both drawn anew for each block, and what is compared
 * next to each other, so that a drift of the machine has the least time to come between.
 */
export function orderBlock<Item>(comparisons: readonly Comparison<Item>[], drawn: Drawn): readonly Turn<Item>[] {
	const random = createRandom(deriveSeed(drawn.seed, `block ${drawn.block}`));
	const lanes = [...Map.groupBy(comparisons, ({lane}) => lane).values()];
	return shuffle(lanes, random).flatMap((own) =>
		shuffle(own, random).flatMap((comparison) => arrangeComparison(comparison, drawn)),
	);
}

/**
 * Two blocks belong together: the second has the order of the first turned round, so that over both every item stands
 * equally late and a linear drift cancels exactly. Which of them comes first is drawn for each comparison.
 *
 * A (reference), B (remote) and the twin A' go round in A B A', A' B A, A' A B, B A A'. A and B stay neighbours, AB in
 * one block and BA in the next, and over the four both are first once, last once and twice in the middle. With the first
 * two alone B would never come first: what slows an experiment down just after another model would count against A only,
 * and the control, whose halves each come first half of the time, would not show it. Here such an effect falls on the
 * control only, which makes the run more careful and never wrong.
 *
 * Several remotes move up by one each two blocks.
 */
function arrangeComparison<Item>(
	{key, reference, others}: Comparison<Item>,
	{block, seed, hasTwins}: Drawn,
): readonly Turn<Item>[] {
	const random = createRandom(deriveSeed(seed, `start ${key}`));
	const remotes = others.length;
	const round = Math.floor(random() * 2 * Math.max(1, remotes)) + Math.floor((block - 1) / 2);
	const isFirstTurned = random() < 0.5;
	const isTurned = isFirstTurned === ((block - 1) % 2 === 0);
	const isTwinFirst = remotes > 0 && Math.floor(round / remotes) % 2 === 1;
	const twins = hasTwins ? [{item: reference, isTwin: true}] : [];
	const compared = [reference, ...rotate(others, round)].map((item) => ({item, isTwin: false}));
	const turns = isTwinFirst ? [...twins, ...compared] : [...compared, ...twins];
	return isTurned ? turns.toReversed() : turns;
}

const rotate = <Item>(items: readonly Item[], by: number): readonly Item[] => {
	const start = items.length === 0 ? 0 : by % items.length;
	return [...items.slice(start), ...items.slice(0, start)];
};
