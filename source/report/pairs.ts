import type {Experiment} from '../domain/experiment.ts';
import {findLocalNode, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, getThroughput, groupBy} from './cells.ts';
import {identify, isWhole} from './configuration.ts';
import {rememberFor, rememberList} from './remember.ts';
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
	const match = matchOn(topology);
	return [...groupBy(whole, ({experiment}) => identify(experiment)).values()].flatMap((members) =>
		members[0] && members.length > 1 ? match(members[0].experiment, members) : [],
	);
}

const matchOn = rememberFor((topology: Topology) =>
	rememberList((experiment: Experiment, members: readonly ExperimentRecord[]): readonly Comparison[] => {
		const localNode = findLocalNode(topology, experiment);
		const {gpuId} = experiment;
		if (gpuId === null || localNode === null) return [];
		const byNode = groupBy(members, (record) => record.experiment.numaNode);
		const local = byNode.get(localNode) ?? [];
		if (local.length === 0) return [];
		return [...byNode].flatMap(([remoteNode, remote]) =>
			remoteNode === null || remoteNode === localNode
				? []
				: [{gpuId, experiment, localNode, remoteNode, local, remote}],
		);
	}),
);

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
