import {findNode, type Gpu, type NumaNode, type Topology} from './topology.ts';

/** How near the memory of one node is to another one. */
export type Nearness = 'local' | 'same-socket' | 'remote';

/** REMOTE_DISTANCE of the Linux kernel (include/linux/topology.h): from here on a node counts as another socket's. */
const REMOTE_DISTANCE = 20;

/** As the firmware tells it (SLIT; 10 is the node itself), or null. */
export function findDistance(topology: Topology, from: number, to: number): number | null {
	const position = topology.nodes.findIndex(({id}) => id === to);
	return findNode(topology, from)?.distances[position] ?? null;
}

/** By distance; by the sockets of their CPUs only where there is none; null where the machine says neither. */
export function classifyNode(topology: Topology, from: number, to: number): Nearness | null {
	if (from === to) return 'local';
	const distance = findDistance(topology, from, to);
	if (distance !== null) return distance < REMOTE_DISTANCE ? 'same-socket' : 'remote';
	const [near, far] = [from, to].map((id) => findNode(topology, id)?.socket ?? null);
	if (near === null || far === null) return null;
	return near === far ? 'same-socket' : 'remote';
}

/** Why no experiment can be held on the node, or null: it has to have memory and CPUs, and this process has to be allowed both. */
export function explainUnusable({allowedCpus, allowedMemoryNodes}: Topology, node: NumaNode): string | null {
	if (node.memoryTotalMiB === 0) return 'it has no memory';
	if (node.cpus.length === 0) return 'it has no CPUs';
	if (!allowedMemoryNodes.includes(node.id)) return 'its memory is not allowed here (cpuset)';
	if (!node.cpus.some((cpu) => allowedCpus.includes(cpu))) return 'its CPUs are not allowed here (cpuset or affinity)';
	return null;
}

/** Where the tool and the kernel name different nodes for a GPU; the kernel's is taken. Null where they do not contradict each other. */
export function explainDisagreement({index, numaNode, numaAffinity = null}: Gpu): string | null {
	if (numaNode === null || numaAffinity === null || numaNode === numaAffinity) return null;
	return `GPU ${index}: sysfs says NUMA node ${numaNode}, nvidia-smi topo -m says ${numaAffinity}; sysfs is taken`;
}

/** Why nothing can be compared with a GPU's own node, as the end of a sentence; null where it can for one of them at least. */
export function explainNoLocality(topology: Topology, gpus: readonly Gpu[]): string | null {
	const {nodes} = topology;
	if (nodes.length < 2) return 'this machine has one NUMA node only, so no memory is remote';
	const usable = nodes.filter((node) => explainUnusable(topology, node) === null).map(({id}) => id);
	if (usable.length < 2)
		return `of its ${nodes.length} NUMA nodes ${usable.length === 0 ? 'none' : `only node ${usable[0]}`} can be used here`;
	const placed = gpus.filter(({numaNode}) => numaNode !== null);
	if (gpus.length > 0 && placed.length === 0)
		return `the machine does not say on which NUMA node ${nameGpus(gpus)} is (${explainUnknown(gpus)}), so no node can be called local`;
	if (gpus.length === 0 || placed.some(({numaNode}) => numaNode !== null && usable.includes(numaNode))) return null;
	const own = [...new Set(placed.map(({numaNode}) => numaNode))].join(', ');
	return `node ${own}, on which ${nameGpus(placed)} is, cannot be used here`;
}

/** What is known instead of the node of GPUs that sysfs places nowhere. */
export function explainUnknown(gpus: readonly Gpu[]): string {
	const hints = [...new Set(gpus.flatMap(({numaAffinity}) => numaAffinity ?? []))].toSorted((a, b) => a - b);
	const unknown = 'numa_node is -1 or absent';
	return hints.length === 0
		? unknown
		: `${unknown}; nvidia-smi topo -m hints at node ${hints.join(', ')}, which is not taken for the truth`;
}

export const nameGpus = (gpus: readonly Gpu[]): string =>
	`GPU ${gpus
		.map(({index}) => index)
		.toSorted((a, b) => a - b)
		.join(', ')}`;
