import {groupBy} from './cells.ts';
import {type Effect, estimateEffect, toPenaltyPercent} from './effect.ts';
import {type Pair, takeLogRatio} from './pairs.ts';
import {computeMean} from './statistics.ts';
import type {ModelPenaltyRow, PenaltyRow} from './summary.ts';
import {judgeFamily} from './verdict.ts';

type Judged = {readonly row: PenaltyRow; readonly pairs: readonly Pair[]};

/**
 * What a model loses on the average of the GPUs of this run, for models with two comparisons or more. GPUs of one block
 * share the machine and its hour, so the block stays the unit: its log ratios are averaged first, then come the blocks.
 */
export function averageModels(judged: readonly Judged[]): readonly ModelPenaltyRow[] {
	const groups = [...groupBy(judged, ({row}) => JSON.stringify([row.model, row.distance])).values()];
	const averaged = groups.filter((members) => members.length > 1).flatMap(averageMembers);
	return judgeFamily(averaged, averaged.length).map(({members, effect, judgement}) => ({
		model: members[0]?.row.model ?? '',
		distance: members[0]?.row.distance ?? null,
		gpuIds: [...new Set(members.map(({row}) => row.gpuId))],
		comparisons: members.length,
		penaltyPercent: toPenaltyPercent(effect.mean),
		n: effect.n,
		...judgement,
	}));
}

type Averaged = {readonly members: readonly Judged[]; readonly effect: Effect};

/** Only blocks that all members have, and two at least: another mix of GPUs in each block would look like scatter. */
function averageMembers(members: readonly Judged[]): readonly Averaged[] {
	const byBlock = groupBy(
		members.flatMap(({pairs}) => pairs),
		({block}) => block,
	);
	const complete = [...byBlock.values()].filter((pairs) => pairs.length === members.length);
	const effect = estimateEffect(complete.map((pairs) => computeMean(pairs.map(takeLogRatio)) ?? 0));
	return effect && effect.n > 1 ? [{members, effect}] : [];
}
