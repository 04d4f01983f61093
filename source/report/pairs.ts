import type {Experiment} from '../domain/experiment.ts';
import {findLocalNode, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, getThroughput, groupBy} from './cells.ts';
import {identify, isWhole} from './configuration.ts';
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
	const whole = records.filter(({experiment}) => isWhole(experiment));
	return [...groupBy(whole, ({experiment}) => identify(experiment)).values()].flatMap((members) => {
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

/** What is read of a record: throughput in samples a second, or null where it may not enter. */
type ReadRate = (record: ExperimentRecord) => number | null;

/** Measured results of both sides, paired by block. */
export function pairByBlock(
	{local, remote}: Pick<Comparison, 'local' | 'remote'>,
	read: ReadRate = readRate,
): readonly Pair[] {
	const localByBlock = groupBy(local, ({experiment}) => experiment.block);
	return [...groupBy(remote, ({experiment}) => experiment.block)].flatMap(([block, records]) => {
		const localRate = averageRates(localByBlock.get(block) ?? [], read);
		const remoteRate = averageRates(records, read);
		return block < 1 || localRate === null || remoteRate === null
			? []
			: [{block, local: localRate, remote: remoteRate}];
	});
}

const averageRates = (records: readonly ExperimentRecord[], read: ReadRate): number | null =>
	computeMean(records.map(read).filter((rate) => rate !== null));

/** Of a successful, undegraded result that was measured on a GPU. */
export function readRate(record: ExperimentRecord): number | null {
	const result = getResult(record);
	return result?.status === 'succeeded' && result.device === 'cuda' ? getThroughput(result) : null;
}
