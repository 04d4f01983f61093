import type {Experiment} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {findLocalNode, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, getThroughput, groupBy} from './cells.ts';
import {computeMean} from './statistics.ts';

/** Experiments of one GPU, model and configuration, on its own node and on one remote node. */
export type Comparison = {
	readonly gpuId: number;
	readonly experiment: Experiment;
	readonly localNode: number;
	readonly remoteNode: number;
	readonly local: readonly ExperimentRecord[];
	readonly remote: readonly ExperimentRecord[];
};

/** One block's throughput on both nodes, samples a second. */
export type Pair = {readonly block: number; readonly local: number; readonly remote: number};

export const takeLogRatio = ({local, remote}: Pair): number => Math.log(remote / local);

/** Every remote node of every GPU and configuration against its local one; those without a counterpart are absent. */
export function matchComparisons(records: readonly ExperimentRecord[], topology: Topology): readonly Comparison[] {
	return [...groupBy(records, ({experiment}) => identify(experiment)).values()].flatMap((members) => {
		const [first] = members;
		const localNode = first ? findLocalNode(topology, first.experiment) : null;
		if (!first || first.experiment.gpuId === null || localNode === null) return [];
		const {gpuId} = first.experiment;
		const byNode = groupBy(members, ({experiment}) => experiment.numaNode);
		const local = byNode.get(localNode) ?? [];
		const remotes = [...byNode].filter(([node]) => node !== null && node !== localNode);
		if (local.length === 0) return [];
		return remotes.map(([node, remote]) => ({
			gpuId,
			experiment: first.experiment,
			localNode,
			remoteNode: node as number,
			local,
			remote,
		}));
	});
}

/** An experiment never changes, and a screen asks for the identities of a night's 10 000 with every fact. */
const identities = new WeakMap<Experiment, string>();

/** Two experiments with the same identity differ in their node and block only; a sweep may put them into two jobs. */
function identify(experiment: Experiment): string {
	const known = identities.get(experiment);
	if (known !== undefined) return known;
	const {gpuId, model, params, axes} = experiment;
	const {numa_node: _, ...others} = params;
	const identity = JSON.stringify([gpuId, model, sortKeys(others), sortKeys(axes)]);
	identities.set(experiment, identity);
	return identity;
}

const sortKeys = (value: JsonObject): Json =>
	Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)) as unknown as Json;

/** Successful, undegraded results measured on a GPU, paired by block. */
export function pairByBlock({local, remote}: Comparison): readonly Pair[] {
	const localByBlock = groupBy(local, ({experiment}) => experiment.block);
	return [...groupBy(remote, ({experiment}) => experiment.block)].flatMap(([block, records]) => {
		const localRate = averageRates(localByBlock.get(block) ?? []);
		const remoteRate = averageRates(records);
		return localRate === null || remoteRate === null ? [] : [{block, local: localRate, remote: remoteRate}];
	});
}

const averageRates = (records: readonly ExperimentRecord[]): number | null =>
	computeMean(records.map(readRate).filter((rate) => rate !== null));

/** Throughput that may enter a penalty, samples a second, or null. */
export function readRate(record: ExperimentRecord): number | null {
	const result = getResult(record);
	return result?.status === 'succeeded' && result.device === 'cuda' ? getThroughput(result) : null;
}
