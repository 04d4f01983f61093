import type {Experiment, Placement} from '../domain/experiment.ts';
import {formatCpuList, parseCpuList} from '../domain/topology.ts';

const LEAST_SHARE = 0.99;

/** How a process was held; its memory may be bound apart from its CPUs. */
type Held = Pick<Experiment, 'binding' | 'memoryNode'>;

/**
 * Reasons to call a strictly bound result invalid: fewer than 99 % of a buffer's pages on the node of its memory, or,
 * where the CPUs of its own node are given, other CPUs allowed. A placement that the machine does not tell is no reason.
 */
export function checkPlacement(
	placements: readonly Placement[],
	{binding, memoryNode}: Held,
	nodeCpus?: readonly number[],
): readonly string[] {
	if (binding.kind !== 'strict') return [];
	return placements.flatMap((placement) => [
		...checkPages(placement, memoryNode ?? binding.node),
		...(nodeCpus ? checkCpus(placement, binding.node, nodeCpus) : []),
	]);
}

function checkPages({nodePages, what}: Placement, node: number): readonly string[] {
	const total = Object.values(nodePages).reduce((sum, pages) => sum + pages, 0);
	const share = (nodePages[node] ?? 0) / total;
	if (total === 0 || share >= LEAST_SHARE) return [];
	// Rounded down, so that 98.96 % never reads as the 99 % that would have been enough.
	const permille = Math.floor(share * 1000 + 1e-9);
	const percent = (part: number) => (part / 10).toFixed(1);
	const buffer = what === '' ? '' : ` (${what})`;
	return [`pages: ${percent(permille)} % on node ${node}, ${percent(1000 - permille)} % elsewhere${buffer}`];
}

function checkCpus({cpusAllowed}: Placement, node: number, nodeCpus: readonly number[]): readonly string[] {
	const own = new Set(nodeCpus);
	const foreign = parseCpuList(cpusAllowed ?? '').filter((cpu) => !own.has(cpu));
	return foreign.length === 0 ? [] : [`CPUs: ${formatCpuList(foreign)} allowed, which node ${node} does not have`];
}
