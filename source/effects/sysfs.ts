import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type NumaNode, parseCpuList} from '../domain/topology.ts';
import {parseMeminfo} from './meminfo.ts';

/** NUMA nodes in the order of their numbers; a kernel without NUMA gives one node with everything. */
export async function readNodes(sysRoot: string, procRoot: string): Promise<readonly NumaNode[]> {
	const folder = join(sysRoot, 'devices/system/node');
	const names = await readdir(folder).catch(() => []);
	const ids = names.flatMap((name) => /^node(\d+)$/.exec(name)?.[1] ?? []).map(Number);
	if (ids.length === 0) return [await readWholeMachine(sysRoot, procRoot)];
	return Promise.all(ids.sort((a, b) => a - b).map((id) => readNode(sysRoot, id)));
}

/** The node that a PCI device hangs on; null when the machine does not say (-1, usual in virtual machines). */
export async function readDeviceNode(sysRoot: string, pciAddress: string): Promise<number | null> {
	const node = await readNumber(join(sysRoot, 'bus/pci/devices', pciAddress, 'numa_node'));
	return node === null || node < 0 ? null : node;
}

/** PCI addresses of NVIDIA's display and 3D controllers, which the kernel shows without a driver too. */
export async function listNvidiaDevices(sysRoot: string): Promise<readonly string[]> {
	const folder = join(sysRoot, 'bus/pci/devices');
	const addresses = await readdir(folder).catch(() => []);
	const kinds = await Promise.all(
		addresses.map(async (address) => {
			const [vendor, kind] = await Promise.all(
				['vendor', 'class'].map((name) => readText(join(folder, address, name))),
			);
			return vendor === '0x10de' && /^0x03/.test(kind ?? '');
		}),
	);
	return addresses.filter((_, position) => kinds[position]).toSorted();
}

/** A small text file without its last line break, or null when it cannot be read. */
export async function readText(path: string): Promise<string | null> {
	try {
		return (await readFile(path, 'utf8')).trim();
	} catch {
		return null;
	}
}

async function readNode(sysRoot: string, id: number): Promise<NumaNode> {
	const folder = join(sysRoot, `devices/system/node/node${id}`);
	const [cpuList, distance, meminfo] = await Promise.all([
		readText(join(folder, 'cpulist')),
		readText(join(folder, 'distance')),
		readText(join(folder, 'meminfo')),
	]);
	const cpus = parseCpuList(cpuList ?? '');
	return {
		id,
		cpus,
		...readMemory(meminfo),
		distances: parseDistances(distance),
		socket: await readSocket(sysRoot, cpus),
	};
}

async function readWholeMachine(sysRoot: string, procRoot: string): Promise<NumaNode> {
	const cpus = parseCpuList((await readText(join(sysRoot, 'devices/system/cpu/online'))) ?? '');
	const meminfo = await readText(join(procRoot, 'meminfo'));
	return {id: 0, cpus, ...readMemory(meminfo), distances: [10], socket: await readSocket(sysRoot, cpus)};
}

function readMemory(meminfo: string | null): Pick<NumaNode, 'memoryTotalMiB' | 'memoryFreeMiB'> {
	const memory = parseMeminfo(meminfo ?? '');
	return {memoryTotalMiB: memory.get('MemTotal') ?? null, memoryFreeMiB: memory.get('MemFree') ?? null};
}

const parseDistances = (text: string | null) => (text ?? '').split(/\s+/).filter(Boolean).map(Number);

async function readSocket(sysRoot: string, cpus: readonly number[]): Promise<number | null> {
	if (cpus[0] === undefined) return null;
	const file = `devices/system/cpu/cpu${cpus[0]}/topology/physical_package_id`;
	const socket = await readNumber(join(sysRoot, file));
	return socket === null || socket < 0 ? null : socket;
}

export async function readNumber(path: string): Promise<number | null> {
	const text = await readText(path);
	return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}
