import {randomUUID} from 'node:crypto';
import {type FileHandle, link, open, readFile, rename, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {UserError} from '../domain/errors.ts';
import type {Clock} from '../engine/ports.ts';
import {fileMode} from './file-modes.ts';
import {codeOf, describeFileProblem} from './file-problem.ts';
import {formatHolder, judgeHolder, type LockHolder, parseHolder, readSelf, STALE_MS} from './lock-holder.ts';

/** The right to write a run's folder; held until released, or until another machine's user takes it by force. */
export type Lock = {
	/** Tells this holding of the lock from every other one. */
	readonly token: string;
	/** Whether the folder's lock is still this one. */
	readonly isHeld: () => Promise<boolean>;
	/** Removes the lock when it is still ours; safe to call twice. */
	readonly release: () => Promise<void>;
};

export type LockRequest = {
	readonly clock: Clock;
	/** Our own version, for whoever finds the lock. */
	readonly warpdeck: string;
	/** The user vouches that a holder which cannot be seen from here is dead. */
	readonly takeLock?: boolean;
	/** Where whoever finds the lock may ask for something; null or absent: nowhere but by files. */
	readonly control?: string | null;
	/** Called once when the lock turns out to be another's. */
	readonly onLost?: () => void;
};

type Claim = {readonly file: FileHandle; readonly holder: LockHolder};
type Found = {readonly holder: LockHolder | null; readonly writtenAt: number};

const HEARTBEAT_MS = 10_000;
/** What file systems say that have no second names for a file. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
/** Breakers of breakers: each one more was killed in the few milliseconds that a break takes. */
const MOST_GUARDS = 4;

/** One writer a run: makes run.lock, or breaks one whose holder is certainly dead, or says who is in the way. */
export async function takeLock(folder: string, request: LockRequest): Promise<Lock> {
	const path = join(folder, 'run.lock');
	const claim = (await claimFile(path, request)) ?? (await breakDead(path, request, MOST_GUARDS));
	return keepAlive(path, claim, request);
}

/** A name that is made exclusively is the only way in, also after a break; null when somebody else's file is there. */
async function claimFile(path: string, {clock, warpdeck, control}: LockRequest): Promise<Claim | null> {
	const own = {...readSelf(), token: randomUUID(), heartbeatAt: Math.round(clock.now()), warpdeck};
	const holder = control ? {...own, control} : own;
	// Most that come too late see it here, before anything is written for them.
	if (await readLock(path)) return null;
	try {
		const file = await createWhole(path, holder);
		return {file, holder};
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return null;
		throw describeFileProblem(`The lock ${path} could not be made`, error);
	}
}

/**
 * Only a whole lock gets the name: one whose owner was killed while it was still empty would say nothing of its owner,
 * and whoever comes next would have to wait until it is old.
 */
async function createWhole(path: string, holder: LockHolder): Promise<FileHandle> {
	const unnamed = `${path}.${holder.token}.new`;
	const file = await createFilled(unnamed, holder);
	try {
		await link(unnamed, path);
		return file;
	} catch (error) {
		await file.close();
		if (WITHOUT_LINKS.has(codeOf(error) ?? '')) return await createFilled(path, holder);
		throw error;
	} finally {
		await rm(unnamed, {force: true});
	}
}

async function createFilled(path: string, holder: LockHolder): Promise<FileHandle> {
	const file = await open(path, 'wx', fileMode());
	await fill(file, path, holder);
	return file;
}

async function fill(file: FileHandle, path: string, holder: LockHolder): Promise<void> {
	try {
		await file.writeFile(formatHolder(holder));
		await file.sync();
	} catch (error) {
		await file.close();
		await rm(path, {force: true});
		throw error;
	}
}

/**
 * Removing a dead holder's lock is a step of its own that only one process takes at a time: between reading a stale
 * lock and removing it, another one could have replaced it by a living one. A breaker that was killed meanwhile left a
 * guard of its own, which is broken in the same way.
 */
async function breakDead(path: string, request: LockRequest, guards: number): Promise<Claim> {
	await requireDead(path, request);
	const guard = `${path}.breaking`;
	const claim = (await claimFile(guard, request)) ?? (await breakGuard(guard, request, guards - 1));
	try {
		// One that has gone meanwhile may be followed by a living one at any moment, which must not be renamed.
		if (await requireDead(path, request)) await rename(path, `${path}.broken`).catch(ignoreMissing);
		const ours = await claimFile(path, request);
		if (!ours) throw refuseTaken(path, await readLock(path), request.clock.now());
		return ours;
	} finally {
		await claim.file.close();
		await rm(guard, {force: true});
	}
}

async function breakGuard(guard: string, request: LockRequest, guards: number): Promise<Claim> {
	if (guards === 0) throw refuseBreaker(guard);
	try {
		return await breakDead(guard, request, guards);
	} catch (error) {
		throw error instanceof UserError ? refuseBreaker(guard) : error;
	}
}

function ignoreMissing(error: unknown): void {
	if (codeOf(error) !== 'ENOENT') throw error;
}

/** Resolves to whether there is a dead lock; false where there is none at all. */
async function requireDead(path: string, {clock, takeLock: forced = false}: LockRequest): Promise<boolean> {
	const found = await readLock(path);
	if (!found) return false;
	const now = clock.now();
	const {holder, writtenAt} = found;
	if (!holder) {
		if (now - writtenAt > STALE_MS || forced) return true;
		throw refuseTaken(path, found, now);
	}
	const vitality = judgeHolder(holder, readSelf(), now);
	if (vitality.kind === 'dead' || (vitality.kind === 'unseen' && forced)) return true;
	if (vitality.kind === 'alive') throw refuseTaken(path, found, now);
	throw refuseUnseen(holder, vitality.why, now);
}

async function readLock(path: string): Promise<Found | null> {
	try {
		const [text, {mtimeMs}] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
		return {holder: parseHolder(text), writtenAt: mtimeMs};
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return null;
		throw describeFileProblem(`The lock ${path} could not be read`, error);
	}
}

/** Writes through the open file, never through the name, so that it cannot touch a lock that replaced ours. */
function keepAlive(path: string, {file, holder}: Claim, {clock, onLost}: LockRequest): Lock {
	let released = false;
	let beating: Promise<void> = Promise.resolve();
	let cancel = clock.after(HEARTBEAT_MS, beat);

	function beat(): void {
		cancel = clock.after(HEARTBEAT_MS, beat);
		// A heartbeat that fails (a full disk, say) is followed by another; the lock itself still stands.
		beating = refresh().catch(() => {});
	}
	async function refresh(): Promise<void> {
		await file.write(formatHolder({...holder, heartbeatAt: Math.round(clock.now())}), 0);
		if (await isNamed(path, file)) return;
		cancel();
		onLost?.();
	}
	async function release(): Promise<void> {
		if (released) return;
		released = true;
		cancel();
		await beating;
		if (await isNamed(path, file)) await rm(path, {force: true});
		await file.close();
	}
	return {token: holder.token, release, isHeld: async () => !released && (await isNamed(path, file))};
}

/** Whether the name still leads to our file. */
async function isNamed(path: string, file: FileHandle): Promise<boolean> {
	const [ours, named] = await Promise.all([file.stat(), stat(path).catch(() => null)]);
	return named?.ino === ours.ino && named.dev === ours.dev;
}

function refuseTaken(path: string, found: Found | null, now: number): UserError {
	const holder = found?.holder;
	if (!holder) {
		return new UserError('Another warpdeck is just taking this run.', {
			tryThis: [`Repeat the command in a minute; if nothing runs here, it breaks ${path} by itself then.`],
		});
	}
	return new UserError(`This run belongs to warpdeck process ${describeHolder(holder, now)}.`, {
		tryThis: [
			'warpdeck summary   # what it has measured so far',
			`kill -INT ${holder.pid}   # on ${holder.host}: lets it end what runs; then repeat the command`,
		],
	});
}

const refuseUnseen = (holder: LockHolder, why: string, now: number): UserError =>
	new UserError(`This run belongs to warpdeck process ${describeHolder(holder, now)}: ${why}.`, {
		tryThis: [
			`ps -p ${holder.pid}   # on ${holder.host}: shows whether it still runs`,
			'warpdeck resume --take-lock   # only when it is gone: two runners on one folder would ruin the results',
		],
	});

const refuseBreaker = (guard: string): UserError =>
	new UserError('Another warpdeck is just taking over this run from one that died.', {
		tryThis: [
			'Repeat the command in a minute: the other one has gone on with the run then.',
			`rm '${guard}'   # only when no warpdeck runs here: one was killed in the middle of taking over`,
		],
	});

const describeHolder = ({pid, host, warpdeck, heartbeatAt}: LockHolder, now: number): string =>
	`${pid} on ${host} (version ${warpdeck}, last sign of life ${describeAge(now - heartbeatAt)} ago)`;

function describeAge(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 120) return `${seconds} s`;
	if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
	return `${Math.round(seconds / 3600)} h`;
}
