import {closeSync, ftruncateSync, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import {type TraceCounts, writeTrace} from '../report/profile/trace.ts';
import {withCapture} from './nsys-database.ts';

/** Written at once: an event has a hundred bytes or two, and there may be millions. */
const PIECE = 1 << 20;

/** Writes the trace of a database under another name until it is whole. */
export function writeTraceFile(database: string, target: string): TraceCounts {
	const partial = `${target}.${process.pid}-partial`;
	const file = openSync(partial, 'w');
	try {
		const counts = withCapture(database, (capture) => {
			// Rows that cannot be read in one manner are read anew in another.
			ftruncateSync(file, 0);
			return writePieces(file, (write) => writeTrace(capture, write));
		});
		renameSync(partial, target);
		return counts;
	} finally {
		closeSync(file);
		rmSync(partial, {force: true});
	}
}

function writePieces<T>(file: number, use: (write: (text: string) => void) => T): T {
	let [position, piece] = [0, ''];
	const flush = () => {
		position += writeAll(file, Buffer.from(piece), position);
		piece = '';
	};
	const result = use((text) => {
		piece += text;
		if (piece.length >= PIECE) flush();
	});
	flush();
	return result;
}

function writeAll(file: number, bytes: Buffer, position: number): number {
	let written = 0;
	while (written < bytes.length) {
		written += writeSync(file, bytes, written, bytes.length - written, position + written);
	}
	return bytes.length;
}
