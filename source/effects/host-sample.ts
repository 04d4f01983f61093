import {statfs} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {HostSample} from '../journal/event.ts';
import {parseMeminfo} from './meminfo.ts';
import {readText} from './sysfs.ts';

type HostOptions = {
	/** The free space of its file system is watched. */
	readonly diskPath: string;
	/** Default: /proc */
	readonly procRoot?: string;
};

/** Jiffies since the boot, of all CPUs together. */
type CpuTimes = {readonly busy: number; readonly total: number};

/** A file system that hangs (NFS) costs its own value, not the others. */
const DISK_LIMIT_MS = 200;

/** Each call gives one sample; the CPU's share is of the time since the call before, so the first has none. */
export function createHostSampler({diskPath, procRoot = '/proc'}: HostOptions): () => Promise<HostSample> {
	const readDisk = createDiskReader(diskPath);
	let before: CpuTimes | null = null;
	return async () => {
		const [stat, meminfo, diskFreeMiB] = await Promise.all([
			readText(join(procRoot, 'stat')),
			readText(join(procRoot, 'meminfo')),
			readDisk(),
		]);
		const now = parseCpuTimes(stat ?? '');
		const cpuPercent = measureCpuPercent(before, now);
		before = now;
		return {cpuPercent, ...readMemory(meminfo ?? ''), diskFreeMiB};
	};
}

/** The line `cpu` of /proc/stat: user nice system idle iowait irq softirq steal; guest time is part of user time. */
export function parseCpuTimes(stat: string): CpuTimes | null {
	const line = /^cpu +(.+)$/m.exec(stat)?.[1];
	if (line === undefined) return null;
	const times = line.split(' ').slice(0, 8).map(Number);
	const total = times.reduce((sum, time) => sum + time, 0);
	return {total, busy: total - (times[3] ?? 0) - (times[4] ?? 0)};
}

/** Share of all CPUs that was busy in between, 0 to 100; null without two readings. */
export function measureCpuPercent(before: CpuTimes | null, now: CpuTimes | null): number | null {
	if (before === null || now === null || now.total <= before.total) return null;
	// iowait may run backwards, says proc(5).
	const share = (now.busy - before.busy) / (now.total - before.total);
	return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
}

/** Used is what is not available to programs, so the page cache does not count. */
function readMemory(meminfo: string): Pick<HostSample, 'memoryUsedMiB' | 'memoryTotalMiB' | 'swapUsedMiB'> {
	const memory = parseMeminfo(meminfo);
	const subtract = (total: string, free: string) => {
		const [of, less] = [memory.get(total), memory.get(free)];
		return of === undefined || less === undefined ? null : of - less;
	};
	return {
		memoryTotalMiB: memory.get('MemTotal') ?? null,
		memoryUsedMiB: subtract('MemTotal', 'MemAvailable'),
		swapUsedMiB: subtract('SwapTotal', 'SwapFree'),
	};
}

/** At most one statfs is under way, because each that hangs holds one of Node's four threads. */
function createDiskReader(path: string): () => Promise<number | null> {
	let isUnderWay = false;
	return async () => {
		if (isUnderWay) return null;
		isUnderWay = true;
		const free = readFreeMiB(path).finally(() => {
			isUnderWay = false;
		});
		return Promise.race([free, delay(DISK_LIMIT_MS, null, {ref: false})]);
	};
}

async function readFreeMiB(path: string): Promise<number | null> {
	try {
		const {bavail, bsize} = await statfs(path);
		return Math.floor((bavail * bsize) / 2 ** 20);
	} catch {
		return null;
	}
}
