import {readFileSync, readlinkSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {UserError} from '../domain/errors.ts';
import {isWrapper} from './exit-wrapper.ts';
import {readProcessStat} from './process-identity.ts';
import type {TaggedProcess, TagScanner} from './tag-scan.ts';

const firstPauseMs = 5;
const longestPauseMs = 80;
const wrapperPatienceMs = 300;
const killPatienceMs = 10_000;

export type Ending = {
	/** The number of processes ended, once none is left; rejects when one survives SIGKILL for 10 s. */
	readonly done: Promise<number>;
	/** Shortens the grace that is left; it never gets longer. */
	readonly hasten: (graceMs: number) => void;
};

/** SIGTERM to everything that carries the tag, SIGKILL after the grace; repeated until nothing is found, as ending processes may fork. */
export function endTagged(scanner: TagScanner, tag: string, graceMs: number): Ending {
	let killAt = performance.now() + graceMs;
	return {
		done: endUntilNone(scanner, tag, () => performance.now() - killAt),
		hasten: (ms) => {
			killAt = Math.min(killAt, performance.now() + ms);
		},
	};
}

/** SIGSTOP to everything that carries the tag, until a search finds nothing new; resolves to whether anything was there. */
export async function suspendTagged(scanner: TagScanner, tag: string): Promise<boolean> {
	const stopped = new Set<string>();
	scanner.forget();
	for (;;) {
		const fresh = (await scanner.find(tag)).filter(({pid, startTicks}) => !stopped.has(`${pid} ${startTicks}`));
		if (fresh.length === 0) return stopped.size > 0;
		for (const process of fresh) {
			send('SIGSTOP', process);
			stopped.add(`${process.pid} ${process.startTicks}`);
		}
	}
}

export async function wakeTagged(scanner: TagScanner, tag: string): Promise<void> {
	scanner.forget();
	for (const process of await scanner.find(tag)) send('SIGCONT', process);
}

async function endUntilNone(scanner: TagScanner, tag: string, readOverdueMs: () => number): Promise<number> {
	const met = new Set<string>();
	const asked = new Set<string>();
	scanner.forget();
	for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
		const alive = await scanner.find(tag);
		if (alive.length === 0) return met.size;
		for (const {pid, startTicks} of alive) met.add(`${pid} ${startTicks}`);
		const overdueMs = readOverdueMs();
		if (overdueMs < 0) askToEnd(alive, asked);
		else killAll(alive, overdueMs);
		await pause(pauseMs);
	}
}

// Once each, since many programs take a second SIGTERM as "at once"; anew after an exec, which forgets the first.
function askToEnd(alive: readonly TaggedProcess[], asked: Set<string>): void {
	for (const process of alive) {
		const key = `${process.pid} ${process.startTicks} ${readExecutable(process.pid)}`;
		if (!asked.has(key)) {
			send('SIGTERM', process);
			// One that is stopped would take the signal only after the grace, as SIGKILL.
			send('SIGCONT', process);
		}
		asked.add(key);
	}
}

function killAll(alive: readonly TaggedProcess[], overdueMs: number): void {
	if (overdueMs > killPatienceMs) throw cannotEnd(alive);
	const sparesWrapper = overdueMs < wrapperPatienceMs;
	for (const process of alive) {
		if (!(sparesWrapper && isWrapper(process.pid))) send('SIGKILL', process);
	}
}

/** Compares the start time last thing before the signal, so that a process that inherited the pid is never hit. */
function send(signal: NodeJS.Signals, {pid, startTicks}: TaggedProcess): void {
	if (readProcessStat(pid)?.startTicks !== startTicks) return;
	try {
		process.kill(pid, signal);
	} catch {
		// It ended by itself (ESRCH), or took another user's identity (EPERM): the next search tells.
	}
}

function readExecutable(pid: number): string {
	try {
		return readlinkSync(`/proc/${pid}/exe`);
	} catch {
		return '';
	}
}

function cannotEnd(alive: readonly TaggedProcess[]): UserError {
	const pids = alive.map(({pid}) => pid).join(', ');
	return new UserError(
		`Process ${pids} outlived SIGKILL by ${killPatienceMs / 1000} s: it hangs in the kernel or is another user's.`,
		{
			tryThis: [
				`ps -o pid,user,stat,wchan:32,args -p ${pids.replaceAll(' ', '')}`,
				'sudo dmesg | tail   # a GPU driver that hangs says so here',
			],
			exitCode: 3,
		},
	);
}

/** Sum of the largest resident sizes that the kernel noted (VmHWM); null when none could be read. */
export function readPeakMemoryMiB(processes: readonly TaggedProcess[]): number | null {
	const sizes = processes.map(({pid}) => readPeakKiB(pid)).filter((size) => size !== null);
	return sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

function readPeakKiB(pid: number): number | null {
	try {
		const size = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return size === undefined ? null : Number(size);
	} catch {
		return null;
	}
}
