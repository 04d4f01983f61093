import {basename, dirname, join} from 'node:path';
import {type Disk, hostDisk} from './disk.ts';
import {codeOf} from './file-problem.ts';

/** `path` is absolute. */
export type WholeFile = {readonly path: string; readonly text: string};

let count = 0;

/**
 * Replaces files so that a reader, or a machine that loses power, sees the old text or the new one and no third; side
 * by side, with one sync of each folder. Of two texts for one path the later one stays. Never rejects: each outcome
 * tells of its own file.
 */
export async function writeAllAtomically(
	files: readonly WholeFile[],
	disk: Disk = hostDisk,
): Promise<readonly PromiseSettledResult<void>[]> {
	const written = await Promise.allSettled(files.map((file) => writeTemporary(file, disk)));
	const renamed: PromiseSettledResult<string>[] = [];
	// In order, because two of them may be for one name.
	for (const one of written) renamed.push(...(await Promise.allSettled([takeName(one, disk)])));
	const folders = new Set(renamed.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
	const syncs = new Map([...folders].map((folder) => [folder, disk.syncFolder(folder)]));
	return Promise.allSettled(renamed.map(async (one) => syncs.get(demand(one))));
}

type Temporary = {readonly temporary: string; readonly path: string};

async function writeTemporary({path, text}: WholeFile, disk: Disk): Promise<Temporary> {
	const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${count++}.tmp`);
	try {
		await writeNew(temporary, text, disk);
	} catch (error) {
		await disk.remove(temporary);
		throw error;
	}
	return {temporary, path};
}

/** The folder is nearly always there, so it is made only when it is missed. */
async function writeNew(path: string, text: string, disk: Disk): Promise<void> {
	try {
		await disk.writeFile(path, text);
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw error;
		await makeFolders(dirname(path), disk);
		await disk.writeFile(path, text);
	}
}

/**
 * Level by level, each with a name that lasts, or a loss of power would take a folder with all that is in it. Node's own
 * recursive mkdir never returns where a parent cannot be made, as under /proc.
 */
export async function makeFolders(path: string, disk: Disk): Promise<void> {
	if (await disk.has(path)) return;
	await makeFolders(dirname(path), disk);
	await makeLasting(path, disk);
}

/** False when something of that name is there. */
export async function makeLasting(path: string, disk: Disk): Promise<boolean> {
	if (!(await disk.makeFolder(path))) return false;
	await disk.syncFolder(dirname(path));
	return true;
}

/** Resolves to the folder that the name stands in. */
async function takeName(written: PromiseSettledResult<Temporary>, disk: Disk): Promise<string> {
	const {temporary, path} = demand(written);
	try {
		await disk.rename(temporary, path);
	} catch (error) {
		await disk.remove(temporary);
		throw error;
	}
	return dirname(path);
}

function demand<T>(result: PromiseSettledResult<T>): T {
	if (result.status === 'rejected') throw result.reason;
	return result.value;
}
