import {closeSync, fstatSync, readSync} from 'node:fs';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {blotOut} from './blot-out.ts';
import {breakAtReturns, createLineSplitter} from './line-splitter.ts';
import {cutLog, limitLog, markHole, noGap, punchHole, readAt} from './log-cut.ts';

const maxLineBytes = 1024 * 1024;
const chunkBytes = 256 * 1024;
const turnMs = 8;
const shownBytes = 4096;

type LogEnd = {
	/** The last 4 KiB. */
	readonly tail: string;
	readonly droppedBytes: number;
};

type LogTail = {
	/** Reads for a few milliseconds at most and keeps the file within its cap; true when more is waiting. */
	readonly poll: () => boolean;
	/** Reads to the end, hands out an unfinished last line, closes the descriptor; for when nobody writes any more. */
	readonly finish: () => Promise<LogEnd>;
};

type LogTailOptions = {
	/** Open for reading and appending; closed by `finish`. */
	readonly descriptor: number;
	readonly capBytes: number;
	/** Without it only the size is watched. */
	readonly onLine?: (line: string) => void;
	/** A line ends at `\r` too. */
	readonly endsAtReturns?: boolean;
	/** Secrets that are made unreadable once nobody writes any more. */
	readonly hiddenForms?: readonly string[];
	/** For tests of file systems without holes. */
	readonly punch?: typeof punchHole;
};

/** Follows a file that another process appends to. Polled, because watching is unreliable on network file systems. */
export function createLogTail(options: LogTailOptions): LogTail {
	const {descriptor, capBytes, onLine, endsAtReturns = false, hiddenForms = [], punch = punchHole} = options;
	const limits = limitLog(capBytes);
	const splitter = onLine && createLineSplitter(onLine, maxLineBytes);
	let position = 0;
	let gap = noGap;
	let holeEnd = limits.headBytes;
	let canPunch = true;
	let punching: Promise<void> | null = null;

	const readTurn = (): boolean => {
		const until = performance.now() + turnMs;
		while (splitter) {
			const length = readSync(descriptor, chunk, 0, chunkBytes, position);
			position += length;
			if (endsAtReturns) breakAtReturns(chunk.subarray(0, length));
			splitter.push(chunk.subarray(0, length));
			if (length < chunkBytes) return false;
			if (performance.now() > until) return true;
		}
		return false;
	};

	const leap = (to: number) => {
		position = to;
		splitter?.skipToNextLine();
	};

	const free = async (tailStart: number) => {
		canPunch = await punch(descriptor, limits.headBytes, tailStart);
		if (!canPunch) return;
		holeEnd = tailStart;
		markHole(descriptor, limits, tailStart - limits.headBytes);
	};

	const startPunching = (tailStart: number) => {
		if (position < tailStart) leap(tailStart);
		const giveUp = () => {
			canPunch = false;
		};
		punching = free(tailStart)
			.catch(giveUp)
			.finally(() => {
				punching = null;
			});
	};

	const cut = () => {
		const {tailWas, tailIs, ...result} = cutLog(descriptor, limits, gap);
		gap = result.gap;
		holeEnd = limits.headBytes;
		if (position < tailWas) leap(tailIs);
		else position += tailIs - tailWas;
	};

	const checkSize = () => {
		const {size} = fstatSync(descriptor);
		// A program that opens /dev/stdout anew empties the file under us: its new text starts at 0.
		if (size < position) [position, holeEnd] = [0, limits.headBytes];
		if (punching || limits.headBytes + size - holeEnd <= limits.capBytes) return;
		if (canPunch) startPunching(size - limits.tailBytes);
		else cut();
	};

	const finish = async (): Promise<LogEnd> => {
		try {
			await punching;
			while (readTurn()) await nextTurn();
			splitter?.flush();
			// Nobody writes any more, so now the log can be made whole again without any loss.
			if (fstatSync(descriptor).size > limits.capBytes) cut();
			blotOut(descriptor, hiddenForms);
			return {tail: readEnd(descriptor), droppedBytes: gap.droppedBytes};
		} finally {
			closeSync(descriptor);
		}
	};

	return {
		poll: () => {
			const isBehind = readTurn();
			checkSize();
			return isBehind;
		},
		finish,
	};
}

// Shared by all tails: reading is synchronous and the splitter copies what it keeps.
const chunk = Buffer.allocUnsafe(chunkBytes);

function readEnd(descriptor: number): string {
	const {size} = fstatSync(descriptor);
	if (size === 0) return '';
	const bytes = readAt(descriptor, Math.max(0, size - shownBytes), shownBytes);
	const isWhole = size <= shownBytes;
	return bytes.subarray(isWhole ? 0 : findCharacterStart(bytes)).toString('utf8');
}

function findCharacterStart(bytes: Buffer): number {
	const start = bytes.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
	return Math.max(0, start);
}
