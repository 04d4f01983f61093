import {constants, readFileSync, statSync} from 'node:fs';
import {type FileHandle, lstat, open, readdir, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {codeOf} from './file-problem.ts';
import {holderSchema, judgeHolder, type LockHolder, parseAs, readSelf, STALE_MS} from './lock-holder.ts';

/** Who times on a GPU; what stands in a lease's file, which every user of the machine may read. */
export type LeaseHolder = LockHolder & {
	readonly user: string;
	/** The run's folder, absolute. */
	readonly run: string;
	/** Epoch ms. */
	readonly since: number;
};

const leaseSchema: z.ZodType<LeaseHolder> = holderSchema.extend({
	user: z.string().max(200),
	run: z.string().max(4096),
	since: z.number(),
});

export type FoundLease = {
	readonly path: string;
	/** Owner of the file: the one thing about it that nobody can forge. */
	readonly uid: number;
	/** null when it is just being written, or may not be read. */
	readonly holder: LeaseHolder | null;
	readonly isLive: boolean;
};

const PUBLIC_FILE = 0o644;
const LONGEST_BYTES = 8192;

const prefixOf = (gpuUuid: string): string => `warpdeck-${gpuUuid.replaceAll(/[^A-Za-z0-9-]/g, '_')}.`;

/** A name of its own for each claim: removing a dead one can never hit a living one that took its name. */
export const nameLease = (folder: string, gpuUuid: string, token: string): string =>
	join(folder, `${prefixOf(gpuUuid)}${token}.lease`);

/**
 * Exclusive creation follows no link, and the file is everybody's to read whatever the umask is. It is a lease once it
 * is whole: one whose owner was killed before it was filled would hold the GPU for a minute and name nobody.
 */
export async function createLeaseFile(path: string, holder: LeaseHolder): Promise<FileHandle> {
	const unnamed = `${path}.new`;
	const file = await open(unnamed, 'wx', PUBLIC_FILE);
	try {
		await file.chmod(PUBLIC_FILE);
		await file.writeFile(`${JSON.stringify(holder)}\n`);
		await rename(unnamed, path);
		return file;
	} catch (error) {
		await file.close();
		await rm(unnamed, {force: true});
		throw error;
	}
}

/** Every lease of a GPU but one's own, dead ones too. */
export async function findLeases(
	folder: string,
	gpuUuid: string,
	ownToken: string,
	now: number,
): Promise<readonly FoundLease[]> {
	const names = (await readdir(folder)).filter((name) => name.startsWith(prefixOf(gpuUuid)) && name.endsWith('.lease'));
	const others = names.filter((name) => !name.includes(ownToken)).toSorted();
	const found = await Promise.all(others.map((name) => readLease(join(folder, name), now)));
	return found.filter((lease) => lease !== null);
}

/** Dead leases of all GPUs that a run's earlier runners left. */
export async function findDeadLeases(folder: string, run: string, now: number): Promise<readonly FoundLease[]> {
	const names = (await readdir(folder)).filter((name) => name.startsWith('warpdeck-') && name.endsWith('.lease'));
	const found = await Promise.all(names.map((name) => readLease(join(folder, name), now)));
	return found.filter((lease) => lease !== null && lease.holder?.run === run && !lease.isLive) as readonly FoundLease[];
}

/** null for what is no lease: gone, a link, a pipe, a folder, or a claim in another user's name. */
async function readLease(path: string, now: number): Promise<FoundLease | null> {
	try {
		const {uid, mtimeMs, text} = await readPlain(path);
		const holder = parseAs(leaseSchema, text);
		if (!holder) return {path, uid, holder: null, isLive: now - mtimeMs <= STALE_MS};
		return isForged(holder, uid) ? null : {path, uid, holder, isLive: isLive(holder, now)};
	} catch (error) {
		return codeOf(error) === 'EACCES' ? readUnreadable(path, now) : null;
	}
}

/** Neither a link nor a pipe may lead a reader astray, and a large file must not fill its memory. */
async function readPlain(path: string): Promise<{uid: number; mtimeMs: number; text: string}> {
	const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const about = await file.stat();
		if (!about.isFile() || about.size > LONGEST_BYTES) throw new Error(`${path} is no lease`);
		return {uid: about.uid, mtimeMs: about.mtimeMs, text: await file.readFile('utf8')};
	} finally {
		await file.close();
	}
}

async function readUnreadable(path: string, now: number): Promise<FoundLease | null> {
	const about = await lstat(path).catch(() => null);
	return about?.isFile() ? {path, uid: about.uid, holder: null, isLive: now - about.mtimeMs <= STALE_MS} : null;
}

/** What cannot be seen from here, as in another container, lives as long as its heart beats. */
function isLive(holder: LeaseHolder, now: number): boolean {
	const {kind} = judgeHolder(holder, readSelf(), now);
	return kind === 'alive' || (kind === 'unseen' && now - holder.heartbeatAt <= STALE_MS);
}

/** A file that names a process of somebody else than its owner would hold the GPU for ever. */
function isForged({pid, bootId, pidNamespace}: LeaseHolder, uid: number): boolean {
	const self = readSelf();
	if (bootId !== self.bootId || pidNamespace !== self.pidNamespace) return false;
	const owner = readProcessOwner(pid);
	return owner !== null && owner !== uid;
}

/** Effective user of a process; null where that cannot be seen. */
export function readProcessOwner(pid: number): number | null {
	try {
		const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return uid === undefined ? null : Number(uid);
	} catch {
		return null;
	}
}

/** Shared by all users of a host, and nobody there can remove another's file. Source: hier(7), file-hierarchy(7). */
const FOLDERS = ['/run/lock', '/dev/shm', '/tmp'];
/** How root shows where a user namespace does not know it. */
const ROOTS: ReadonlySet<number> = new Set([0, 65_534]);
const STICKY_AND_OPEN = 0o1002;

/** The first of the host-wide folders that is safe; null where none is. */
export const findLeaseFolder = (folders: readonly string[] = FOLDERS): string | null =>
	folders.find(isSafeFolder) ?? null;

function isSafeFolder(path: string): boolean {
	try {
		const about = statSync(path);
		return about.isDirectory() && ROOTS.has(about.uid) && (about.mode & STICKY_AND_OPEN) === STICKY_AND_OPEN;
	} catch {
		return false;
	}
}
