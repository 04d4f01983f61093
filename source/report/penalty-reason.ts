import type {Topology} from '../domain/topology.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, getThroughput} from './cells.ts';
import {findLocalNode, matchComparisons} from './pairs.ts';

type Records = readonly ExperimentRecord[];

/** One condition of a penalty: what meets it goes on; when nothing does, `explain` tells why of what came in. */
type Condition = {
	readonly select: (records: Records, topology: Topology) => Records;
	readonly explain: (records: Records, topology: Topology) => string;
};

const keep =
	(meets: (record: ExperimentRecord, topology: Topology) => boolean): Condition['select'] =>
	(records, topology) =>
		records.filter((record) => meets(record, topology));

/** What a plan and its machine must be like, in the order in which a person would look for the cause. */
const STRUCTURE: readonly Condition[] = [
	{
		select: keep((record) => (getResult(record)?.device ?? record.experiment.device) === 'cuda'),
		explain: () => 'The results are measured on the CPU; a NUMA penalty needs a GPU to be near to or far from.',
	},
	{
		select: (records, {nodes}) => (nodes.length > 1 ? records : []),
		explain: () => 'This machine has one NUMA node only, so no memory is remote.',
	},
	{
		select: keep(({experiment}, topology) => findLocalNode(topology, experiment) !== null),
		explain: (records) =>
			`The machine does not say on which NUMA node ${listGpus(records)} is (numa_node is -1), so no node can be called local.`,
	},
	{
		select: keep(({experiment}) => experiment.numaNode !== null),
		explain: () =>
			'No experiment is held on a NUMA node; name nodes to compare them: experiment.hardware.numa_nodes=all.',
	},
	{
		select: keep(({experiment}) => experiment.binding.kind === 'strict'),
		explain: (records) => `The binding was not strict, so nobody knows where the memory lay: ${quoteBinding(records)}.`,
	},
	{
		select: (records, topology) =>
			matchComparisons(records, topology).flatMap(({local, remote}) => [...local, ...remote]),
		explain: (records, topology) =>
			`No GPU was planned on its own node and on a remote one (${listNodes(records, topology)}); compare them: experiment.hardware.numa_nodes=all.`,
	},
];

/** Why there is no penalty, a full sentence; asked only when no pair was found. */
export function explainNoPenalty(records: Records, topology: Topology): string {
	let left = records;
	for (const {select, explain} of STRUCTURE) {
		const selected = select(left, topology);
		if (selected.length === 0 && left.length > 0) return explain(left, topology);
		left = selected;
	}
	return left.length === 0 ? 'The plan has no experiments.' : explainNoPair([...new Set(left)]);
}

function explainNoPair(records: Records): string {
	const results = records.map(getResult);
	const silent = results.filter((result) => result?.status === 'succeeded' && getThroughput(result) === null).length;
	const mute = results.filter((result) => getThroughput(result) !== null && result?.device === null).length;
	const causes = [
		mention(results.filter((result) => result?.status === 'failed').length, 'failed'),
		mention(results.filter((result) => result?.status === 'degraded').length, 'degraded'),
		mention(silent, 'without a throughput'),
		mention(mute, 'without a word on which device it measured'),
		mention(results.filter((result) => result === null).length, 'unfinished'),
	].filter((cause) => cause !== null);
	return `No pair of a local and a remote cell succeeded (${causes.join(', ')}).`;
}

const mention = (count: number, what: string): string | null => (count === 0 ? null : `${count} ${what}`);

const listGpus = (records: Records): string =>
	`GPU ${[...new Set(records.map(({experiment}) => experiment.gpuId))].toSorted((a, b) => (a ?? 0) - (b ?? 0)).join(', ')}`;

function quoteBinding(records: Records): string {
	const binding = records[0]?.experiment.binding;
	return binding && binding.kind !== 'strict' ? binding.reason.replace(/\.$/, '') : 'no reason was recorded';
}

function listNodes(records: Records, topology: Topology): string {
	const places = records.map(({experiment}) => {
		const relation = experiment.numaNode === findLocalNode(topology, experiment) ? 'its own' : 'remote';
		return `GPU ${experiment.gpuId} on node ${experiment.numaNode}, ${relation}`;
	});
	return [...new Set(places)].slice(0, 4).join('; ');
}
