import {closeSync, openSync, readdirSync, readSync} from 'node:fs';
import {setImmediate as nextTurn, setTimeout as pause} from 'node:timers/promises';
import {readProcessStat} from './process-identity.ts';

export const tagVariable = 'WARPDECK_TAG';

const rereadAllMs = 5000;
const recentMs = 500;
const maxAttempts = 6;
const execMs = 2;

export type TaggedProcess = {readonly pid: number; readonly startTicks: number};

export type TagScanner = {
	/**
	 * Everything alive that carries the tag, from a scan that begins after the call; calls of one turn share a scan. One
	 * that ends with a colon stands for all tags that begin with it.
	 */
	readonly find: (tag: string) => Promise<readonly TaggedProcess[]>;
	/** The same for figures only: at most half a second old, and blind to what starts during the scan. */
	readonly findRecent: (tag: string) => readonly TaggedProcess[];
	/** The next scan trusts no earlier one. */
	readonly forget: () => void;
};

type Tagged = TaggedProcess & {readonly tag: string};

type Scan = {
	readonly byTag: ReadonlyMap<string, readonly Tagged[]>;
	/** Processes that were gone before they could be read: each may have left a child that the list does not hold. */
	readonly vanished: number;
	/** Processes without an environment, because they are just starting a program or were given none. */
	readonly unreadable: readonly number[];
};

/**
 * Searches /proc/PID/environ. Processes once seen without any tag are not read again for 5 s: a process that is not
 * ours cannot get a tag except from somebody who sets it.
 */
export function createTagScanner(): TagScanner {
	let foreign = new Set<number>();
	let tagged: ReadonlyMap<number, Tagged> = new Map();
	let forgottenAt = Number.NEGATIVE_INFINITY;
	let latest: {readonly at: number; readonly scan: Scan} | null = null;
	let next: Promise<Scan> | null = null;

	const forget = () => {
		foreign = new Set();
		forgottenAt = performance.now();
	};

	const scanOnce = (): Scan => {
		if (performance.now() - forgottenAt > rereadAllMs) forget();
		const pids = listProcesses();
		foreign = new Set(pids.filter((pid) => foreign.has(pid)));
		const scan = readProcesses(pids, foreign, tagged);
		tagged = new Map([...scan.byTag.values()].flat().map((one) => [one.pid, one]));
		latest = {at: performance.now(), scan};
		return scan;
	};

	const scanUntilSure = async (): Promise<Scan> => {
		await nextTurn();
		next = null;
		for (let attempt = 1; ; attempt++) {
			const scan = scanOnce();
			const isSure = scan.vanished === 0 && scan.unreadable.length === 0;
			if (!isSure && attempt < maxAttempts) {
				if (scan.unreadable.length > 0) await pause(execMs);
				continue;
			}
			for (const pid of scan.unreadable) foreign.add(pid);
			return scan;
		}
	};

	return {
		find: async (tag) => {
			next ??= scanUntilSure();
			return select(await next, tag);
		},
		findRecent: (tag) => {
			const scan = latest && performance.now() - latest.at < recentMs ? latest.scan : scanOnce();
			return select(scan, tag);
		},
		forget,
	};
}

const select = ({byTag}: Scan, tag: string): readonly Tagged[] =>
	tag.endsWith(':')
		? [...byTag].flatMap(([carried, processes]) => (carried.startsWith(tag) ? processes : []))
		: (byTag.get(tag) ?? []);

const listProcesses = (): readonly number[] =>
	readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => pid !== process.pid);

function readProcesses(pids: readonly number[], foreign: Set<number>, before: ReadonlyMap<number, Tagged>): Scan {
	const byTag = new Map<string, Tagged[]>();
	const unreadable: number[] = [];
	let vanished = 0;
	for (const pid of pids) {
		if (foreign.has(pid)) continue;
		const owner = readOwner(pid, before.get(pid));
		if (owner.kind === 'tagged') byTag.set(owner.process.tag, [...(byTag.get(owner.process.tag) ?? []), owner.process]);
		else if (owner.kind === 'unreadable') unreadable.push(pid);
		else foreign.add(pid);
		if (owner.kind === 'gone') vanished++;
	}
	return {byTag, vanished, unreadable};
}

type Owner = {readonly kind: 'tagged'; readonly process: Tagged} | {readonly kind: 'foreign' | 'gone' | 'unreadable'};

function readOwner(pid: number, before: Tagged | undefined): Owner {
	const environment = readEnvironment(pid);
	if (environment === 'closed') return {kind: 'foreign'};
	const tag = environment && findTag(environment);
	if (environment?.length && !tag) return {kind: 'foreign'};
	const stat = readProcessStat(pid);
	if (!stat || stat.isZombie) return {kind: 'gone'};
	if (tag) return {kind: 'tagged', process: {pid, startTicks: stat.startTicks, tag}};
	// An ending process loses its environment before it lets go of its GPU and its files: it still counts.
	if (before?.startTicks === stat.startTicks) return {kind: 'tagged', process: before};
	return {kind: stat.isKernelThread ? 'foreign' : 'unreadable'};
}

// Grows to the largest environment met; a buffer of its own for each process would cost more than the reading.
let buffer = Buffer.allocUnsafe(256 * 1024);

/** 'closed' when it belongs to another user, null when the process is gone. */
function readEnvironment(pid: number): Buffer | 'closed' | null {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(`/proc/${pid}/environ`, 'r');
		return readToEnd(descriptor);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'EACCES' || code === 'EPERM') return 'closed';
		if (code === 'ENOENT' || code === 'ESRCH' || code === 'EIO') return null;
		throw error;
	} finally {
		if (descriptor !== undefined) closeSync(descriptor);
	}
}

function readToEnd(descriptor: number): Buffer {
	for (let length = 0; ; ) {
		if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
		const got = readSync(descriptor, buffer, length, buffer.length - length, null);
		length += got;
		if (got === 0) return buffer.subarray(0, length);
	}
}

/** The value of the tag's variable, or null; an empty tag is none. */
function findTag(environment: Buffer): string | null {
	const name = `${tagVariable}=`;
	for (let at = environment.indexOf(name); at >= 0; at = environment.indexOf(name, at + 1)) {
		if (at > 0 && environment[at - 1] !== 0) continue;
		const end = environment.indexOf(0, at);
		return environment.toString('utf8', at + name.length, end < 0 ? environment.length : end) || null;
	}
	return null;
}
