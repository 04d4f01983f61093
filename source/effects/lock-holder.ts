import {readFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {z} from 'zod';
import {readBoot, readProcessStat} from './process-identity.ts';

/** Who holds a run; enough to tell it from every other process on every other machine. */
export type LockHolder = {
	readonly token: string;
	readonly machineId: string;
	readonly host: string;
	readonly bootId: string;
	readonly pidNamespace: string;
	readonly pid: number;
	/** Field 22 of /proc/PID/stat, clock ticks since boot. */
	readonly startTicks: number;
	/** Epoch ms. */
	readonly heartbeatAt: number;
	readonly warpdeck: string;
	/** Path of its control socket, absent where it has none. */
	readonly control?: string | undefined;
};

/** Whether a holder still works, as far as this process can see. */
type Vitality =
	| {readonly kind: 'dead'}
	| {readonly kind: 'alive'}
	/** Cannot be seen from here, and might be alive. */
	| {readonly kind: 'unseen'; readonly why: string};

/** Six missed heartbeats. */
export const STALE_MS = 60_000;

export const holderSchema = z.object({
	token: z.string(),
	machineId: z.string(),
	host: z.string(),
	bootId: z.string(),
	pidNamespace: z.string(),
	pid: z.int().positive(),
	startTicks: z.int().nonnegative(),
	heartbeatAt: z.number(),
	warpdeck: z.string(),
	control: z.string().max(200).optional(),
});

type Self = Omit<LockHolder, 'token' | 'heartbeatAt' | 'warpdeck' | 'control'>;

export const readSelf = (): Self => ({
	...readBoot(),
	machineId: readMachineId(),
	host: hostname(),
	pid: process.pid,
	startTicks: readProcessStat(process.pid)?.startTicks ?? 0,
});

function readMachineId(): string {
	try {
		return readFileSync('/etc/machine-id', 'utf8').trim() || hostname();
	} catch {
		return hostname();
	}
}

export const formatHolder = (holder: LockHolder): string => `${JSON.stringify(holder)}\n`;

/** null for text that is no holder: a lock that was being written when the power went. */
export const parseHolder = (text: string): LockHolder | null => parseAs(holderSchema, text);

export function parseAs<Holder>(schema: z.ZodType<Holder>, text: string): Holder | null {
	try {
		return schema.safeParse(JSON.parse(text)).data ?? null;
	} catch {
		return null;
	}
}

/** A kernel knows its own processes; of any other machine or container only the heartbeat is known. */
export function judgeHolder(holder: LockHolder, self: Self, now: number): Vitality {
	const silentMs = now - holder.heartbeatAt;
	if (holder.bootId === self.bootId) {
		if (holder.pidNamespace === self.pidNamespace) return {kind: isAlive(holder) ? 'alive' : 'dead'};
		return {kind: 'unseen', why: 'it runs in another container'};
	}
	if (holder.machineId !== self.machineId) return {kind: 'unseen', why: `it runs on another machine, ${holder.host}`};
	if (silentMs > STALE_MS) return {kind: 'dead'};
	return {kind: 'unseen', why: 'this machine was started anew, or another one has the same machine id'};
}

function isAlive({pid, startTicks}: LockHolder): boolean {
	const stat = readProcessStat(pid);
	if (stat) return stat.startTicks === startTicks && !stat.isZombie;
	return mayNotBeSignalled(pid);
}

/** /proc can hide other users' processes; a signal that is refused still proves that one is there. */
function mayNotBeSignalled(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
