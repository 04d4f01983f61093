import {readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import type {GpuSample} from '../journal/event.ts';
import {toOneLine} from '../report/text.ts';
import {readProcessOwner} from './lease-files.ts';
import {tagVariable} from './tag-scan.ts';

export type GpuProcess = NonNullable<NonNullable<GpuSample['processes']>[number]>;

export type ForeignPrograms = {
	/** Whether the driver's process numbers are those of this pid namespace; elsewhere they must not be compared. */
	readonly canTell: boolean;
	/** Those that are certainly not of this run, each in words; none where they cannot be told. */
	readonly list: (processes: readonly GpuProcess[]) => readonly string[];
	/** Each in words, when nothing of this run runs but that many idle workers, which may be among them. */
	readonly listAll: (processes: readonly GpuProcess[], workers: number) => readonly string[];
};

type Options = {
	/** Begins the tags of this run's processes. */
	readonly token: string;
	/** Default: /proc */
	readonly procRoot?: string;
};

/** The first pid namespace of every machine, whose numbers the driver uses. Source: PROC_PID_INIT_INO, linux/proc_ns.h */
const FIRST_NAMESPACE = 'pid:[4026531836]';

/** Tells programs of others on a GPU from those that carry a tag of this run. */
export function createForeignPrograms({token, procRoot = '/proc'}: Options): ForeignPrograms {
	const canTell = readNamespace(procRoot) === FIRST_NAMESPACE;
	const isForeign = ({pid}: GpuProcess): boolean => {
		const environment = readEnvironment(procRoot, pid);
		return environment !== 'gone' && !environment.includes(`\0${tagVariable}=${token}:`);
	};
	const describe = (process: GpuProcess): string =>
		canTell ? describeProgram(procRoot, process) : describeStranger(process);
	return {
		canTell,
		list: (processes) => (canTell ? processes.filter(isForeign).map(describe) : []),
		listAll: (processes, workers) => {
			if (canTell) return processes.filter(isForeign).map(describe);
			// Which are ours cannot be told, so more of them than workers is all that is certain.
			if (processes.length <= workers) return [];
			return workers === 0 ? processes.map(describe) : [describeMany(processes, workers)];
		},
	};
}

function readNamespace(procRoot: string): string | null {
	try {
		return readlinkSync(join(procRoot, 'self/ns/pid'));
	} catch {
		return null;
	}
}

/** Begins with a zero byte, so that every variable does; empty for one that may not be read, which is not ours. */
function readEnvironment(procRoot: string, pid: number): string {
	try {
		return `\0${readFileSync(join(procRoot, `${pid}/environ`), 'latin1')}`;
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		return code === 'ENOENT' || code === 'ESRCH' ? 'gone' : '';
	}
}

function describeProgram(procRoot: string, {pid, memoryMiB}: GpuProcess): string {
	const parts = [readUser(pid), readName(procRoot, pid), memoryMiB === null ? null : `${memoryMiB} MiB`];
	return toOneLine(`pid ${pid} (${parts.filter((part) => part !== null).join(', ')})`);
}

const describeStranger = ({pid, memoryMiB}: GpuProcess): string =>
	`pid ${pid} outside this container${memoryMiB === null ? '' : ` (${memoryMiB} MiB)`}`;

const describeMany = ({length}: readonly GpuProcess[], workers: number): string =>
	`at least ${length - workers} of ${length} programs outside this container, of which ${workers} may be idle workers of this run`;

function readName(procRoot: string, pid: number): string | null {
	try {
		return readFileSync(join(procRoot, `${pid}/comm`), 'utf8').trim();
	} catch {
		return null;
	}
}

function readUser(pid: number): string | null {
	const uid = readProcessOwner(pid);
	if (uid === null) return null;
	try {
		const line = readFileSync('/etc/passwd', 'utf8')
			.split('\n')
			.find((entry) => entry.split(':')[2] === String(uid));
		return line?.split(':')[0] ?? `user ${uid}`;
	} catch {
		return `user ${uid}`;
	}
}
