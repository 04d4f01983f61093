import {type Experiment, isSuccess} from '../domain/experiment.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import {findNode, type Machine} from '../domain/topology.ts';
import type {PythonFound} from '../effects/python.ts';
import {isLeftByAuthor} from '../journal/stage-words.ts';
import type {Opened, RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {createProblemList, type Problem} from '../plan/plan.ts';

/** Experiments that a resumed run will launch: all but committed successes, what somebody skipped and what the suite leaves for later. */
export const listLeft = (state: RunState): readonly Experiment[] =>
	[...iterate(state.experiments)]
		.filter(
			({stage}) =>
				stage.kind !== 'skipped' && !isLeftByAuthor(stage) && (stage.kind !== 'committed' || !isSuccess(stage.result)),
		)
		.map(({experiment}) => experiment);

/** Whether its runner died before the whole plan was written down; nothing of such a run was ever started. */
export const isPlanTorn = ({opened, experiments}: RunState): boolean =>
	experiments.length < Math.max(1, opened?.experiments ?? 1);

/** What of the machine that the run was planned for is not there any more, as far as the experiments that are left need it. */
export function findMissing(left: readonly Experiment[], opened: Opened, machine: Machine): readonly Problem[] {
	const problems = createProblemList();
	for (const experiment of left) {
		const gpu = describeLostGpu(experiment, opened, machine);
		if (gpu) problems.add(gpu, 'nvidia-smi -L shows the GPUs that are here; a new run takes those: warpdeck run …');
		const node = describeLostNode(experiment, machine);
		if (node) problems.add(node, 'numactl --show says what may be bound; a new run can do without: binding=auto');
	}
	return problems.list();
}

function describeLostGpu({device, lane}: Experiment, {lanes}: Opened, {topology, gpuChoice}: Machine): string | null {
	const uuid = lanes.find(({id}) => id === lane)?.gpuUuid ?? null;
	if (device !== 'cuda' || uuid === null) return null;
	const gpu = topology.gpus.find((candidate) => candidate.uuid === uuid);
	if (gpu && gpuChoice && !gpuChoice.indexes.includes(gpu.index)) {
		return `The GPU ${uuid} of lane ${lane} may not be used: ${gpuChoice.source}.`;
	}
	if (gpu) return null;
	return `The GPU ${uuid} of lane ${lane} is not here any more${topology.gpuProblem ? `: ${topology.gpuProblem}` : '.'}`;
}

function describeLostNode({binding}: Experiment, {topology, bindings}: Machine): string | null {
	if (binding.kind === 'off') return null;
	const {node, kind} = binding;
	if (!findNode(topology, node)) return `The NUMA node ${node} is not here any more.`;
	const now = bindings[node];
	if (!now || now.kind === 'strict' || (kind === 'cpu' && now.kind === 'cpu-only')) return null;
	return `Experiments can no longer be bound to NUMA node ${node}: ${now.reason}`;
}

/** What differs without standing in the way: numbers of before and after may differ for it. */
export function listChanges(
	{topology, provenance}: Opened,
	machine: Machine,
	python: PythonFound,
	kernel: JsonObject,
): readonly string[] {
	const before = (provenance.python ?? {}) as {readonly [name: string]: unknown};
	const after = python.kind === 'found' ? python : {path: null, version: null, torch: null};
	const compared = [
		['driver', topology.driverVersion, machine.topology.driverVersion],
		['Python interpreter', before.path, after.path],
		['Python version', before.version, after.version],
		['PyTorch version', before.torch, after.torch],
		...listKernelChanges(provenance.kernel, kernel),
	] as const;
	return compared
		.filter(([, old, now]) => (old ?? null) !== (now ?? null))
		.map(([what, old, now]) => `The ${what} was ${old ?? 'unknown'} and is ${now ?? 'unknown'} since this resume.`);
}

const KERNEL_SETTINGS = {
	numa_balancing: 'kernel setting kernel.numa_balancing',
	transparent_hugepage: 'kernel setting transparent_hugepage/enabled',
	zone_reclaim_mode: 'kernel setting vm.zone_reclaim_mode',
} as const;

/** They decide where pages lie; a run that older versions began has none to compare with. */
function listKernelChanges(before: Json | undefined, after: JsonObject) {
	if (!isJsonObject(before)) return [];
	return Object.entries(KERNEL_SETTINGS).map(([key, what]) => [what, toText(before[key]), toText(after[key])] as const);
}

const toText = (value: Json | undefined): string | null =>
	value === undefined || value === null ? null : String(value);
