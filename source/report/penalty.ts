import type {Experiment} from '../domain/experiment.ts';
import type {Json} from '../domain/json.ts';
import {findDistance} from '../domain/locality.ts';
import type {Topology} from '../domain/topology.ts';
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
		interval: null,
		verdict: pairs.length === 1 ? 'single run, no interval' : `mean of ${pairs.length} blocks, no interval`,
	};
}

/** The model, and the values in which comparisons of the same model differ (sweeps and axes). */
function labelConfigurations(comparisons: readonly Comparison[]): readonly string[] {
	const byModel = groupBy(comparisons, ({experiment}) => experiment.model);
	const differing = new Map([...byModel].map(([model, members]) => [model, findDifferingKeys(members)]));
	return comparisons.map(({experiment}) => {
		const values = (differing.get(experiment.model) ?? []).map(
			(key) => `${key}=${JSON.stringify(readValue(experiment, key) ?? null)}`,
		);
		return [labelModel(experiment.model), ...values].join(' ');
	});
}

/** Only what may still turn out to differ is compared: a night has thousands of comparisons with a dozen keys each. */
function findDifferingKeys(comparisons: readonly Comparison[]): readonly string[] {
	const first = new Map<string, Json | undefined>();
	const differing = new Set<string>();
	for (const {experiment} of comparisons) {
		for (const key of [...Object.keys(experiment.params), ...Object.keys(experiment.axes)]) {
			if (differing.has(key)) continue;
			const value = readValue(experiment, key);
			if (!first.has(key)) first.set(key, value);
			else if (!isSame(first.get(key), value)) differing.add(key);
		}
	}
	return [...first.keys()].filter((key) => key !== 'numa_node' && differing.has(key));
}

const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
	a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

/** An axis wins over a parameter of its name. */
const readValue = ({params, axes}: Experiment, key: string): Json | undefined =>
	Object.hasOwn(axes, key) ? axes[key] : params[key];
