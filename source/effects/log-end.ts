import {type FileHandle, open} from 'node:fs/promises';
import type {LogEnd} from '../journal/experiment-files.ts';
import {codeOf} from './file-problem.ts';

/** What a screen shows of a log that may be larger than memory. */
const SHOWN_BYTES = 256 * 1024;
const SHOWN_LINES = 5000;
const SHOWN_LINE_LENGTH = 4000;
const LINE_BREAK = 10;

type LogFollower = {
	/** Its end as it is now; the same object as before while nothing was written, null where there is no such file. */
	readonly read: () => Promise<LogEnd | null>;
};

type Window = {readonly stamp: string; readonly bytes: Buffer; readonly start: number; readonly end: LogEnd};

/** Reads the last 256 KiB of a file whenever it has changed; an error other than a missing file rejects. */
export function followLogEnd(path: string, shownPath: string): LogFollower {
	let known: Window | null = null;
	const read = async (): Promise<LogEnd | null> => {
		const file = await open(path, 'r').catch((error: unknown) => {
			if (codeOf(error) === 'ENOENT') return null;
			throw error;
		});
		if (!file) return null;
		try {
			known = await readWindow(file, shownPath, known);
			return known.end;
		} finally {
			await file.close();
		}
	};
	return {read};
}

async function readWindow(file: FileHandle, path: string, known: Window | null): Promise<Window> {
	const {size, mtimeMs} = await file.stat();
	const stamp = `${size} ${mtimeMs}`;
	if (known?.stamp === stamp) return known;
	const from = Math.max(0, size - SHOWN_BYTES);
	const {bytesRead, buffer} = await file.read(Buffer.alloc(size - from), 0, size - from, from);
	const read = buffer.subarray(0, bytesRead);
	const whole = from === 0 ? 0 : findWholeLine(read);
	const start = whole + findShownStart(read.subarray(whole));
	const bytes = read.subarray(start);
	const lines = splitLines(bytes);
	const firstLine = countFirstLine(known, from + start);
	return {stamp, bytes, start: from + start, end: {path, lines, firstLine, skippedBytes: from + start}};
}

/** Behind the line whose beginning was not read, unless there is nothing but that line. */
function findWholeLine(bytes: Buffer): number {
	const next = bytes.indexOf(LINE_BREAK) + 1;
	return next < bytes.length ? next : 0;
}

/** Where the last SHOWN_LINES lines begin. */
function findShownStart(bytes: Buffer): number {
	let at = bytes.length - 1;
	for (let line = 0; line < SHOWN_LINES; line++) {
		at = at <= 0 ? -1 : bytes.lastIndexOf(LINE_BREAK, at - 1);
		if (at < 0) return 0;
	}
	return at + 1;
}

/** Lines that scrolled out of the window since it was read last keep their numbers. */
function countFirstLine(known: Window | null, start: number): number {
	if (!known || start < known.start) return 0;
	const gone = known.bytes.subarray(0, start - known.start);
	let count = known.end.firstLine;
	for (let at = gone.indexOf(LINE_BREAK); at >= 0; at = gone.indexOf(LINE_BREAK, at + 1)) count++;
	return count;
}

function splitLines(bytes: Buffer): readonly string[] {
	const lines = bytes.toString('utf8').split('\n');
	if (lines.at(-1) === '') lines.pop();
	return lines.map((line) => cutLine(overwrite(line)));
}

/** A progress bar writes its line again and again; a terminal shows what was written last. */
function overwrite(line: string): string {
	const text = line.replace(/\r+$/, '');
	return text.slice(text.lastIndexOf('\r') + 1);
}

const cutLine = (line: string): string =>
	line.length <= SHOWN_LINE_LENGTH
		? line
		: `${line.slice(0, SHOWN_LINE_LENGTH)} [and ${line.length - SHOWN_LINE_LENGTH} more characters]`;
