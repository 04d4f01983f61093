import {closeSync, constants, openSync, readSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {describeFileProblem} from './file-problem.ts';

/** A file of facts that one process appends to. */
export type JournalFile = {
	/** Resolves once the lines are on the disk; appends resolve in the order in which they were asked for. */
	readonly append: (lines: string) => Promise<void>;
	/** Waits for what was appended, then closes. */
	readonly close: () => Promise<void>;
};

/** What an append needs of a disk, so that a test can hold one that fails. */
export type JournalDisk = {
	/** Resolves to the number of bytes, at most all of them, that are now on the disk and no longer only in memory. */
	readonly write: (bytes: Uint8Array, position: number) => Promise<number>;
	readonly truncate: (length: number) => Promise<void>;
	readonly close: () => Promise<void>;
};

type Waiting = {readonly lines: string; readonly resolve: () => void; readonly reject: (error: unknown) => void};

const CHUNK_BYTES = 1024 * 1024;

/** `length` is that of the whole lines in the file; whatever follows them is overwritten. */
export async function openJournalFile(path: string, length: number): Promise<JournalFile> {
	// O_DSYNC makes a write and its sync one trip through the thread pool instead of two.
	const file = await open(path, constants.O_RDWR | constants.O_DSYNC);
	const disk: JournalDisk = {
		write: async (bytes, position) => (await file.write(bytes, 0, bytes.length, position)).bytesWritten,
		truncate: (to) => file.truncate(to),
		close: () => file.close(),
	};
	return createJournalFile(disk, path, length);
}

/**
 * Lines that arrive while a write is in flight go out together in the next one, so that many lanes share one sync.
 * When the disk refuses, everything asked for so far is refused and the file is cut back to its last whole line:
 * a later fact never stands behind one that is missing, and appending may be tried again.
 */
export function createJournalFile(disk: JournalDisk, path: string, length: number): JournalFile {
	let good = length;
	let dirty = false;
	let waiting: Waiting[] = [];
	let draining: Promise<void> | null = null;

	const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
		if (dirty) await disk.truncate(good);
		dirty = true;
		const bytes = Buffer.from(group.map(({lines}) => lines).join(''));
		for (let at = 0; at < bytes.length; ) at += await disk.write(bytes.subarray(at), good + at);
		good += bytes.length;
		dirty = false;
	};
	const cutBack = async (): Promise<void> => {
		await disk.truncate(good).then(
			() => {
				dirty = false;
			},
			// It stays dirty, so the next append cuts first.
			() => {},
		);
	};
	const refuse = async (group: readonly Waiting[], error: unknown): Promise<void> => {
		await cutBack();
		const problem = describeFileProblem(`The journal ${path} could not be written`, error);
		const refused = [...group, ...waiting];
		waiting = [];
		for (const {reject} of refused) reject(problem);
	};
	const drain = async (): Promise<void> => {
		while (waiting.length > 0) {
			const group = waiting;
			waiting = [];
			try {
				await writeGroup(group);
				for (const {resolve} of group) resolve();
			} catch (error) {
				await refuse(group, error);
			}
		}
		draining = null;
	};
	const append = (lines: string): Promise<void> =>
		new Promise((resolve, reject) => {
			waiting.push({lines: lines.endsWith('\n') ? lines : `${lines}\n`, resolve, reject});
			draining ??= drain();
		});
	const close = async (): Promise<void> => {
		await draining;
		await disk.close();
	};
	return {append, close};
}

/** The bytes of a file in chunks that share one buffer: use each before asking for the next. */
export function* readChunks(path: string): Generator<Uint8Array> {
	const file = openSync(path, 'r');
	try {
		const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
		for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
			yield buffer.subarray(0, length);
		}
	} finally {
		closeSync(file);
	}
}
