import {isSuccess} from '../domain/experiment.ts';
import {isJsonObject} from '../domain/json.ts';
import {explainNoLocality} from '../domain/locality.ts';
import {findLocalNode, type Gpu, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord, Opened} from '../journal/state.ts';
import {getResult, getThroughput} from './cells.ts';
import {matchComparisons} from './pairs.ts';

const MOST_PLACES = 4;

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
		explain: explainNoGpu,
	},
	{
		select: (records) => (records.every(isMute) ? [] : records),
		explain: () =>
			'The program does not say on which device it measured; it can, with a line ::warpdeck {"event":"ready","device":"cuda"}.',
	},
	{
		select: (records, topology) => (explainNoLocality(topology, listGpus(records, topology)) === null ? records : []),
		explain: (records, topology) =>
			`Not measurable here, because ${explainNoLocality(topology, listGpus(records, topology))}.`,
	},
	{
		select: keep(({experiment}, topology) => findLocalNode(topology, experiment) !== null),
		explain: () => 'Not measurable here, because the GPUs of the experiments are not among those of the machine.',
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
export function explainNoPenalty(records: Records, {topology, config}: Opened): string {
	if (records.length === 0) return 'The plan has no experiments.';
	if (records.every(({experiment}) => experiment.gpuId === null) && namesNoGpu(config)) {
		return 'The suite asks for no GPU (experiment.hardware.gpu_ids=[]); a NUMA penalty needs one to be near to or far from: experiment.hardware.gpu_ids=auto.';
	}
	let left = records;
	for (const {select, explain} of STRUCTURE) {
		const selected = select(left, topology);
		if (selected.length === 0) return explain(left, topology);
		left = selected;
	}
	return explainNoPair([...new Set(left)]);
}

function namesNoGpu({experiment}: Opened['config']): boolean {
	const hardware = isJsonObject(experiment) ? experiment.hardware : undefined;
	const gpuIds = isJsonObject(hardware) ? hardware.gpu_ids : undefined;
	return Array.isArray(gpuIds) && gpuIds.length === 0;
}

/** What was planned on the CPU is measured there only once a result says so. */
function explainNoGpu(records: Records): string {
	const devices = records.map((record) => getResult(record)?.device ?? null);
	return devices.some((device) => device !== null)
		? 'The results are measured on the CPU; a NUMA penalty needs a GPU to be near to or far from.'
		: 'Nothing was planned on a GPU; a NUMA penalty needs one to be near to or far from.';
}

/** It came out well and never named its device. */
function isMute(record: ExperimentRecord): boolean {
	const result = getResult(record);
	return result !== null && isSuccess(result) && result.device === null;
}

function explainNoPair(records: Records): string {
	const results = records.map(getResult);
	const silent = results.filter((result) => result?.status === 'succeeded' && getThroughput(result) === null).length;
	const mute = results.filter((result) => getThroughput(result) !== null && result?.device === null).length;
	const causes = [
		mention(results.filter((result) => result?.status === 'failed').length, 'failed'),
		mention(results.filter((result) => result?.status === 'degraded').length, 'degraded'),
		mention(results.filter((result) => result?.status === 'invalid').length, 'invalid'),
		mention(silent, 'without a throughput'),
		mention(mute, 'without a word on which device it measured'),
		mention(results.filter((result) => result === null).length, 'unfinished'),
	].filter((cause) => cause !== null);
	return `No pair of a local and a remote cell succeeded (${causes.join(', ')}).`;
}

const mention = (count: number, what: string): string | null => (count === 0 ? null : `${count} ${what}`);

function listGpus(records: Records, {gpus}: Topology): readonly Gpu[] {
	const used = new Set(records.map(({experiment}) => experiment.gpuId));
	return gpus.filter(({index}) => used.has(index));
}

function quoteBinding(records: Records): string {
	const binding = records[0]?.experiment.binding;
	return binding && binding.kind !== 'strict' ? binding.reason.replace(/\.$/, '') : 'no reason was recorded';
}

function listNodes(records: Records, topology: Topology): string {
	const places = new Set<string>();
	for (const {experiment} of records) {
		const relation = experiment.numaNode === findLocalNode(topology, experiment) ? 'its own' : 'remote';
		places.add(`GPU ${experiment.gpuId} on node ${experiment.numaNode}, ${relation}`);
		if (places.size === MOST_PLACES) break;
	}
	return [...places].join('; ');
}
