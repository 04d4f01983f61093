import {type FileHandle, open} from 'node:fs/promises';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {codeOf} from './file-problem.ts';

const CHUNK_BYTES = 256 * 1024;
const LINE_BREAK = 10;

/** Reads whole lines of a growing file in pieces, so that a screen beside it can still draw. */
type LineReader = {
	/** To the end as it is now, or until `onLine` says stop; an unfinished last line waits. False without such a file. */
	readonly read: (onLine: (line: Buffer) => 'go on' | 'stop') => Promise<boolean>;
};

/** `start` is called once, with the file as it is then, and tells where the first line begins. */
export function createLineReader(
	path: string,
	start: (file: FileHandle, size: number) => Promise<number> = async () => 0,
): LineReader {
	let position: number | null = null;

	const readLines = async (file: FileHandle, onLine: (line: Buffer) => 'go on' | 'stop'): Promise<void> => {
		const {size} = await file.stat();
		position ??= await start(file, size);
		let length = CHUNK_BYTES;
		while (position < size) {
			const {bytesRead, buffer} = await file.read(Buffer.allocUnsafe(length), 0, length, position);
			const chunk = buffer.subarray(0, bytesRead);
			const taken = takeLines(chunk, onLine);
			position += taken.bytes;
			if (taken.stopped || bytesRead < length) return;
			// A line that is longer than what was read is read again together with more of it.
			length = taken.bytes === 0 ? length * 2 : CHUNK_BYTES;
			await nextTurn();
		}
	};

	const read = async (onLine: (line: Buffer) => 'go on' | 'stop'): Promise<boolean> => {
		const file = await open(path, 'r').catch((error: unknown) => {
			if (codeOf(error) === 'ENOENT') return null;
			throw error;
		});
		if (!file) return false;
		try {
			await readLines(file, onLine);
		} finally {
			await file.close();
		}
		return true;
	};
	return {read};
}

/** A line that stops the reading is not taken, so that it comes again. */
function takeLines(chunk: Buffer, onLine: (line: Buffer) => 'go on' | 'stop') {
	let start = 0;
	for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, start)) {
		if (onLine(chunk.subarray(start, end)) === 'stop') return {bytes: start, stopped: true};
		start = end + 1;
	}
	return {bytes: start, stopped: false};
}

const PROBE_BYTES = 64 * 1024;

/** Where the first line begins whose time is `from` or later; `readTime` gives null for a line that has none. */
export async function findTime(
	file: FileHandle,
	size: number,
	from: number,
	readTime: (line: Buffer) => number | null,
): Promise<number> {
	let low = 0;
	let high = size;
	while (high - low > PROBE_BYTES) {
		const middle = Math.floor((low + high) / 2);
		const line = await findLine(file, middle, high, readTime);
		if (line === null || line.at >= from) high = middle;
		else low = line.start;
	}
	return low;
}

/** The first line with a time that begins behind `offset` and before `end`. */
async function findLine(
	file: FileHandle,
	offset: number,
	end: number,
	readTime: (line: Buffer) => number | null,
): Promise<{readonly start: number; readonly at: number} | null> {
	for (let length = PROBE_BYTES; ; length *= 2) {
		const {bytesRead, buffer} = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
		const chunk = buffer.subarray(0, bytesRead);
		for (let start = chunk.indexOf(LINE_BREAK) + 1; start > 0 && offset + start < end; ) {
			const stop = chunk.indexOf(LINE_BREAK, start);
			if (stop < 0) break;
			const at = readTime(chunk.subarray(start, stop));
			if (at !== null) return {start: offset + start, at};
			start = stop + 1;
		}
		if (bytesRead < length || offset + length >= end) return null;
	}
}
