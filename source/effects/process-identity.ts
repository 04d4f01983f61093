import {readFileSync, readlinkSync} from 'node:fs';
import {UserError} from '../domain/errors.ts';
import type {ProcessIdentity} from '../journal/state.ts';

const kernelThreadFlag = 0x0020_0000;

/** A line of /proc/PID/stat (proc(5)); `startTicks` counts clock ticks since boot and tells a reused pid from its forerunner. */
type ProcessStat = {
	readonly startTicks: number;
	/** Ended with all its threads and only waiting for its parent. */
	readonly isZombie: boolean;
	readonly isKernelThread: boolean;
};

export function parseProcessStat(text: string): ProcessStat {
	// The name may hold blanks and parentheses, so the numbered fields start behind the last one: state is the third.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	const field = (number: number) => Number(fields[number - 3]);
	const isEnding = fields[0] === 'Z' || fields[0] === 'X';
	return {
		startTicks: field(22),
		isZombie: isEnding && field(20) <= 1,
		isKernelThread: (field(9) & kernelThreadFlag) !== 0,
	};
}

/** Null when there is no such process. */
export function readProcessStat(pid: number): ProcessStat | null {
	try {
		return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return null;
	}
}

export type Boot = Pick<ProcessIdentity, 'bootId' | 'pidNamespace'>;

/** What a pid is relative to: this boot and this pid namespace. */
export function readBoot(): Boot {
	try {
		return {
			bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
			pidNamespace: readlinkSync('/proc/self/ns/pid'),
		};
	} catch (cause) {
		throw new UserError('The processes of this machine cannot be told apart, because /proc is missing or closed.', {
			tryThis: ['ls /proc/self/ns   # has to list pid', 'run warpdeck on Linux, with /proc mounted'],
			exitCode: 3,
			cause,
		});
	}
}
