import {closeSync, existsSync, fstatSync, openSync, readSync} from 'node:fs';

/** SQLite must look at the file: it is damaged, or has something that is not read here. */
export class UnusualPage extends Error {
	override readonly name = 'UnusualPage';
}

/** Whole numbers of a table's columns, row by row in the order of their ids; NaN for no value. */
export type PageReader = {
	/** `columns` are positions in the table, ascending or not; `take` gets one array, which is filled anew each time. */
	readonly each: (rootPage: number, columns: readonly number[], take: (values: Float64Array) => void) => void;
	readonly close: () => void;
};

const HEAD_BYTES = 100;
/** Pages of a table lie side by side, mostly. */
const PAGES_AT_ONCE = 32;
const [INTERIOR, LEAF] = [5, 13];
const DEEPEST = 20;

/**
 * Reads tables of whole numbers from the pages of a database file, as https://sqlite.org/fileformat2.html describes them:
 * much faster than asking for rows, of which each is made an object. Throws {@link UnusualPage} where it cannot.
 */
export function openPages(path: string): PageReader {
	const file = openSync(path, 'r');
	try {
		return createReader(file, path);
	} catch (error) {
		closeSync(file);
		throw error;
	}
}

function createReader(file: number, path: string): PageReader {
	const head = Buffer.alloc(HEAD_BYTES);
	if (readSync(file, head, 0, HEAD_BYTES, 0) < HEAD_BYTES) throw new UnusualPage('it is shorter than a page');
	// A log or a journal beside it holds newer pages, and only SQLite knows which.
	if (head[18] !== 1 || existsSync(`${path}-wal`) || existsSync(`${path}-journal`)) throw new UnusualPage('a journal');
	const pageBytes = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
	const usable = pageBytes - (head[20] ?? 0);
	const pages = Math.floor(fstatSync(file).size / pageBytes);
	const turn = createWindow(file, pageBytes, pages);

	function walk(page: number, depth: number, readLeaf: (bytes: Buffer, at: number) => void): void {
		// The first page is the list of tables.
		if (page < 2 || page > pages || depth > DEEPEST) throw new UnusualPage(`page ${page} of ${pages}`);
		const [bytes, start] = turn(page);
		if (bytes[start] === LEAF) readLeaf(bytes, start);
		else if (bytes[start] === INTERIOR)
			for (const child of listChildren(bytes, start)) walk(child, depth + 1, readLeaf);
		else throw new UnusualPage(`page ${page} is of kind ${bytes[start]}`);
	}

	function listChildren(bytes: Buffer, start: number): readonly number[] {
		const cells = bytes.readUInt16BE(start + 3);
		const children = Array.from({length: cells}, (_, cell) => {
			const pointer = bytes.readUInt16BE(start + 12 + 2 * cell);
			if (pointer + 4 > pageBytes) throw new UnusualPage('a pointer leads out of its page');
			return bytes.readUInt32BE(start + pointer);
		});
		return [...children, bytes.readUInt32BE(start + 8)];
	}

	return {
		each: (rootPage, columns, take) => walk(rootPage, 0, createLeafReader({usable, pageBytes, columns, take})),
		close: () => closeSync(file),
	};
}

/** Gives a page as a buffer and where it begins there; the buffer holds other pages after the next call. */
function createWindow(file: number, pageBytes: number, pages: number): (page: number) => readonly [Buffer, number] {
	const buffer = Buffer.alloc(PAGES_AT_ONCE * pageBytes);
	let [first, count] = [0, 0];
	return (page) => {
		if (page < first || page >= first + count) {
			const wanted = Math.min(PAGES_AT_ONCE, pages - page + 1) * pageBytes;
			const read = readSync(file, buffer, 0, wanted, (page - 1) * pageBytes);
			[first, count] = [page, Math.floor(read / pageBytes)];
			if (count === 0) throw new UnusualPage(`page ${page} cannot be read`);
		}
		return [buffer, (page - first) * pageBytes];
	};
}

type LeafOptions = {
	readonly usable: number;
	readonly pageBytes: number;
	readonly columns: readonly number[];
	readonly take: (values: Float64Array) => void;
};

/** Bytes of each kind of whole number in a record; 8 and 9 are the numbers 0 and 1 themselves. */
const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];
const REAL = 7;

function createLeafReader({usable, pageBytes, columns, take}: LeafOptions): (bytes: Buffer, start: number) => void {
	const values = new Float64Array(columns.length).fill(Number.NaN);
	const last = Math.max(...columns);
	const slots = Int8Array.from({length: last + 1}, (_, column) => columns.indexOf(column));
	/** Where the number that was read last ended. */
	let next = 0;

	function readVarint(bytes: Buffer, at: number): number {
		let value = 0;
		for (let index = 0; index < 8; index++) {
			const byte = bytes[at + index] ?? 0;
			value = value * 128 + (byte & 0x7f);
			if (byte < 0x80) {
				next = at + index + 1;
				return value;
			}
		}
		next = at + 9;
		return value * 256 + (bytes[at + 8] ?? 0);
	}

	function readRecord(bytes: Buffer, begin: number, end: number): void {
		const headEnd = begin + readVarint(bytes, begin);
		let [at, body] = [next, headEnd];
		for (let column = 0; column <= last; column++) {
			// A column that was added later is not in older records.
			if (at >= headEnd) throw new UnusualPage('a short record');
			let kind = bytes[at] ?? 0;
			if (kind < 0x80) at++;
			else {
				kind = readVarint(bytes, at);
				at = next;
			}
			const size = kind < 12 ? (SIZES[kind] ?? 0) : (kind - 12) >> 1;
			const slot = slots[column] ?? -1;
			if (slot >= 0) {
				if (body + size > end || kind === REAL || kind > 9) throw new UnusualPage('no whole number');
				values[slot] = readNumber(bytes, body, kind);
			}
			body += size;
		}
		take(values);
	}

	return (bytes, start) => {
		const cells = bytes.readUInt16BE(start + 3);
		for (let cell = 0; cell < cells; cell++) {
			const pointer = bytes.readUInt16BE(start + 8 + 2 * cell);
			if (pointer >= usable) throw new UnusualPage('a pointer leads out of its page');
			const size = readVarint(bytes, start + pointer);
			readVarint(bytes, next);
			const end = next + size;
			// A record that goes on elsewhere, which none of these tables has.
			if (end > start + pageBytes) throw new UnusualPage('a record of several pages');
			readRecord(bytes, next, end);
		}
	};
}

function readNumber(bytes: Buffer, at: number, kind: number): number {
	switch (kind) {
		case 0:
			return Number.NaN;
		case 1:
			return bytes.readInt8(at);
		case 2:
			return bytes.readInt16BE(at);
		case 3:
			return (bytes.readInt8(at) << 16) | bytes.readUInt16BE(at + 1);
		case 4:
			return bytes.readInt32BE(at);
		case 5:
			return bytes.readInt16BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 2);
		case 6:
			return readLong(bytes, at);
		default:
			return kind - 8;
	}
}

function readLong(bytes: Buffer, at: number): number {
	const value = bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
	if (!Number.isSafeInteger(value)) throw new UnusualPage('a number above 2^53');
	return value;
}
