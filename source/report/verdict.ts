import {
	computeDetectableBeside,
	computeDetectablePercent,
	computeInterval,
	countBlocksNeeded,
	type Effect,
	type Estimate,
	isEstimate,
	MOST_BLOCKS,
	testDifference,
	testEquivalence,
	toPenaltyPercent,
} from './effect.ts';
import {countNoun, formatPercent} from './figures.ts';
import {adjustHolm} from './holm.ts';
import type {Interval, Judgement} from './summary.ts';

/** Chance of a false penalty anywhere in the family, two-sided, and of a false "none". */
export const LEVEL = 0.05;
/** A penalty between -2 and 2 % is called none. */
const DELTA = 0.02;
export const DELTA_PERCENT = 100 * DELTA;
/**
 * Fewer blocks conclude nothing: if all of five agree, the p of a sign-flip test is 0.0625, so that a conclusion would
 * rest on the shape of a distribution that five values cannot show.
 */
export const LEAST_BLOCKS = 6;

/**
 * What local against local says of a comparison. `absent`: no control was planned; `failed`: of some comparison of the
 * session the two equal sides differ, so that none of its verdicts can be trusted.
 */
export type Beside =
	| {readonly kind: 'absent' | 'failed'}
	/** null where the control has no interval (yet). */
	| {readonly kind: 'bound'; readonly percent: number | null};

const NO_CONTROL: Beside = {kind: 'absent'};

type Member = {readonly effect: Effect; readonly beside?: Beside};

/** Judges what has pairs as one family; its `size` counts comparisons without pairs too, because the plan fixes it. */
export function judgeFamily<T extends Member>(
	members: readonly T[],
	size: number,
): readonly (T & {readonly judgement: Judgement})[] {
	const ps = members.map(({effect}) => (isEstimate(effect) ? testDifference(effect) : null));
	const adjusted = adjustHolm(ps, size);
	const rejected = adjusted.filter((p) => p !== null && p < LEVEL).length;
	const level = LEVEL / Math.max(1, size - rejected);
	return members.map((member, index) => {
		const place = {p: ps[index] ?? 1, pHolm: adjusted[index] ?? 1, level};
		const {effect, beside = NO_CONTROL} = member;
		const judgement = isEstimate(effect) ? judge(effect, place, beside) : SINGLE_RUN;
		return {...member, judgement: beside.kind === 'failed' ? {...judgement, ...INVALID} : judgement};
	});
}

const INVALID = {
	finding: 'invalid',
	moreBlocks: null,
	verdict: 'not valid: an A/A control differs',
} as const;

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

function judge(effect: Estimate, {p, pHolm, level}: Place, beside: Beside): Judgement {
	const interval = computeInterval(effect);
	const detectablePercent = findDetectable(effect, level, beside);
	const numbers = {interval, p, pHolm, detectablePercent};
	const unsaid = beside.kind === 'absent' ? ', no control' : '';
	if (effect.n >= LEAST_BLOCKS && pHolm < LEVEL) {
		const objection = object(toPenaltyPercent(effect.mean), beside);
		if (objection) return {...numbers, finding: 'inconclusive', moreBlocks: null, verdict: objection};
		return {...numbers, finding: 'penalty', moreBlocks: 0, verdict: describePenalty(effect.mean, interval) + unsaid};
	}
	if (effect.n >= LEAST_BLOCKS && testEquivalence(effect, DELTA) < LEVEL) {
		return {...numbers, finding: 'none', moreBlocks: 0, verdict: `none above ${DELTA_PERCENT} %${unsaid}`};
	}
	const moreBlocks = countMoreBlocks(effect, {level, detectablePercent, beside});
	const needed = moreBlocks === null ? `more than ${MOST_BLOCKS} more blocks` : countNoun(moreBlocks, 'more block');
	const verdict = `inconclusive, could detect ${detectablePercent.toFixed(1)} %, ${needed} needed`;
	return {...numbers, finding: 'inconclusive', moreBlocks, verdict};
}

/** Why a difference that is there is no penalty yet: equal sides differ as much. */
function object(penaltyPercent: number, beside: Beside): string | null {
	if (beside.kind !== 'bound') return null;
	if (beside.percent === null) return 'inconclusive, its A/A control has no interval';
	if (Math.abs(penaltyPercent) > beside.percent) return null;
	return `inconclusive, ${formatPercent(penaltyPercent)} is within its A/A bound of ${formatPercent(beside.percent)}`;
}

function findDetectable(effect: Estimate, level: number, beside: Beside): number {
	const alone = computeDetectablePercent(effect, level);
	if (beside.kind !== 'bound' || beside.percent === null) return alone;
	return Math.max(alone, computeDetectableBeside(effect, beside.percent));
}

/** Until a penalty of 2 % would be found; where it would be already, until the one that was seen is. */
function countMoreBlocks(
	{n, mean, sd}: Estimate,
	{
		level,
		detectablePercent,
		beside,
	}: {
		readonly level: number;
		readonly detectablePercent: number;
		readonly beside: Beside;
	},
): number | null {
	const isFineEnough = n >= LEAST_BLOCKS && detectablePercent <= DELTA_PERCENT;
	const logRatio = isFineEnough ? mean : Math.log1p(-DELTA);
	const needed = countBlocksNeeded({sd, logRatio, level}, Math.max(LEAST_BLOCKS, n + 1));
	const besideNeeded = countBlocksBeside({n, sd, logRatio}, beside);
	if (needed === null || besideNeeded > MOST_BLOCKS) return null;
	return Math.max(needed, besideNeeded) - n;
}

/** The same beside a control, if its bound shrinks as intervals do: with the root of the blocks. */
function countBlocksBeside({n, sd, logRatio}: {n: number; sd: number; logRatio: number}, beside: Beside): number {
	if (beside.kind !== 'bound' || beside.percent === null) return 0;
	const found = Math.log1p(-Math.min(99, computeDetectableBeside({n, sd}, beside.percent)) / 100);
	return Math.ceil(n * (found / logRatio) ** 2);
}

/** Narrow intervals keep a second decimal, which would otherwise hide that they leave out 0. */
function describePenalty(mean: number, {lowPercent, highPercent}: Interval): string {
	const digits = highPercent - lowPercent < 0.2 ? 2 : 1;
	const [low, high] = [lowPercent, highPercent].map((end) => end.toFixed(digits));
	return `penalty ${toPenaltyPercent(mean).toFixed(digits)} % [${low}, ${high}]`;
}
