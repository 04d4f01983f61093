import {closeSync, openSync, readSync, statSync} from 'node:fs';
import {codeOf} from './file-problem.ts';

const CHUNK_BYTES = 1024 * 1024;
const LINE_BREAK = 10;

/** `shrunk`: somebody cut the file behind our back, so that what was read of it may never have been. */
type Followed = 'read' | 'missing' | 'shrunk';

/** Hands out whole lines of a growing file in large pieces; an unfinished last line waits for its rest. */
export type FileFollower = {
	readonly read: (onLines: (lines: Uint8Array) => void) => Followed;
};

/** `start` says where the first whole line begins that is wanted, of a file of that size. */
export function followFile(path: string, start: (size: number) => number = () => 0): FileFollower {
	let position: number | null = null;
	let buffer = Buffer.allocUnsafe(CHUNK_BYTES);

	const readWhole = (file: number, onLines: (lines: Uint8Array) => void): void => {
		for (;;) {
			const length = readSync(file, buffer, 0, buffer.length, position ?? 0);
			const end = buffer.subarray(0, length).lastIndexOf(LINE_BREAK) + 1;
			if (end > 0) onLines(buffer.subarray(0, end));
			position = (position ?? 0) + end;
			if (length < buffer.length) return;
			// A line that is longer than the buffer is read again together with more of it.
			if (end === 0) buffer = Buffer.allocUnsafe(buffer.length * 2);
		}
	};
	return {
		read: (onLines) => {
			const size = sizeOf(path);
			if (size === null) return 'missing';
			position ??= start(size);
			if (size < position) return 'shrunk';
			if (size === position) return 'read';
			const file = openSync(path, 'r');
			try {
				readWhole(file, onLines);
			} finally {
				closeSync(file);
			}
			return 'read';
		},
	};
}

function sizeOf(path: string): number | null {
	try {
		return statSync(path).size;
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return null;
		throw error;
	}
}
