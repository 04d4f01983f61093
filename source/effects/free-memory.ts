import {join} from 'node:path';
import {parseMeminfo} from './meminfo.ts';
import {readText} from './sysfs.ts';

/** MiB; null where the machine does not say. */
export type Memory = {readonly totalMiB: number | null; readonly freeMiB: number | null};

export type MemoryReader = {
	/** What a process that is bound to the node can still get. */
	readonly readNode: (node: number) => Promise<Memory>;
	/** What this process's control group and the host leave, whichever is less. */
	readonly readHost: () => Promise<Memory>;
};

type Roots = {readonly sysRoot?: string; readonly procRoot?: string};

export function createMemoryReader({sysRoot = '/sys', procRoot = '/proc'}: Roots = {}): MemoryReader {
	return {
		readNode: async (node) => readNodeMemory(await readText(join(sysRoot, `devices/system/node/node${node}/meminfo`))),
		readHost: async () => {
			const [meminfo, group] = await Promise.all([
				readText(join(procRoot, 'meminfo')),
				readGroup(join(sysRoot, 'fs/cgroup')),
			]);
			const host = parseMeminfo(meminfo ?? '');
			return {
				totalMiB: findSmaller(host.get('MemTotal') ?? null, group.totalMiB),
				freeMiB: findSmaller(host.get('MemAvailable') ?? null, group.freeMiB),
			};
		},
	};
}

/** The file cache gives way to a bound process, but for pages that have to be written first; tmpfs does not. */
function readNodeMemory(meminfo: string | null): Memory {
	const memory = parseMeminfo(meminfo ?? '');
	const read = (name: string): number => memory.get(name) ?? 0;
	const free = memory.get('MemFree');
	const cache = read('Active(file)') + read('Inactive(file)') - read('Dirty') - read('Writeback');
	return {
		totalMiB: memory.get('MemTotal') ?? null,
		freeMiB: free === undefined ? null : free + Math.max(0, cache),
	};
}

/** Version 2 as a container sees its own; no limit is `max`. */
async function readGroup(folder: string): Promise<Memory> {
	const [max, current, stat] = await Promise.all(
		['memory.max', 'memory.current', 'memory.stat'].map((file) => readText(join(folder, file))),
	);
	if (!max || !current || !/^\d+$/.test(max)) return {totalMiB: null, freeMiB: null};
	const cache = Number(/^inactive_file (\d+)$/m.exec(stat ?? '')?.[1] ?? 0);
	const free = Number(max) - Number(current) + cache;
	return {totalMiB: toMiB(Number(max)), freeMiB: toMiB(Math.max(0, free))};
}

const toMiB = (bytes: number): number => Math.floor(bytes / 2 ** 20);

const findSmaller = (one: number | null, other: number | null): number | null =>
	one === null ? other : other === null ? one : Math.min(one, other);
