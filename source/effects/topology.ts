import {arch, hostname, release} from 'node:os';
import {join} from 'node:path';
import {type Gpu, type NumaNode, parseCpuList, type Topology} from '../domain/topology.ts';
import {queryGpus} from './nvidia-smi.ts';
import {readDeviceNode, readNodes, readText} from './sysfs.ts';
import type {ListedGpu} from './telemetry-format.ts';

type TopologyOptions = {
	/** Default: /sys */
	readonly sysRoot?: string;
	/** Default: /proc */
	readonly procRoot?: string;
	/** Environment of nvidia-smi, whose PATH is searched; default: ours. */
	readonly env?: NodeJS.ProcessEnv;
	/** How long nvidia-smi may take; default 30 s, because it wakes GPUs without persistence mode one by one. */
	readonly timeoutMs?: number;
};

/** The machine as sysfs, /proc and nvidia-smi show it; what cannot be read is null or empty, never guessed. */
export async function readTopology(options: TopologyOptions = {}): Promise<Topology> {
	const {sysRoot = '/sys', procRoot = '/proc', env = process.env, timeoutMs = 30_000} = options;
	const [nodes, listing, host, allowed] = await Promise.all([
		readNodes(sysRoot, procRoot),
		queryGpus({procRoot, env, timeoutMs}),
		readHost(procRoot),
		readText(join(procRoot, 'self/status')),
	]);
	const gpus = await Promise.all(listing.gpus.map((gpu) => placeGpu(sysRoot, gpu)));
	const {driverVersion, problem: gpuProblem} = listing;
	return {...host, nodes, gpus, ...readAllowed(allowed ?? '', nodes), driverVersion, gpuProblem, origin: 'measured'};
}

async function placeGpu(sysRoot: string, gpu: ListedGpu): Promise<Gpu> {
	return {...gpu, numaNode: await readDeviceNode(sysRoot, gpu.pciAddress)};
}

async function readHost(procRoot: string): Promise<Pick<Topology, 'hostname' | 'kernel' | 'cpuModel'>> {
	const [name, kernel, cpuinfo] = await Promise.all(
		['sys/kernel/hostname', 'sys/kernel/osrelease', 'cpuinfo'].map((file) => readText(join(procRoot, file))),
	);
	const cpuModel = /^model name\s*:\s*(.+)$/m.exec(cpuinfo ?? '')?.[1];
	return {hostname: name ?? hostname(), kernel: kernel ?? release(), cpuModel: cpuModel ?? `unnamed ${arch()} CPU`};
}

/** What /proc/self/status does not say is taken as allowed: the pre-flight tries every node for real anyway. */
function readAllowed(status: string, nodes: readonly NumaNode[]): Pick<Topology, 'allowedCpus' | 'allowedMemoryNodes'> {
	const cpus = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
	const memoryNodes = /^Mems_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
	return {
		allowedCpus: cpus ? parseCpuList(cpus) : nodes.flatMap((node) => node.cpus),
		allowedMemoryNodes: memoryNodes ? parseCpuList(memoryNodes) : nodes.map((node) => node.id),
	};
}
