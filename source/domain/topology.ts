/** One NUMA node as sysfs shows it. */
export type NumaNode = {
	readonly id: number;
	/** Logical CPUs; empty for a memory-only node. */
	readonly cpus: readonly number[];
	readonly memoryTotalMiB: number | null;
	readonly memoryFreeMiB: number | null;
	/** Distance to each node in the order of `Topology.nodes` (10 is the node itself). */
	readonly distances: readonly number[];
	/** physical_package_id of its CPUs; null when unknown or without CPUs. */
	readonly socket: number | null;
};

export type Gpu = {
	/** PCI order, as nvidia-smi counts. */
	readonly index: number;
	readonly uuid: string;
	readonly name: string;
	/** Lower case with a four-digit domain, as sysfs writes it: `0000:3d:00.0`. */
	readonly pciAddress: string;
	/** From sysfs; null when the machine does not say (-1). */
	readonly numaNode: number | null;
	/** What `nvidia-smi topo -m` says of the same: it is compared with `numaNode`, and never stands in for it. */
	readonly numaAffinity?: number | null;
	readonly memoryTotalMiB: number | null;
};

export type Topology = {
	readonly hostname: string;
	readonly kernel: string;
	readonly cpuModel: string;
	readonly nodes: readonly NumaNode[];
	readonly gpus: readonly Gpu[];
	/** From each GPU to each, in the order of `gpus`, as `nvidia-smi topo -m` writes it (X, NV18, PIX, SYS); null where it does not say. */
	readonly gpuLinks?: readonly (readonly (string | null)[])[] | null;
	/** What this process may use (affinity and cpuset), not what the machine has. */
	readonly allowedCpus: readonly number[];
	readonly allowedMemoryNodes: readonly number[];
	readonly driverVersion: string | null;
	/** Why there is no GPU in the list, when a driver is there but cannot be asked. */
	readonly gpuProblem: string | null;
	/** A host that a file describes, for `--simulate` and `--topology`. */
	readonly origin: 'measured' | 'file' | 'simulated';
};

/** Why and how far this machine lets us bind to a node. */
export type NodeBinding =
	| {readonly kind: 'strict'}
	| {readonly kind: 'cpu-only'; readonly reason: string}
	| {readonly kind: 'none'; readonly reason: string};

/** GPUs that whoever started warpdeck leaves to it, of those that are here. */
export type GpuChoice = {
	/** As nvidia-smi counts. */
	readonly indexes: readonly number[];
	/** What says so: `CUDA_VISIBLE_DEVICES=0,1`. */
	readonly source: string;
};

/** What the machine is and allows, read once before a run. */
export type Machine = {
	/** Absent where nothing restricts the choice. */
	readonly gpuChoice?: GpuChoice;
	readonly topology: Topology;
	/** By node: whether a process may be bound to it, tried with the real tool on a no-op. */
	readonly bindings: {readonly [node: string]: NodeBinding};
};

export const findGpu = (topology: Topology, index: number): Gpu | undefined =>
	topology.gpus.find((gpu) => gpu.index === index);

export const findNode = (topology: Topology, id: number): NumaNode | undefined =>
	topology.nodes.find((node) => node.id === id);

/** The node that sysfs gives for the GPU; null when there is none or the machine does not say. */
export const findLocalNode = (topology: Topology, {gpuId}: {readonly gpuId: number | null}): number | null =>
	gpuId === null ? null : (findGpu(topology, gpuId)?.numaNode ?? null);

/** More than any kernel is built for; a list that claims more is somebody's rubbish and must not fill the memory. */
const MOST_CPUS = 65_536;

/** `0-3,8` -> [0, 1, 2, 3, 8]; an empty list for empty text. Source: cpuset(7), "List format". */
export function parseCpuList(text: string): readonly number[] {
	return text
		.trim()
		.split(',')
		.filter((part) => part !== '')
		.flatMap((part) => {
			const [first = 0, last = first] = part.split('-').map(Number);
			return Array.from({length: Math.min(last - first + 1, MOST_CPUS)}, (_, offset) => first + offset);
		});
}

/** [0, 1, 2, 3, 8] -> `0-3,8`, the inverse of parseCpuList. */
export function formatCpuList(cpus: readonly number[]): string {
	const sorted = [...cpus].sort((a, b) => a - b);
	const ranges: [number, number][] = [];
	for (const cpu of sorted) {
		const current = ranges.at(-1);
		if (current && cpu === current[1] + 1) current[1] = cpu;
		else ranges.push([cpu, cpu]);
	}
	return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
