import {constants} from 'node:fs';
import {type FileHandle, mkdir, open, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {fileMode, folderMode} from './file-modes.ts';
import {codeOf} from './file-problem.ts';

/** `path` is absolute. */
export type WholeFile = {readonly path: string; readonly text: string};

// A write that returns when the data is on the disk: one trip through the thread pool instead of two.
const NEW_AND_SYNCED = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC;
let count = 0;

/**
 * Replaces files so that a reader, or a machine that loses power, sees the old text or the new one and no third; side
 * by side, with one sync of each folder. Of two texts for one path the later one stays. Never rejects: each outcome
 * tells of its own file.
 */
export async function writeAllAtomically(files: readonly WholeFile[]): Promise<readonly PromiseSettledResult<void>[]> {
	const written = await Promise.allSettled(files.map(writeTemporary));
	const renamed: PromiseSettledResult<string>[] = [];
	// In order, because two of them may be for one name.
	for (const one of written) renamed.push(...(await Promise.allSettled([takeName(one)])));
	const folders = new Set(renamed.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
	const syncs = new Map([...folders].map((folder) => [folder, syncFolder(folder)]));
	return Promise.allSettled(renamed.map(async (one) => syncs.get(demand(one))));
}

type Temporary = {readonly temporary: string; readonly path: string};

async function writeTemporary({path, text}: WholeFile): Promise<Temporary> {
	const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${count++}.tmp`);
	const file = await openNew(temporary);
	try {
		await file.writeFile(text);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	} finally {
		await file.close();
	}
	return {temporary, path};
}

/** The folder is nearly always there, so it is made only when it is missed. */
async function openNew(path: string): Promise<FileHandle> {
	try {
		return await open(path, NEW_AND_SYNCED, fileMode());
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw error;
		await mkdir(dirname(path), {recursive: true, mode: folderMode()});
		return open(path, NEW_AND_SYNCED, fileMode());
	}
}

/** Resolves to the folder that the name stands in. */
async function takeName(written: PromiseSettledResult<Temporary>): Promise<string> {
	const {temporary, path} = demand(written);
	try {
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}
	return dirname(path);
}

function demand<T>(result: PromiseSettledResult<T>): T {
	if (result.status === 'rejected') throw result.reason;
	return result.value;
}

/** Makes the names in a folder durable; a new file survives a power loss only after this. */
export async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} catch (error) {
		// Some network file systems cannot sync a folder and do so by themselves.
		if (codeOf(error) !== 'EINVAL') throw error;
	} finally {
		await folder.close();
	}
}
