import type {Binding} from '../domain/experiment.ts';
import {classifyNode, explainUnusable} from '../domain/locality.ts';
import type {BindingMode} from '../domain/suite.ts';
import {findGpu, findNode, type Machine, type NumaNode, type Topology} from '../domain/topology.ts';
import type {Job} from './compose.ts';
import type {ProblemList} from './plan.ts';

/** NUMA nodes of one GPU; null leaves an experiment unbound. A word never becomes a node that the machine does not name. */
export function resolveNodes(
	job: Job,
	gpuId: number | null,
	{topology}: Machine,
	problems: ProblemList,
): readonly (number | null)[] {
	const {numa_nodes} = job.suite.experiment.hardware;
	if (Array.isArray(numa_nodes)) return numa_nodes.length > 0 ? numa_nodes : [null];
	const local = findOwnNode(topology, gpuId);
	if (numa_nodes === 'local' || numa_nodes === 'auto') return [local];
	const usable = listUsable(topology);
	const chosen =
		numa_nodes === 'all' ? usable : usable.filter((node) => local !== null && isRemote(topology, local, node));
	if (chosen.length > 0) return chosen;
	if (numa_nodes === 'all') {
		const why = describeUnusable(topology.nodes, topology);
		problems.add(`numa_nodes=all names no node here: ${why}.`, 'experiment.hardware.numa_nodes=[]   (not bound)');
	} else {
		const why = explainNoRemote(topology, gpuId, local);
		problems.add(`numa_nodes=remote names no node here: ${why}.`, 'experiment.hardware.numa_nodes=all');
	}
	return [null];
}

const describeUnusable = (nodes: readonly NumaNode[], topology: Topology): string =>
	nodes.map((node) => `node ${node.id} cannot be used, ${explainUnusable(topology, node)}`).join('; ') ||
	'the machine shows none';

const isRemote = (topology: Topology, from: number, to: number): boolean =>
	classifyNode(topology, from, to) === 'remote';

const findOwnNode = (topology: Topology, gpuId: number | null): number | null =>
	gpuId === null ? null : (findGpu(topology, gpuId)?.numaNode ?? null);

const listUsable = (topology: Topology): readonly number[] =>
	topology.nodes.filter((node) => explainUnusable(topology, node) === null).map(({id}) => id);

function explainNoRemote(topology: Topology, gpuId: number | null, local: number | null): string {
	if (local === null) return explainNoNode(topology, gpuId);
	const {nodes} = topology;
	if (nodes.length === 1) return 'this machine has one NUMA node only';
	const remote = nodes.filter(({id}) => isRemote(topology, local, id));
	if (remote.length === 0) return `no node is of another socket than node ${local} of GPU ${gpuId}`;
	return describeUnusable(remote, topology);
}

/** Why an experiment is not held on a node although its suite may name nodes by a word. */
export function explainUnbound(job: Job, gpuId: number | null, topology: Topology): string {
	const {numa_nodes} = job.suite.experiment.hardware;
	return Array.isArray(numa_nodes) ? 'no node was asked for' : explainNoNode(topology, gpuId);
}

function explainNoNode({gpus}: Topology, gpuId: number | null): string {
	if (gpuId === null) return 'no GPU is used';
	if (!gpus.some(({index}) => index === gpuId)) return `there is no GPU ${gpuId}`;
	return `the machine does not say on which node GPU ${gpuId} is`;
}

/** How an experiment will be held on its node, and what stands against it. */
export function chooseBinding(node: number, mode: BindingMode, machine: Machine, problems: ProblemList): Binding {
	if (mode === 'off') return {kind: 'off', reason: 'hardware.binding=off'};
	const allowed = machine.bindings[node] ?? {kind: 'none', reason: describeMissing(node, machine.topology)};
	if (mode === 'strict') {
		if (allowed.kind !== 'strict')
			problems.add(
				`Node ${node} cannot be bound strictly: ${allowed.reason}`,
				'experiment.hardware.binding=auto takes the best that works, and says so',
			);
		return {kind: 'strict', node};
	}
	if (mode === 'auto' && allowed.kind === 'strict') return {kind: 'strict', node};
	if (allowed.kind !== 'none' && findNode(machine.topology, node)) {
		return {kind: 'cpu', node, reason: allowed.kind === 'strict' ? 'hardware.binding=cpu' : allowed.reason};
	}
	if (mode === 'cpu')
		problems.add(
			`CPUs of node ${node} cannot be bound: ${allowed.kind === 'strict' ? 'it is unknown' : allowed.reason}`,
			'experiment.hardware.binding=auto',
		);
	return {kind: 'off', reason: allowed.kind === 'strict' ? 'the node is unknown' : allowed.reason};
}

/** Memory that is bound apart from its CPUs needs a strict binding of both nodes; nothing less would be what was asked for. */
export function bindApart(node: number, memoryNode: number, machine: Machine, problems: ProblemList): Binding {
	for (const each of new Set([node, memoryNode])) {
		const allowed = machine.bindings[each] ?? {kind: 'none', reason: describeMissing(each, machine.topology)};
		if (allowed.kind === 'strict') continue;
		problems.add(
			`Node ${each} cannot be bound strictly, and split_binding needs that: ${allowed.reason}`,
			'experiment.hardware.split_binding=false',
		);
	}
	return {kind: 'strict', node};
}

const describeMissing = (node: number, {nodes}: Topology): string =>
	nodes.length === 0
		? `the machine shows no NUMA node ${node}`
		: `this machine has ${nodes.length === 1 ? 'only node' : 'nodes'} ${nodes.map(({id}) => id).join(', ')}`;
