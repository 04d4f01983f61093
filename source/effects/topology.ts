import {arch, hostname, release} from 'node:os';
import {join} from 'node:path';
import {type Gpu, type NumaNode, parseCpuList, type Topology} from '../domain/topology.ts';
import {askTool} from './ask-tool.ts';
import {queryGpus} from './nvidia-smi.ts';
import {readDeviceNode, readNodes, readText} from './sysfs.ts';
import type {ListedGpu} from './telemetry-format.ts';
import {type MatrixRow, parseTopologyMatrix} from './topology-matrix.ts';

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
	const [nodes, listing, matrix, host, allowed] = await Promise.all([
		readNodes(sysRoot, procRoot),
		queryGpus({procRoot, env, timeoutMs}),
		readMatrix(env, timeoutMs),
		readHost(procRoot),
		readText(join(procRoot, 'self/status')),
	]);
	const gpus = await Promise.all(listing.gpus.map((gpu) => placeGpu(sysRoot, gpu, matrix)));
	return {
		...host,
		nodes,
		gpus,
		gpuLinks: arrangeLinks(gpus, matrix),
		...readAllowed(allowed ?? '', nodes),
		driverVersion: listing.driverVersion,
		gpuProblem: listing.problem,
		origin: 'measured',
	};
}

/** Nothing depends on it but the cross-check and the picture of the links, so a tool that fails costs only these. */
async function readMatrix(env: NodeJS.ProcessEnv, timeoutMs: number): Promise<readonly MatrixRow[]> {
	const answer = await askTool('nvidia-smi', ['topo', '-m'], {env, timeoutMs});
	return answer.kind === 'answered' && answer.code === 0 ? parseTopologyMatrix(answer.stdout) : [];
}

async function placeGpu(sysRoot: string, gpu: ListedGpu, matrix: readonly MatrixRow[]): Promise<Gpu> {
	const numaAffinity = matrix.find(({index}) => index === gpu.index)?.numaAffinity ?? null;
	return {...gpu, numaNode: await readDeviceNode(sysRoot, gpu.pciAddress), numaAffinity};
}

function arrangeLinks(gpus: readonly Gpu[], matrix: readonly MatrixRow[]): NonNullable<Topology['gpuLinks']> | null {
	if (matrix.length === 0) return null;
	const rows = gpus.map(({index}) => matrix.find((row) => row.index === index)?.links);
	return rows.map((links) => gpus.map(({index}) => links?.get(index) ?? null));
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
