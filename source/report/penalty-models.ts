import {groupBy} from './cells.ts';
import {type Control, findBound} from './controls.ts';
import {type Effect, estimateEffect, toPenaltyPercent} from './effect.ts';
import {type Pair, takeLogRatio} from './pairs.ts';
import {computeMean} from './statistics.ts';
import type {ModelPenaltyRow, PenaltyRow} from './summary.ts';
import {type Beside, judgeFamily} from './verdict.ts';

type Judged = {readonly row: PenaltyRow; readonly pairs: readonly Pair[]; readonly control: Control | null};

/**
 * What a model loses on the average of the GPUs of this run, for models with two comparisons or more. GPUs of one block
 * share the machine and its hour, so the block stays the unit: its log ratios are averaged first, then come the blocks.
 */
export function averageModels(judged: readonly Judged[], hasFailedControl: boolean): readonly ModelPenaltyRow[] {
	const groups = [...groupBy(judged, ({row}) => JSON.stringify([row.model, row.distance])).values()];
	const averaged = groups
		.filter((members) => members.length > 1)
		.flatMap((members) => averageMembers(members, hasFailedControl));
	return judgeFamily(averaged, averaged.length).map(({members, effect, beside, judgement}) => ({
		model: members[0]?.row.model ?? '',
		distance: members[0]?.row.distance ?? null,
		gpuIds: [...new Set(members.map(({row}) => row.gpuId))],
		comparisons: members.length,
		penaltyPercent: toPenaltyPercent(effect.mean),
		n: effect.n,
		controlBoundPercent: beside.kind === 'bound' ? beside.percent : null,
		...judgement,
	}));
}

type Averaged = {readonly members: readonly Judged[]; readonly effect: Effect; readonly beside: Beside};

function averageMembers(members: readonly Judged[], hasFailedControl: boolean): readonly Averaged[] {
	const effect = averageBlocks(members.map(({pairs}) => pairs));
	if (!effect || effect.n < 2) return [];
	return [{members, effect, beside: hasFailedControl ? {kind: 'failed'} : averageControls(members)}];
}

/** A control may stand beside several remote nodes, and counts once. */
function averageControls(members: readonly Judged[]): Beside {
	const controls = new Set(members.map(({control}) => control));
	if (controls.has(null)) return {kind: 'absent'};
	const effect = averageBlocks([...controls].map((control) => control?.pairs ?? []));
	return {kind: 'bound', percent: findBound(effect)};
}

/** Only blocks that all of them have: another mix of GPUs in each block would look like scatter. */
function averageBlocks(all: readonly (readonly Pair[])[]): Effect | null {
	const byBlock = groupBy(all.flat(), ({block}) => block);
	const complete = [...byBlock.values()].filter((pairs) => pairs.length === all.length);
	return estimateEffect(complete.map((pairs) => computeMean(pairs.map(takeLogRatio)) ?? 0));
}
