import {findDistance} from '../domain/locality.ts';
import type {Topology} from '../domain/topology.ts';
import type {ExperimentRecord, Opened} from '../journal/state.ts';
import {labelConfigurations} from './comparison-labels.ts';
import {type Effect, estimateEffect, toPenaltyPercent} from './effect.ts';
import {type Comparison, matchComparisons, type Pair, pairByBlock, takeLogRatio} from './pairs.ts';
import {averageModels} from './penalty-models.ts';
import {explainNoPenalty} from './penalty-reason.ts';
import {computeGeometricMean} from './statistics.ts';
import type {Judgement, Penalties, PenaltyRow} from './summary.ts';
import {DELTA_PERCENT, judgeFamily} from './verdict.ts';

const PENALTY_FORMULA = '1 - remote / local, geometric means of throughput; above 0 remote is slower';

export type Compared = {readonly comparison: Comparison; readonly pairs: readonly Pair[]};

/** Every strictly bound comparison of the plan; without pairs where a side failed, is degraded or has not ended. */
export const comparePairs = (records: readonly ExperimentRecord[], topology: Topology): readonly Compared[] =>
	matchComparisons(
		records.filter(({experiment}) => experiment.binding.kind === 'strict'),
		topology,
	).map((comparison) => ({comparison, pairs: pairByBlock(comparison)}));

/**
 * Local against remote on the same GPU with the same model and configuration, strictly bound, measured on a GPU and
 * not degraded; or the reason why no such pair is there.
 */
export function computePenalties(
	compared: readonly Compared[],
	records: readonly ExperimentRecord[],
	opened: Opened,
): Penalties {
	const measured = compared.flatMap(measureEffect);
	if (measured.length === 0) return {kind: 'none', reason: explainNoPenalty(records, opened)};
	const labels = labelConfigurations(measured.map(({comparison}) => comparison));
	const judged = judgeFamily(measured, compared.length).map((one, index) => ({
		pairs: one.pairs,
		row: buildRow(one, labels[index] ?? '', opened.topology),
	}));
	return {
		kind: 'measured',
		formula: PENALTY_FORMULA,
		comparisons: compared.length,
		deltaPercent: DELTA_PERCENT,
		rows: judged.map(({row}) => row),
		models: averageModels(judged),
	};
}

type Measured = Compared & {readonly effect: Effect};

function measureEffect(compared: Compared): readonly Measured[] {
	const effect = estimateEffect(compared.pairs.map(takeLogRatio));
	return effect ? [{...compared, effect}] : [];
}

function buildRow(
	{comparison: {gpuId, localNode, remoteNode}, pairs, effect, judgement}: Measured & {readonly judgement: Judgement},
	model: string,
	topology: Topology,
): PenaltyRow {
	return {
		gpuId,
		model,
		localNode,
		remoteNode,
		distance: findDistance(topology, localNode, remoteNode),
		localSamplesPerS: computeGeometricMean(pairs.map(({local}) => local)) ?? 0,
		remoteSamplesPerS: computeGeometricMean(pairs.map(({remote}) => remote)) ?? 0,
		penaltyPercent: toPenaltyPercent(effect.mean),
		n: effect.n,
		...judgement,
	};
}
