const POLYNOMIAL = 0xedb88320;
const SLICES = 8;
const TABLE = buildTables();

/**
 * CRC-32 as zip and gzip use it (reflected 0x04c11db7), of `bytes[start..end)`; `previous` continues an earlier one.
 * Eight bytes a step, because a morning's journal is checked line by line before the first screen is drawn.
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, previous = 0): number {
	let crc = ~previous;
	let at = start;
	for (const last = end - SLICES; at <= last; at += SLICES) crc = stepEight(crc, bytes, at);
	for (; at < end; at++) crc = lookUp(0, (crc ^ byteAt(bytes, at)) & 0xff) ^ (crc >>> 8);
	return ~crc >>> 0;
}

function stepEight(crc: number, bytes: Uint8Array, at: number): number {
	return (
		lookUp(7, (crc ^ byteAt(bytes, at)) & 0xff) ^
		lookUp(6, ((crc >>> 8) ^ byteAt(bytes, at + 1)) & 0xff) ^
		lookUp(5, ((crc >>> 16) ^ byteAt(bytes, at + 2)) & 0xff) ^
		lookUp(4, (crc >>> 24) ^ byteAt(bytes, at + 3)) ^
		lookUp(3, byteAt(bytes, at + 4)) ^
		lookUp(2, byteAt(bytes, at + 5)) ^
		lookUp(1, byteAt(bytes, at + 6)) ^
		lookUp(0, byteAt(bytes, at + 7))
	);
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] as number;

const lookUp = (slice: number, byte: number): number => TABLE[slice * 256 + byte] as number;

/** Slice n holds the CRC of a byte that n zero bytes follow. */
function buildTables(): Int32Array {
	const table = new Int32Array(SLICES * 256);
	for (let byte = 0; byte < 256; byte++) table[byte] = divide(byte);
	for (let index = 256; index < table.length; index++) {
		const shorter = table[index - 256] as number;
		table[index] = (table[shorter & 0xff] as number) ^ (shorter >>> 8);
	}
	return table;
}

function divide(byte: number): number {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
	return crc;
}
