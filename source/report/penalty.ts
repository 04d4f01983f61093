import {findDistance} from '../domain/locality.ts';
import type {Topology} from '../domain/topology.ts';
import type {ExperimentRecord, Opened} from '../journal/state.ts';
import {labelConfigurations} from './comparison-labels.ts';
import {type Control, keyOfControl} from './controls.ts';
import {type Effect, estimateEffect, toPenaltyPercent} from './effect.ts';
import {findExpectation} from './expectation.ts';
import {type Comparison, matchComparisons, type Pair, pairByBlock, takeLogRatio} from './pairs.ts';
import {averageModels} from './penalty-models.ts';
import {explainNoPenalty} from './penalty-reason.ts';
import {rememberFor} from './remember.ts';
import {computeGeometricMean} from './statistics.ts';
import type {Studied} from './study-run.ts';
import type {ControlRow, Controls, Judgement, Penalties, PenaltyRow} from './summary.ts';
import {type Beside, DELTA_PERCENT, judgeFamily} from './verdict.ts';

const PENALTY_FORMULA = '1 - remote / local, geometric means of throughput; above 0 remote is slower';

export type Compared = {readonly comparison: Comparison; readonly pairs: readonly Pair[]};

/** Every strictly bound comparison of the measured part of a plan; without pairs where a side failed, is degraded or has not ended. */
export const comparePairs = (records: readonly ExperimentRecord[], topology: Topology): readonly Compared[] =>
	matchComparisons(
		records.filter(({experiment}) => experiment.binding.kind === 'strict'),
		topology,
	).map(compare);

const compare = rememberFor((comparison: Comparison): Compared => ({comparison, pairs: pairByBlock(comparison)}));

/** What stands beside penalties: local against local, planned and found, and what bounds each configuration. */
type Beheld = {
	readonly matched: ReadonlyMap<string, Control>;
	readonly judged: Controls | null;
	readonly causeOf: Studied['causeOf'];
};

/**
 * Local against remote on the same GPU with the same model and configuration, strictly bound, measured on a GPU and
 * not degraded; or the reason why no such pair is there.
 */
export function computePenalties(
	compared: readonly Compared[],
	records: readonly ExperimentRecord[],
	opened: Opened,
	controls: Beheld,
): Penalties {
	const measured = compared.flatMap(measureEffect);
	if (measured.length === 0) return {kind: 'none', reason: explainNoPenalty(records, opened)};
	const labels = labelConfigurations(measured.map(({comparison}) => comparison));
	const placed = placeBeside(measured, controls);
	const judged = judgeFamily(placed, compared.length).map((one, index) => ({
		pairs: one.pairs,
		control: one.control,
		row: buildRow(one, labels[index] ?? '', opened.topology, controls.causeOf),
	}));
	return {
		kind: 'measured',
		formula: PENALTY_FORMULA,
		comparisons: compared.length,
		deltaPercent: DELTA_PERCENT,
		rows: judged.map(({row}) => row),
		models: averageModels(judged, (controls.judged?.rejected ?? 0) > 0),
	};
}

type Measured = Compared & {readonly effect: Effect};

function measureEffect(compared: Compared): readonly Measured[] {
	const effect = estimateEffect(compared.pairs.map(takeLogRatio));
	return effect ? [{...compared, effect}] : [];
}

type Placed = Measured & {
	readonly control: Control | null;
	readonly controlRow: ControlRow | null;
	readonly beside: Beside;
};

function placeBeside(measured: readonly Measured[], {matched, judged}: Beheld): readonly Placed[] {
	const rows = new Map(judged?.rows.map((row) => [row.key, row]));
	return measured.map((one) => {
		const key = matched.size === 0 ? '' : keyOfControl(one.comparison.experiment, one.comparison.localNode);
		const control = matched.get(key) ?? null;
		const controlRow = rows.get(key) ?? null;
		return {...one, control, controlRow, beside: lookBeside(control, controlRow, judged)};
	});
}

function lookBeside(control: Control | null, row: ControlRow | null, judged: Controls | null): Beside {
	if (judged && judged.rejected > 0) return {kind: 'failed'};
	return control ? {kind: 'bound', percent: row?.boundPercent ?? null} : {kind: 'absent'};
}

function buildRow(
	{comparison, pairs, effect, judgement, controlRow}: Placed & {readonly judgement: Judgement},
	model: string,
	topology: Topology,
	causeOf: Studied['causeOf'],
): PenaltyRow {
	const cause = causeOf(comparison.experiment);
	const {gpuId, localNode, remoteNode, remote} = comparison;
	return {
		gpuId,
		model,
		localNode,
		remoteNode,
		distance: findDistance(topology, localNode, remoteNode),
		localSamplesPerS: computeGeometricMean(pairs.map(({local}) => local)) ?? 0,
		remoteSamplesPerS: computeGeometricMean(pairs.map((pair) => pair.remote)) ?? 0,
		penaltyPercent: toPenaltyPercent(effect.mean),
		n: effect.n,
		control: controlRow,
		cause,
		expectation: findExpectation(cause),
		remoteRunId: remote[0]?.experiment.runId ?? '',
		...judgement,
	};
}
