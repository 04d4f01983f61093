import {closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync} from 'node:fs';
import {askTool} from './ask-tool.ts';

const punchMs = 5000;

type LogLimits = {readonly capBytes: number; readonly headBytes: number; readonly tailBytes: number};

/** Half of the cap stays at the head; the last part (1 MiB at most) survives each cut, so that no end is ever lost. */
export const limitLog = (capBytes: number): LogLimits => ({
	capBytes,
	headBytes: Math.floor(capBytes / 2),
	tailBytes: Math.min(1024 * 1024, Math.floor(capBytes / 4)),
});

/** What is missing from a log: the marker that says so stands behind the head. */
type Gap = {readonly droppedBytes: number; readonly markerBytes: number};

export const noGap: Gap = {droppedBytes: 0, markerBytes: 0};

type Cut = {
	readonly gap: Gap;
	/** Where the surviving tail stood before the cut, and where it stands now. */
	readonly tailWas: number;
	readonly tailIs: number;
};

/**
 * Shortens a log over its cap to head, marker and tail. A writer may go on appending, but what it writes between the
 * reading of the tail and the truncation is lost, so while one lives `punchHole` is the better way.
 */
export function cutLog(descriptor: number, limits: LogLimits, before: Gap): Cut {
	const size = fstatSync(descriptor).size;
	const tailWas = size - limits.tailBytes;
	const tail = readAt(descriptor, tailWas, limits.tailBytes);
	const droppedBytes = before.droppedBytes + tailWas - before.markerBytes - limits.headBytes;
	const marker = Buffer.from(describeGap(droppedBytes, limits.capBytes));
	overwrite(descriptor, Buffer.concat([marker, tail]), limits.headBytes);
	const raced = fstatSync(descriptor).size - size;
	const tailIs = limits.headBytes + marker.length;
	ftruncateSync(descriptor, tailIs + tail.length);
	return {gap: {droppedBytes: droppedBytes + raced, markerBytes: marker.length}, tailWas, tailIs};
}

/** Says in the log itself that something is missing; for a log with a hole, which begins at the head's end. */
export function markHole(descriptor: number, limits: LogLimits, droppedBytes: number): void {
	overwrite(descriptor, Buffer.from(describeGap(droppedBytes, limits.capBytes)), limits.headBytes);
}

/** Frees the disk below a part of a log without moving what follows: no writer and no reader notices. False where the file system or the tool cannot. */
export async function punchHole(descriptor: number, from: number, to: number): Promise<boolean> {
	const range = ['--punch-hole', '--offset', String(from), '--length', String(to - from)];
	const file = `/proc/${process.pid}/fd/${descriptor}`;
	const answer = await askTool('fallocate', [...range, file], {timeoutMs: punchMs});
	return answer.kind === 'answered' && answer.code === 0;
}

const describeGap = (droppedBytes: number, capBytes: number) =>
	`\n[warpdeck: at least ${droppedBytes} bytes were dropped here, because this log passed its limit of ${capBytes} bytes]\n`;

/** Bytes at a position, fewer where the file ends. */
export function readAt(descriptor: number, position: number, length: number): Buffer {
	const bytes = Buffer.allocUnsafe(length);
	return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
}

// An O_APPEND descriptor ignores positions; opening it anew through /proc reaches the same file even when it was renamed.
export function overwrite(descriptor: number, bytes: Buffer, position: number): void {
	const positional = openSync(`/proc/self/fd/${descriptor}`, 'r+');
	try {
		for (let done = 0; done < bytes.length; ) {
			done += writeSync(positional, bytes, done, bytes.length - done, position + done);
		}
	} finally {
		closeSync(positional);
	}
}
