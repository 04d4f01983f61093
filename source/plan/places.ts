import {UserError} from '../domain/errors.ts';
import type {Device} from '../domain/experiment.ts';
import type {Job} from './compose.ts';
import {resolveGpuIds} from './hardware.ts';
import {resolveNodes} from './nodes.ts';
import type {PlanContext, ProblemList} from './plan.ts';

/** Where cells are measured: a GPU, a node for the CPUs, and one for the memory where that is another one. */
export type Place = {
	readonly gpuId: number | null;
	readonly node: number | null;
	readonly memoryNode: number | undefined;
};

/** GPUs x nodes of a job, the GPU turning slowest; with split_binding every node of the CPUs with every one of the memory. */
export function listPlaces(job: Job, device: Device, context: PlanContext, problems: ProblemList): readonly Place[] {
	const isSplit = job.suite.experiment.hardware.split_binding;
	if (isSplit) checkSplit(job);
	return resolveGpuIds(job, device, context).flatMap((gpuId) => {
		const nodes = resolveNodes(job, gpuId, context.machine, problems);
		if (isSplit) return splitNodes(gpuId, nodes, problems);
		return nodes.map((node) => ({gpuId, node, memoryNode: undefined}));
	});
}

function splitNodes(gpuId: number | null, nodes: readonly (number | null)[], problems: ProblemList): readonly Place[] {
	if (new Set(nodes).size < 2) {
		problems.add(
			`split_binding needs two nodes at least, and ${gpuId === null ? 'there' : `GPU ${gpuId}`} has ${nodes[0] === null ? 'none' : 'one'}.`,
			'experiment.hardware.numa_nodes=all, or experiment.hardware.split_binding=false',
		);
	}
	return nodes.flatMap((node) =>
		nodes.map((memory) => ({gpuId, node, memoryNode: memory === node || memory === null ? undefined : memory})),
	);
}

/** What would make half of the split a lie. */
function checkSplit({suite, suiteName}: Job): void {
	const {hardware, vit_configs = []} = suite.experiment;
	if (hardware.binding === 'cpu' || hardware.binding === 'off') {
		throw new UserError(
			`${suiteName}: experiment.hardware.split_binding=true binds memory, and experiment.hardware.binding=${hardware.binding} does not.`,
			{tryThis: ['experiment.hardware.binding=strict', 'experiment.hardware.split_binding=false']},
		);
	}
	const bound = vit_configs.findIndex(({numa_node}) => numa_node !== undefined);
	if (bound < 0) return;
	throw new UserError(
		`${suiteName}: experiment.vit_configs.${bound}.numa_node holds CPUs and memory on one node, so split_binding has nothing to split.`,
		{tryThis: [`~experiment.vit_configs.${bound}.numa_node`, 'experiment.hardware.split_binding=false']},
	);
}
