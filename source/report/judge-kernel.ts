import type {JsonObject} from '../domain/json.ts';
import {broken, type Finding, missing, note, ok} from './finding.ts';

/** What the kernel and the container say of themselves; null for a file that is not there. */
export type KernelFacts = {
	/** /proc/sys/kernel/perf_event_paranoid */
	readonly perfParanoid: number | null;
	/** /proc/sys/kernel/numa_balancing */
	readonly numaBalancing: number | null;
	/** /sys/kernel/mm/transparent_hugepage/enabled, such as `always [madvise] never` */
	readonly hugePages: string | null;
	/** /proc/sys/vm/zone_reclaim_mode */
	readonly zoneReclaim: number | null;
	/** /proc/driver/nvidia/params */
	readonly nvidiaParams: string | null;
	/** Whether CAP_SYS_ADMIN is among the effective capabilities. */
	readonly isAdministrator: boolean;
	/** Soft limit, MiB. */
	readonly memlock: number | 'unlimited' | null;
	/** Of the control group, MiB; null where there is none. */
	readonly memoryLimitMiB: number | null;
	readonly memoryTotalMiB: number | null;
	/** /dev/shm */
	readonly sharedMemory: {readonly totalMiB: number; readonly freeMiB: number} | null;
};

export const judgeKernel = (facts: KernelFacts): readonly Finding[] => [
	judgeMemoryLimit(facts),
	judgeSharedMemory(facts),
	judgeMemlock(facts),
	judgeBalancing(facts),
	judgeHugePages(facts),
	judgeZoneReclaim(facts),
	judgeParanoia(facts),
	judgeCounters(facts),
];

function judgeMemoryLimit({memoryLimitMiB, memoryTotalMiB}: KernelFacts): Finding {
	const name = 'memory limit';
	if (memoryLimitMiB === null || (memoryTotalMiB !== null && memoryLimitMiB >= memoryTotalMiB))
		return ok(name, 'none below what the host has');
	return note(
		name,
		`${memoryLimitMiB} MiB of the host’s ${memoryTotalMiB ?? 'unknown'} MiB; beyond it the kernel ends a program`,
		'docker run --memory=…   (Kubernetes: resources.limits.memory)',
	);
}

/** Docker's default is 64 MiB, on which programs with loader processes end by SIGBUS. */
const LITTLE_SHARED_MIB = 1024;

function judgeSharedMemory({sharedMemory}: KernelFacts): Finding {
	const name = 'shared memory';
	if (sharedMemory === null) return missing(name, 'there is no /dev/shm', 'mount -t tmpfs tmpfs /dev/shm');
	const says = `/dev/shm has ${sharedMemory.totalMiB} MiB, ${sharedMemory.freeMiB} free`;
	if (sharedMemory.totalMiB >= LITTLE_SHARED_MIB) return ok(name, says);
	return note(name, `${says}; data loaders of programs of your own may need more`, 'docker run --shm-size=8g');
}

function judgeMemlock({memlock}: KernelFacts): Finding {
	const name = 'locked memory';
	if (memlock === 'unlimited') return ok(name, 'unlimited');
	if (memlock === null) return note(name, 'the limit cannot be read');
	return note(name, `${memlock} MiB for programs that lock memory themselves (RDMA)`, 'ulimit -l unlimited');
}

function judgeBalancing({numaBalancing}: KernelFacts): Finding {
	const name = 'NUMA balancing';
	if (numaBalancing === null) return ok(name, 'this kernel has none');
	if (numaBalancing === 0) return ok(name, 'off');
	return note(name, 'on: the kernel moves pages that are not strictly bound', 'sudo sysctl kernel.numa_balancing=0');
}

const readChosen = (hugePages: string | null): string | null => /\[(\w+)\]/.exec(hugePages ?? '')?.[1] ?? null;

function judgeHugePages({hugePages}: KernelFacts): Finding {
	const chosen = readChosen(hugePages);
	return chosen === null ? note('huge pages', 'unknown') : note('huge pages', `transparent ones: ${chosen}`);
}

function judgeZoneReclaim({zoneReclaim}: KernelFacts): Finding {
	const name = 'zone reclaim';
	if (zoneReclaim === null) return ok(name, 'this kernel has none');
	if (zoneReclaim === 0) return ok(name, 'off');
	return note(
		name,
		`zone_reclaim_mode is ${zoneReclaim}: a full node is cleared before another one is used`,
		'sudo sysctl vm.zone_reclaim_mode=0',
	);
}

/** `provenance.kernel` of a run: what decides where pages lie and whether they stay there; null for what nobody knows. */
export const describeKernel = ({numaBalancing, hugePages, zoneReclaim}: KernelFacts): JsonObject => ({
	numa_balancing: numaBalancing,
	transparent_hugepage: readChosen(hugePages),
	zone_reclaim_mode: zoneReclaim,
});

/** Above 2 an ordinary user may not count events of the kernel's own; perf_event_open(2). */
function judgeParanoia({perfParanoid}: KernelFacts): Finding {
	const name = 'perf events';
	if (perfParanoid === null) return note(name, 'this kernel has none, so nsys cannot sample the CPU');
	if (perfParanoid <= 2) return ok(name, `perf_event_paranoid is ${perfParanoid}`);
	return note(
		name,
		`perf_event_paranoid is ${perfParanoid}: nsys cannot sample the CPU; it traces CUDA all the same`,
		'sudo sysctl kernel.perf_event_paranoid=2',
	);
}

function judgeCounters({nvidiaParams, isAdministrator}: KernelFacts): Finding {
	const name = 'GPU counters';
	if (nvidiaParams === null) return note(name, 'no NVIDIA driver is loaded');
	const restricted = /^RmProfilingAdminOnly: (\d+)$/m.exec(nvidiaParams)?.[1];
	if (restricted === undefined) return note(name, 'the driver does not say who may read them');
	if (restricted === '0') return ok(name, 'everybody may read them');
	if (isAdministrator) return ok(name, 'administrators only, and this process has CAP_SYS_ADMIN');
	return broken(name, 'for administrators only: ncu ends with ERR_NVGPUCTRPERM', OPEN_COUNTERS);
}

/** What lets ncu read the counters of GPUs where only administrators may. */
export const OPEN_COUNTERS =
	'on the host: echo options nvidia NVreg_RestrictProfilingToAdminUsers=0 | sudo tee /etc/modprobe.d/nvidia-counters.conf, then a reboot; or a container with --cap-add=SYS_ADMIN';

/** Whether ncu would be refused; not known is not refused. */
export const countersAreClosed = ({nvidiaParams, isAdministrator}: KernelFacts): boolean =>
	!isAdministrator && /^RmProfilingAdminOnly: (?!0$)\d+$/m.test(nvidiaParams ?? '');
