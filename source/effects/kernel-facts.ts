import {statfs} from 'node:fs/promises';
import {join} from 'node:path';
import type {KernelFacts} from '../report/judge-kernel.ts';
import {parseMeminfo} from './meminfo.ts';
import {readMemoryLimitMiB} from './memory-limit.ts';
import {readNumber, readText} from './sysfs.ts';

type KernelOptions = {
	/** Default: /sys */
	readonly sysRoot?: string;
	/** Default: /proc */
	readonly procRoot?: string;
	/** Default: /dev/shm */
	readonly sharedMemory?: string;
};

/** Bit of CAP_SYS_ADMIN, see capabilities(7). */
const SYS_ADMIN = 21n;

/** What the kernel says of limits and permissions; none of these files waits for a device. */
export async function readKernelFacts(options: KernelOptions = {}): Promise<KernelFacts> {
	const {sysRoot = '/sys', procRoot = '/proc', sharedMemory = '/dev/shm'} = options;
	const [
		perfParanoid,
		numaBalancing,
		hugePages,
		zoneReclaim,
		nvidiaParams,
		status,
		limits,
		meminfo,
		memoryLimitMiB,
		shared,
	] = await Promise.all([
		readNumber(join(procRoot, 'sys/kernel/perf_event_paranoid')),
		readNumber(join(procRoot, 'sys/kernel/numa_balancing')),
		readText(join(sysRoot, 'kernel/mm/transparent_hugepage/enabled')),
		readNumber(join(procRoot, 'sys/vm/zone_reclaim_mode')),
		readText(join(procRoot, 'driver/nvidia/params')),
		readText(join(procRoot, 'self/status')),
		readText(join(procRoot, 'self/limits')),
		readText(join(procRoot, 'meminfo')),
		readMemoryLimitMiB(sysRoot, procRoot),
		readSpace(sharedMemory),
	]);
	return {
		perfParanoid,
		numaBalancing,
		hugePages,
		zoneReclaim,
		nvidiaParams,
		isAdministrator: hasCapability(status ?? '', SYS_ADMIN),
		memlock: parseMemlock(limits ?? ''),
		memoryLimitMiB,
		memoryTotalMiB: parseMeminfo(meminfo ?? '').get('MemTotal') ?? null,
		sharedMemory: shared,
	};
}

function hasCapability(status: string, bit: bigint): boolean {
	const digits = /^CapEff:\s*([\da-f]+)$/m.exec(status)?.[1];
	return digits !== undefined && ((BigInt(`0x${digits}`) >> bit) & 1n) === 1n;
}

function parseMemlock(limits: string): KernelFacts['memlock'] {
	const soft = /^Max locked memory\s+(\S+)/m.exec(limits)?.[1];
	if (soft === undefined) return null;
	return soft === 'unlimited' ? soft : Math.floor(Number(soft) / 2 ** 20);
}

async function readSpace(folder: string): Promise<KernelFacts['sharedMemory']> {
	try {
		const {blocks, bavail, bsize} = await statfs(folder);
		return {totalMiB: Math.floor((blocks * bsize) / 2 ** 20), freeMiB: Math.floor((bavail * bsize) / 2 ** 20)};
	} catch {
		return null;
	}
}
