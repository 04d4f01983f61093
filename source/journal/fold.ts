import {isMeasurement, JOURNAL_VERSION, type JournalEvent} from './event.ts';
import {type Decoded, decodeLine, decodeUtf8, readVersion, type ToText} from './format.ts';

/** Something in the file that is not what was written; `offset` counts bytes from its beginning. */
type Damage = {readonly offset: number; readonly reason: string};

/** What a file of events holds, apart from its events. */
export type Reading = {
	/** Up to here the file is whole lines; what follows is a last line that was never finished. */
	readonly goodBytes: number;
	readonly tornBytes: number;
	/** The first MAX_DAMAGES of them, in the order of the file. */
	readonly damages: readonly Damage[];
	readonly damageCount: number;
	/** Events of types that this version does not know, counted by type. */
	readonly unknown: ReadonlyMap<string, number>;
	/** Number of the last fact, 0 before the first. */
	readonly lastSeq: number;
};

type JournalReader = {
	/** Takes the next bytes of the file, cut anywhere. */
	readonly push: (chunk: Uint8Array) => void;
	/** What is known so far; an unfinished last line counts as torn until the rest of it is pushed. */
	readonly inspect: () => Reading;
};

export const MAX_DAMAGES = 100;

const NEWLINE = 10;
const BLOCK_BYTES = 64 * 1024;

/** Folds a journal or a telemetry file that arrives in chunks; memory stays bounded by the longest line. */
export function foldJournal<T>(
	chunks: Iterable<Uint8Array>,
	reduce: (state: T, event: JournalEvent) => T,
	initial: T,
): Reading & {readonly state: T} {
	let state = initial;
	const reader = createJournalReader((event) => {
		state = reduce(state, event);
	});
	for (const chunk of chunks) reader.push(chunk);
	return {...reader.inspect(), state};
}

/** Cuts bytes into lines and lines into events; also follows a file that another process still writes. */
export function createJournalReader(onEvent: (event: JournalEvent) => void): JournalReader {
	const lines = createLineJudge(onEvent);
	let rest: Uint8Array[] = [];
	let offset = 0;

	const push = (chunk: Uint8Array): void => {
		const end = chunk.lastIndexOf(NEWLINE) + 1;
		if (end > 0) {
			const bytes = rest.length === 0 ? chunk.subarray(0, end) : concatenate([...rest, chunk.subarray(0, end)]);
			for (const block of cutBlocks(bytes)) {
				decodeBlock(block, offset, lines.judge);
				offset += block.length;
			}
			rest = [];
		}
		// A copy, because callers read the next chunk into the same memory.
		if (end < chunk.length) rest.push(new Uint8Array(chunk.subarray(end)));
	};
	return {push, inspect: () => lines.inspect(offset, measure(rest))};
}

const measure = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(measure(parts));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** Whole lines in pieces that are decoded at once: large enough to be fast, small enough for any string limit. */
function* cutBlocks(bytes: Uint8Array): Generator<Uint8Array> {
	let start = 0;
	while (start < bytes.length) {
		const wanted = Math.min(start + BLOCK_BYTES, bytes.length);
		const whole = bytes.lastIndexOf(NEWLINE, wanted - 1) + 1;
		const end = whole > start ? whole : bytes.indexOf(NEWLINE, start) + 1;
		yield bytes.subarray(start, end);
		start = end;
	}
}

type Judge = (decode: (version: number) => Decoded, offset: number) => void;

function decodeBlock(block: Uint8Array, offset: number, judge: Judge): void {
	const toText = prepareText(block);
	let start = 0;
	while (start < block.length) {
		const from = start;
		const end = block.indexOf(NEWLINE, from);
		judge((version) => decodeLine(block, from, end, version, toText), offset + from);
		start = end + 1;
	}
}

/** Every UTF-8 sequence of several bytes makes fewer characters than bytes, so equal lengths mean equal offsets. */
function prepareText(block: Uint8Array): ToText {
	const text = decodeUtf8(block, 0, block.length);
	return text.length === block.length ? (_, start, end) => text.slice(start, end) : decodeUtf8;
}

/** Keeps what is true of the lines so far; a damaged line is torn as long as it is the last one. */
function createLineJudge(onEvent: (event: JournalEvent) => void) {
	const damages: Damage[] = [];
	const unknown = new Map<string, number>();
	let damageCount = 0;
	let lastSeq = 0;
	let version = JOURNAL_VERSION;
	let pending: Damage | null = null;

	const note = (damage: Damage): void => {
		damageCount++;
		if (damages.length < MAX_DAMAGES) damages.push(damage);
	};
	/** Facts count from 1 without a gap; one that stands a second time is not told again. */
	const follows = (seq: number, offset: number): boolean => {
		if (seq <= lastSeq) note({offset, reason: `fact ${seq} stands after fact ${lastSeq}`});
		else if (seq > lastSeq + 1) note({offset, reason: describeGap(lastSeq + 1, seq - 1)});
		return seq > lastSeq;
	};
	const acceptEvent = (event: JournalEvent, offset: number): void => {
		if (!isMeasurement(event)) {
			if (!follows(event.seq, offset)) return;
			lastSeq = event.seq;
			version = readVersion(event) ?? version;
		}
		onEvent(event);
	};
	const judge: Judge = (decode, offset) => {
		if (pending) note(pending);
		pending = null;
		const line = decode(version);
		if (line.kind === 'event') acceptEvent(line.event, offset);
		else if (line.kind === 'damaged') pending = {offset, reason: line.reason};
		else {
			unknown.set(line.type, (unknown.get(line.type) ?? 0) + 1);
			if (line.seq === lastSeq + 1) lastSeq = line.seq;
		}
	};
	const inspect = (wholeBytes: number, restBytes: number): Reading => {
		const torn = restBytes === 0 ? pending : null;
		const middle = pending && !torn ? [pending] : [];
		const goodBytes = torn ? torn.offset : wholeBytes;
		return {
			goodBytes,
			tornBytes: wholeBytes + restBytes - goodBytes,
			damages: [...damages, ...middle].slice(0, MAX_DAMAGES),
			damageCount: damageCount + middle.length,
			unknown: new Map(unknown),
			lastSeq,
		};
	};
	return {judge, inspect};
}

const describeGap = (first: number, last: number): string =>
	first === last ? `fact ${first} is missing` : `facts ${first} to ${last} are missing`;
