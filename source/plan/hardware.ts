import {UserError} from '../domain/errors.ts';
import type {Binding, Device} from '../domain/experiment.ts';
import type {BindingMode} from '../domain/suite.ts';
import {findGpu, findNode, type Machine, type Topology} from '../domain/topology.ts';
import type {Lane} from '../journal/event.ts';
import type {Job} from './compose.ts';
import type {PlanContext, ProblemList} from './plan.ts';

/** What a job's experiments are measured on. A machine whose GPUs cannot be asked is no machine without GPUs. */
export function chooseDevice(job: Job, {machine, python}: PlanContext): Device {
	const {workload, hardware} = job.suite.experiment;
	const {gpus, gpuProblem} = machine.topology;
	const wantsGpu =
		hardware.device === 'cuda' || (hardware.device === 'auto' && (gpus.length > 0 || gpuProblem !== null));
	if (hardware.device === 'cuda' && needsNoGpu(job)) throw refuseNoGpu(job);
	if (wantsGpu && !needsNoGpu(job)) return 'cuda';
	return workload === 'vit_pipeline' && python === null ? 'cpu-reference' : 'cpu';
}

const refuseNoGpu = ({suiteName}: Job): UserError =>
	new UserError(
		`${suiteName}: experiment.hardware.device=cuda needs a GPU, and experiment.hardware.gpu_ids names none.`,
		{
			tryThis: ['experiment.hardware.gpu_ids=auto', 'experiment.hardware.device=auto'],
		},
	);

/** An empty list of GPUs asks for CPU lanes, on a machine with GPUs too. */
export const needsNoGpu = ({suite}: Job): boolean => suite.experiment.hardware.gpu_ids.length === 0;

/** GPU indexes of a job; null stands for no GPU, which an empty list asks for. */
export function resolveGpuIds(job: Job, device: Device, {machine}: PlanContext): readonly (number | null)[] {
	const {gpu_ids} = job.suite.experiment.hardware;
	if (gpu_ids !== 'auto') return gpu_ids.length > 0 ? gpu_ids : [null];
	const present = listAllowed(machine);
	return device === 'cuda' && present.length > 0 ? present : [null];
}

const listAllowed = ({topology, gpuChoice}: Machine): readonly number[] =>
	topology.gpus.map(({index}) => index).filter((index) => gpuChoice?.indexes.includes(index) ?? true);

export function checkGpu(id: number | null, device: Device, {machine}: PlanContext, problems: ProblemList): void {
	if (device !== 'cuda') return;
	const {gpus, gpuProblem} = machine.topology;
	const isHere = id !== null && findGpu(machine.topology, id) !== undefined;
	const allowed = listAllowed(machine);
	if (isHere && allowed.includes(id)) return;
	const present = gpus.map(({index}) => index);
	if (machine.gpuChoice && (isHere || (id === null && present.length > 0))) {
		refuseChoice(id, allowed, machine.gpuChoice.source, problems);
	} else if (present.length > 0) {
		problems.add(
			`GPU ${id} is not here; this machine has ${present.join(', ')}.`,
			`experiment.hardware.gpu_ids=[${present.join(',')}]`,
		);
	} else {
		const cause = gpuProblem ? `its GPUs cannot be asked: ${gpuProblem}` : 'it has no NVIDIA GPU';
		problems.add(
			`This machine cannot run on CUDA: ${cause}.`,
			'nvidia-smi   shows the driver; experiment.hardware.device=cpu runs on the CPU',
		);
	}
}

function refuseChoice(id: number | null, allowed: readonly number[], source: string, problems: ProblemList): void {
	if (allowed.length === 0) {
		problems.add(
			`No GPU of this machine may be used: ${source}.`,
			'experiment.hardware.device=cpu runs on the CPU; a variable is taken back with: unset CUDA_VISIBLE_DEVICES',
		);
		return;
	}
	problems.add(
		`GPU ${id} may not be used: ${source} leaves ${allowed.join(', ')}.`,
		`experiment.hardware.gpu_ids=[${allowed.join(',')}]`,
	);
}

/** NUMA nodes of one GPU; null leaves an experiment unbound. */
export function resolveNodes(
	job: Job,
	gpuId: number | null,
	machine: Machine,
	problems: ProblemList,
): readonly (number | null)[] {
	const {numa_nodes} = job.suite.experiment.hardware;
	if (Array.isArray(numa_nodes)) return numa_nodes.length > 0 ? numa_nodes : [null];
	const {topology} = machine;
	const local = gpuId === null ? null : (findGpu(topology, gpuId)?.numaNode ?? null);
	const usable = listUsableNodes(topology);
	if (numa_nodes === 'all') return usable;
	if (numa_nodes === 'auto') return [local];
	if (local === null) {
		problems.add(
			`numa_nodes=${numa_nodes} means nothing here: ${gpuId === null ? 'no GPU is used' : `the machine does not say which node GPU ${gpuId} is on`}.`,
			'experiment.hardware.numa_nodes=all',
		);
		return [null];
	}
	const chosen = numa_nodes === 'local' ? [local] : usable.filter((node) => node !== local);
	if (chosen.length > 0) return chosen;
	problems.add('numa_nodes=remote is empty here: no other node may be used.', 'experiment.hardware.numa_nodes=local');
	return [null];
}

const listUsableNodes = (topology: Topology): readonly number[] =>
	topology.nodes.filter(({id, cpus}) => cpus.length > 0 && topology.allowedMemoryNodes.includes(id)).map(({id}) => id);

/** How an experiment will be held on its node, and what stands against it. */
export function chooseBinding(
	node: number | null,
	mode: BindingMode,
	machine: Machine,
	problems: ProblemList,
): Binding {
	if (node === null) return {kind: 'off', reason: 'no node was asked for'};
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

const describeMissing = (node: number, {nodes}: Topology): string =>
	nodes.length === 0
		? `the machine shows no NUMA node ${node}`
		: `this machine has ${nodes.length === 1 ? 'only node' : 'nodes'} ${nodes.map(({id}) => id).join(', ')}`;

/** One lane a GPU; one for the CPU, whose experiments would only slow each other; or as many as a suite without GPUs asks for. */
export function createLane(gpuId: number | null, device: Device, ordinal: number, topology: Topology): Lane {
	if (device !== 'cuda')
		return {id: `cpu${ordinal}`, gpuId: null, gpuUuid: null, label: ordinal === 0 ? 'CPU' : `CPU ${ordinal}`};
	const gpu = gpuId === null ? undefined : findGpu(topology, gpuId);
	return {
		id: `gpu${gpuId ?? 0}`,
		gpuId,
		gpuUuid: gpu?.uuid ?? null,
		label: `GPU ${gpuId ?? 0}${gpu ? ` ${gpu.name}` : ''}`,
	};
}
