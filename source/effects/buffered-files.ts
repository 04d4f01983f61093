import {open} from 'node:fs/promises';
import type {Clock} from '../engine/ports.ts';
import {fileMode} from './file-modes.ts';

/** Files whose tail may be lost: telemetry, latencies, the log for people. */
type BufferedFiles = {
	readonly append: (path: string, lines: string) => void;
	/** Resolves once everything appended before is in the files. */
	readonly flush: () => Promise<void>;
};

const FLUSH_MS = 1000;
const FLUSH_BYTES = 64 * 1024;

/** Flushes once a second or as soon as 64 KiB wait; a file is open only while it is written. */
export function createBufferedFiles(after: Clock['after'], onProblem: (error: unknown) => void): BufferedFiles {
	let buffers = new Map<string, string[]>();
	let waitingBytes = 0;
	let cancelTimer: (() => void) | null = null;
	let flushing: Promise<void> = Promise.resolve();

	const flush = (): Promise<void> => {
		cancelTimer?.();
		cancelTimer = null;
		const taken = buffers;
		buffers = new Map();
		waitingBytes = 0;
		if (taken.size > 0) flushing = flushing.then(() => writeAll(taken, onProblem));
		return flushing;
	};
	const append = (path: string, lines: string): void => {
		const buffer = buffers.get(path) ?? [];
		buffers.set(path, buffer);
		buffer.push(lines.endsWith('\n') ? lines : `${lines}\n`);
		waitingBytes += lines.length;
		if (waitingBytes >= FLUSH_BYTES) void flush();
		else cancelTimer ??= after(FLUSH_MS, () => void flush());
	};
	return {append, flush};
}

async function writeAll(buffers: ReadonlyMap<string, readonly string[]>, onProblem: (error: unknown) => void) {
	for (const [path, lines] of buffers) await appendWhole(path, lines.join('')).catch(onProblem);
}

/** Leaves no half line behind when the disk fills up, because the next line would be lost with it. */
async function appendWhole(path: string, text: string): Promise<void> {
	const file = await open(path, 'a', fileMode());
	try {
		const {size} = await file.stat();
		await file.writeFile(text).catch(async (error: unknown) => {
			await file.truncate(size);
			throw error;
		});
	} finally {
		await file.close();
	}
}
