import {
	computeDetectablePercent,
	computeInterval,
	countBlocksNeeded,
	type Effect,
	type Estimate,
	MOST_BLOCKS,
	testDifference,
	testEquivalence,
	toPenaltyPercent,
} from './effect.ts';
import {countNoun} from './figures.ts';
import {adjustHolm} from './holm.ts';
import type {Interval, Judgement} from './summary.ts';

/** Chance of a false penalty anywhere in the family, two-sided, and of a false "none". */
const LEVEL = 0.05;
/** A penalty between -2 and 2 % is called none. */
const DELTA = 0.02;
export const DELTA_PERCENT = 100 * DELTA;
/**
 * Fewer blocks conclude nothing: if all of five agree, the p of a sign-flip test is 0.0625, so that a conclusion would
 * rest on the shape of a distribution that five values cannot show.
 */
export const LEAST_BLOCKS = 6;

/** Judges what has pairs as one family; its `size` counts comparisons without pairs too, because the plan fixes it. */
export function judgeFamily<T extends {readonly effect: Effect}>(
	members: readonly T[],
	size: number,
): readonly (T & {readonly judgement: Judgement})[] {
	const ps = members.map(({effect}) => (isEstimate(effect) ? testDifference(effect) : null));
	const adjusted = adjustHolm(ps, size);
	const rejected = adjusted.filter((p) => p !== null && p < LEVEL).length;
	const level = LEVEL / Math.max(1, size - rejected);
	return members.map((member, index) => ({
		...member,
		judgement: isEstimate(member.effect)
			? judge(member.effect, {p: ps[index] ?? 1, pHolm: adjusted[index] ?? 1, level})
			: SINGLE_RUN,
	}));
}

const isEstimate = (effect: Effect): effect is Estimate => effect.sd !== null;

const SINGLE_RUN: Judgement = {
	finding: 'single-run',
	interval: null,
	p: null,
	pHolm: null,
	detectablePercent: null,
	moreBlocks: null,
	verdict: 'single run, no interval',
};

/** `level` is what Holm asks of the first of the family that it does not reject, so that what is called detectable is. */
type Place = {readonly p: number; readonly pHolm: number; readonly level: number};

function judge(effect: Estimate, {p, pHolm, level}: Place): Judgement {
	const interval = computeInterval(effect);
	const detectablePercent = computeDetectablePercent(effect, level);
	const numbers = {interval, p, pHolm, detectablePercent};
	if (effect.n >= LEAST_BLOCKS && pHolm < LEVEL) {
		return {...numbers, finding: 'penalty', moreBlocks: 0, verdict: describePenalty(effect.mean, interval)};
	}
	if (effect.n >= LEAST_BLOCKS && testEquivalence(effect, DELTA) < LEVEL) {
		return {...numbers, finding: 'none', moreBlocks: 0, verdict: `none above ${DELTA_PERCENT} %`};
	}
	const moreBlocks = countMoreBlocks(effect, level, detectablePercent);
	const needed = moreBlocks === null ? `more than ${MOST_BLOCKS} more blocks` : countNoun(moreBlocks, 'more block');
	const verdict = `inconclusive, could detect ${detectablePercent.toFixed(1)} %, ${needed} needed`;
	return {...numbers, finding: 'inconclusive', moreBlocks, verdict};
}

/** Until a penalty of 2 % would be found; where it would be already, until the one that was seen is. */
function countMoreBlocks({n, mean, sd}: Estimate, level: number, detectablePercent: number): number | null {
	const isFineEnough = n >= LEAST_BLOCKS && detectablePercent <= DELTA_PERCENT;
	const logRatio = isFineEnough ? mean : Math.log1p(-DELTA);
	const needed = countBlocksNeeded({sd, logRatio, level}, Math.max(LEAST_BLOCKS, n + 1));
	return needed === null ? null : needed - n;
}

/** Narrow intervals keep a second decimal, which would otherwise hide that they leave out 0. */
function describePenalty(mean: number, {lowPercent, highPercent}: Interval): string {
	const digits = highPercent - lowPercent < 0.2 ? 2 : 1;
	const [low, high] = [lowPercent, highPercent].map((end) => end.toFixed(digits));
	return `penalty ${toPenaltyPercent(mean).toFixed(digits)} % [${low}, ${high}]`;
}
