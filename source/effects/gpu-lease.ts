import {randomUUID} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {setTimeout as delay} from 'node:timers/promises';
import type {Clock} from '../engine/ports.ts';
import {toOneLine} from '../report/text.ts';
import {formatTimestamp} from '../report/timestamp.ts';
import {
	createLeaseFile,
	type FoundLease,
	findDeadLeases,
	findLeases,
	type LeaseHolder,
	nameLease,
} from './lease-files.ts';
import {readSelf} from './lock-holder.ts';

type LeaseRequest = {
	/** Shared by every warpdeck that must see the others. */
	readonly folder: string;
	readonly clock: Clock;
	readonly warpdeck: string;
	/** The run's folder, absolute. */
	readonly run: string;
};

/** The right to time on a GPU, as far as others ask for it. */
export type Lease = {
	/** Safe to call twice. */
	readonly release: () => Promise<void>;
	/** In words, who was gone without giving it back. */
	readonly takenOver: readonly string[];
};

type LeaseAnswer = {readonly kind: 'taken'; readonly lease: Lease} | {readonly kind: 'held'; readonly by: string};

const HEARTBEAT_MS = 10_000;
/** Two that claim at once both step back, and hardly ever try again at the same time. */
const ATTEMPTS = 5;
const LONGEST_STEP_BACK_MS = 100;

/**
 * Claims first and looks afterwards: of two that claim at once at least one sees the other, so that there is never a
 * second holder; both may see each other, step back, and try again.
 */
export async function leaseGpu(gpuUuid: string, request: LeaseRequest): Promise<LeaseAnswer> {
	const {folder, clock} = request;
	for (let attempt = 1; ; attempt++) {
		const token = randomUUID();
		const before = await findLeases(folder, gpuUuid, token, clock.now());
		const holder = before.find(({isLive}) => isLive);
		if (holder) return {kind: 'held', by: describeHolder(holder)};
		const claim = await claimLease(gpuUuid, token, request);
		const rival = (await findLeases(folder, gpuUuid, token, clock.now())).find(({isLive}) => isLive);
		if (!rival) return {kind: 'taken', lease: keep(claim, await bury(before), request)};
		await withdraw(claim);
		if (attempt === ATTEMPTS) return {kind: 'held', by: describeHolder(rival)};
		await delay(Math.random() * LONGEST_STEP_BACK_MS);
	}
}

type Claim = {
	readonly path: string;
	readonly holder: LeaseHolder;
	readonly file: Awaited<ReturnType<typeof createLeaseFile>>;
};

async function claimLease(
	gpuUuid: string,
	token: string,
	{folder, clock, warpdeck, run}: LeaseRequest,
): Promise<Claim> {
	const now = Math.round(clock.now());
	const holder = {...readSelf(), token, heartbeatAt: now, warpdeck, user: readUser(), run, since: now};
	const path = nameLease(folder, gpuUuid, token);
	return {path, holder, file: await createLeaseFile(path, holder)};
}

const withdraw = async ({path, file}: Claim): Promise<void> => {
	await rm(path, {force: true});
	await file.close();
};

/** Other users' dead leases stay where they are: nobody may remove them, and nobody believes them. */
async function bury(dead: readonly FoundLease[]): Promise<readonly string[]> {
	const buried = await Promise.all(
		dead.map((lease) =>
			rm(lease.path).then(
				() => [describeHolder(lease)],
				() => [],
			),
		),
	);
	return buried.flat();
}

/** A runner that was killed left them on GPUs that the run needs no more; nobody believes them, and they would lie there. */
export async function buryLeasesOf(run: string, folder: string | null, now: number): Promise<void> {
	if (folder !== null) await findDeadLeases(folder, run, now).then(bury, () => {});
}

function keep(claim: Claim, takenOver: readonly string[], {clock}: LeaseRequest): Lease {
	let released = false;
	let beating: Promise<unknown> = Promise.resolve();
	let cancel = clock.after(HEARTBEAT_MS, beat);

	function beat(): void {
		cancel = clock.after(HEARTBEAT_MS, beat);
		const text = `${JSON.stringify({...claim.holder, heartbeatAt: Math.round(clock.now())})}\n`;
		// A heartbeat that fails is followed by another; those who can see our process do not go by it.
		beating = claim.file.write(text, 0).catch(() => {});
	}

	return {
		takenOver,
		release: async () => {
			if (released) return;
			released = true;
			cancel();
			await beating;
			await withdraw(claim);
		},
	};
}

function describeHolder({holder, uid}: FoundLease): string {
	if (!holder) return `another warpdeck, user ${uid}`;
	const {pid, user, run, since, host} = holder;
	return toOneLine(`warpdeck process ${pid} of ${user} on ${host}, run ${run}, since ${formatTimestamp(since)}`);
}

/** A user that has no name here is known by number. */
function readUser(): string {
	try {
		return userInfo().username;
	} catch {
		return `user ${process.getuid?.()}`;
	}
}
