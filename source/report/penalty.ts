import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {findNode, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord, Opened} from '../journal/state.ts';
import {groupBy} from './cells.ts';
import {labelModel} from './groups.ts';
import {type Comparison, matchComparisons, type Pair, pairByBlock} from './pairs.ts';
import {explainNoPenalty} from './penalty-reason.ts';
import {computeMean} from './statistics.ts';
import type {Penalties, PenaltyRow} from './summary.ts';

const PENALTY_FORMULA = '(local - remote) / local x 100 of throughput; above 0 remote is slower';

/** Percent of throughput lost on the remote node; both in samples a second, local above 0. */
export const computePenaltyPercent = (local: number, remote: number): number => ((local - remote) / local) * 100;

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
	const {topology} = opened;
	const paired = compared.filter(({pairs}) => pairs.length > 0);
	if (paired.length === 0) return {kind: 'none', reason: explainNoPenalty(records, opened)};
	const labels = labelConfigurations(paired.map(({comparison}) => comparison));
	const rows = paired.map(({comparison, pairs}, index) => buildRow(comparison, pairs, labels[index] ?? '', topology));
	return {kind: 'measured', formula: PENALTY_FORMULA, rows};
}

function buildRow(
	{gpuId, localNode, remoteNode}: Comparison,
	pairs: readonly Pair[],
	model: string,
	topology: Topology,
): PenaltyRow {
	const localSamplesPerS = computeMean(pairs.map(({local}) => local)) ?? 0;
	const remoteSamplesPerS = computeMean(pairs.map(({remote}) => remote)) ?? 0;
	return {
		gpuId,
		model,
		localNode,
		remoteNode,
		distance: findDistance(topology, localNode, remoteNode),
		localSamplesPerS,
		remoteSamplesPerS,
		penaltyPercent: computePenaltyPercent(localSamplesPerS, remoteSamplesPerS),
		n: pairs.length,
		label: pairs.length === 1 ? 'single run, no interval' : 'mean of repeated runs, no interval',
	};
}

/** As the firmware tells it (SLIT; 10 is the node itself), or null. */
export function findDistance(topology: Topology, from: number, to: number): number | null {
	const position = topology.nodes.findIndex(({id}) => id === to);
	return findNode(topology, from)?.distances[position] ?? null;
}

/** The model, and the values in which comparisons of the same model differ (sweeps and axes). */
function labelConfigurations(comparisons: readonly Comparison[]): readonly string[] {
	const byModel = groupBy(comparisons, ({experiment}) => experiment.model);
	const differing = new Map([...byModel].map(([model, members]) => [model, findDifferingKeys(members)]));
	return comparisons.map(({experiment}) => {
		const values = readValues(experiment);
		const keys = differing.get(experiment.model) ?? [];
		return [labelModel(experiment.model), ...keys.map((key) => `${key}=${JSON.stringify(values[key] ?? null)}`)].join(
			' ',
		);
	});
}

function findDifferingKeys(comparisons: readonly Comparison[]): readonly string[] {
	const seen = new Map<string, Set<string>>();
	for (const [key, value] of comparisons.flatMap(({experiment}) => Object.entries(readValues(experiment)))) {
		seen.set(key, (seen.get(key) ?? new Set()).add(JSON.stringify(value)));
	}
	return [...seen].filter(([key, values]) => key !== 'numa_node' && values.size > 1).map(([key]) => key);
}

const readValues = ({params, axes}: Experiment): JsonObject => ({...params, ...axes});
