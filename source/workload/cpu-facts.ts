import {readFileSync} from 'node:fs';
import {availableParallelism, cpus} from 'node:os';

/** The CPU's model as the system names it. */
export const readCpuName = (): string => cpus()[0]?.model.trim() || 'unknown CPU';

/** The CPUs that this process may use, as in `0-23,96-119`. */
export const readCpusAllowed = (): string => readStatus('Cpus_allowed_list') ?? `0-${availableParallelism() - 1}`;

/** The most resident memory that this process had. */
export function readPeakMemoryMiB(): number {
	const peakKiB = Number.parseInt(readStatus('VmHWM') ?? '', 10) || process.resourceUsage().maxRSS;
	return Math.round((peakKiB / 1024) * 10) / 10;
}

function readStatus(key: string): string | undefined {
	try {
		const lines = readFileSync('/proc/self/status', 'utf8').split('\n');
		return lines
			.find((line) => line.startsWith(`${key}:`))
			?.slice(key.length + 1)
			.trim();
	} catch {
		return undefined;
	}
}

/** A kernel setting; of `always [madvise] never` the word in brackets. Null where this kernel does not tell. */
export function readSetting(path: string): string | null {
	try {
		const text = readFileSync(path, 'utf8').trim();
		return /\[(\w+)\]/.exec(text)?.[1] ?? text;
	} catch {
		return null;
	}
}
