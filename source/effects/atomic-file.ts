import {mkdir, open, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
let written = 0;

/** Replaces a file so that a reader, or a machine that loses power, sees the old text or the new one and no third. */
export async function writeAtomically(path: string, text: string): Promise<void> {
	const folder = dirname(path);
	await mkdir(folder, {recursive: true, mode: PRIVATE_FOLDER});
	const temporary = join(folder, `.${basename(path)}.${process.pid}-${written++}.tmp`);
	try {
		await writeSynced(temporary, text);
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}
	await syncFolder(folder);
}

async function writeSynced(path: string, text: string): Promise<void> {
	const file = await open(path, 'w', PRIVATE_FILE);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
}

/** Makes the names in a folder durable; a new file survives a power loss only after this. */
export async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} catch (error) {
		// Some network file systems cannot sync a folder and do so by themselves.
		if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
	} finally {
		await folder.close();
	}
}
