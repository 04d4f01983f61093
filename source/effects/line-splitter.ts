const lineBreak = 10;
const carriageReturn = 13;

type LineSplitter = {
	/** The chunk may be overwritten after the call. */
	readonly push: (chunk: Buffer) => void;
	/** Hands out what stands after the last line break; for the end of the file. */
	readonly flush: () => void;
	/** Forgets the line begun and drops the rest of it; for a gap in the file. */
	readonly skipToNextLine: () => void;
};

/** Bytes to lines: UTF-8, `\n` or `\r\n`; of a line over `maxLineBytes` the beginning is handed out, the rest dropped. */
export function createLineSplitter(onLine: (line: string) => void, maxLineBytes: number): LineSplitter {
	let begun: Buffer[] = [];
	let begunBytes = 0;
	let skipping = false;

	const forget = () => {
		begun = [];
		begunBytes = 0;
	};

	const keep = (rest: Buffer) => {
		const kept = rest.subarray(0, maxLineBytes - begunBytes);
		if (kept.length === 0) return;
		begun.push(Buffer.from(kept));
		begunBytes += kept.length;
	};

	const flush = () => {
		if (begunBytes > 0) emitLines(Buffer.concat(begun), onLine);
		forget();
	};

	const push = (chunk: Buffer) => {
		let start = 0;
		if (skipping || begunBytes > 0) {
			const end = chunk.indexOf(lineBreak);
			if (!skipping) keep(end < 0 ? chunk : chunk.subarray(0, end));
			if (end < 0) return;
			if (!skipping) flush();
			skipping = false;
			start = end + 1;
		}
		const end = chunk.lastIndexOf(lineBreak);
		if (end >= start) emitLines(chunk.subarray(start, end), onLine);
		keep(chunk.subarray(Math.max(start, end + 1)));
	};

	return {
		push,
		flush,
		skipToNextLine: () => {
			forget();
			skipping = true;
		},
	};
}

/** Has what a progress bar writes again and again end at `\r`, so that it is heard before there is a `\n`. */
export function breakAtReturns(bytes: Buffer): void {
	for (let at = bytes.indexOf(carriageReturn); at >= 0; at = bytes.indexOf(carriageReturn, at + 1)) {
		if (bytes[at + 1] !== lineBreak) bytes[at] = lineBreak;
	}
}

// One decoding for all lines of a chunk, because a call into the decoder for each costs more than the split.
function emitLines(bytes: Buffer, onLine: (line: string) => void): void {
	for (const line of bytes.toString('utf8').split('\n')) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
}
