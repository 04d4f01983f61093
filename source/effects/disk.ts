import {constants} from 'node:fs';
import {type FileHandle, mkdir, open, rename, rm, stat, truncate} from 'node:fs/promises';
import {fileMode, folderMode} from './file-modes.ts';
import {codeOf} from './file-problem.ts';
import {type JournalFile, openJournalFile, readChunks} from './journal-file.ts';

/**
 * What a run's lasting files need of a disk; each promise says what a loss of power leaves. Narrow, so that a test can
 * hold a disk that loses whatever it was not told to keep.
 */
export type Disk = {
	readonly has: (path: string) => Promise<boolean>;
	/** False when the name is taken; the folder is there, and its name lasts once its parent is synced. */
	readonly makeFolder: (path: string) => Promise<boolean>;
	/** New and empty; refuses a name that is taken. */
	readonly createFile: (path: string) => Promise<void>;
	/** New, or in place of another; its bytes last when this resolves, its name not yet. */
	readonly writeFile: (path: string, text: string) => Promise<void>;
	/** Takes a name that may be another's; lasts once the folder is synced. */
	readonly rename: (from: string, to: string) => Promise<void>;
	readonly remove: (path: string) => Promise<void>;
	/** The names in a folder last when this resolves. */
	readonly syncFolder: (path: string) => Promise<void>;
	/** Whatever is appended lasts when that resolves; `length` is that of the whole lines in it. */
	readonly openJournal: (path: string, length: number) => Promise<JournalFile>;
	readonly read: (path: string) => Iterable<Uint8Array>;
	/** Bytes. */
	readonly measure: (path: string) => Promise<number>;
	readonly cut: (path: string, length: number) => Promise<void>;
};

// A write that returns when the data is on the disk: one trip through the thread pool instead of two.
const NEW_AND_SYNCED = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC;

export const hostDisk: Disk = {
	has: (path) =>
		stat(path).then(
			() => true,
			() => false,
		),
	makeFolder: async (path) => {
		try {
			await mkdir(path, {mode: folderMode()});
			return true;
		} catch (error) {
			if (codeOf(error) === 'EEXIST') return false;
			throw error;
		}
	},
	createFile: async (path) => (await open(path, 'wx', fileMode())).close(),
	writeFile: async (path, text) => {
		const file = await open(path, NEW_AND_SYNCED, fileMode());
		try {
			await file.writeFile(text);
		} finally {
			await file.close();
		}
	},
	rename,
	remove: (path) => rm(path, {force: true}),
	syncFolder: async (path) => syncHandle(await open(path, 'r')),
	openJournal: openJournalFile,
	read: readChunks,
	measure: async (path) => (await stat(path)).size,
	cut: truncate,
};

async function syncHandle(folder: FileHandle): Promise<void> {
	try {
		await folder.sync();
	} catch (error) {
		// Some network file systems cannot sync a folder and do so by themselves.
		if (codeOf(error) !== 'EINVAL') throw error;
	} finally {
		await folder.close();
	}
}
