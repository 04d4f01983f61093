import {createHash} from 'node:crypto';
import {createReadStream, existsSync, mkdirSync} from 'node:fs';
import {link, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {hostDisk} from '../effects/disk.ts';
import {verifyArchive} from '../effects/run-archive.ts';
import type {RunFolder} from '../effects/run-folder.ts';
import {BACKUPS} from '../effects/run-store.ts';
import type {KeepPhase} from '../engine/keep-phases.ts';
import type {RunState} from '../journal/state.ts';
import {archiveRun, nameArchive, namePhase} from './archive-run.ts';

const PRIVATE_FOLDER = 0o700;

/** Copies what the phases of a run left, each into a file of its own, and reads the copy back. */
export const createKeepPhase =
	({path: folder, store}: Pick<RunFolder, 'path' | 'store'>, read: () => RunState): KeepPhase =>
	async (phase) => {
		try {
			// What its experiments said last may still be on its way to the files.
			await store.flush();
			return {type: 'phase-kept', phase, ...(await keep(folder, read(), phase))};
		} catch (error) {
			return {type: 'phase-not-kept', phase, problem: error instanceof Error ? error.message : String(error)};
		}
	};

async function keep(folder: string, state: RunState, phase: string): Promise<{path: string; sha256: string}> {
	const archiveDir = state.opened?.output.archiveDir;
	const nameOf = (number: number): string =>
		archiveDir === undefined
			? join(folder, BACKUPS, namePhase(phase, number))
			: join(archiveDir, nameArchive(folder, number, phase));
	const unfinished = join(dirname(nameOf(1)), `.unfinished-${nameArchive(folder, 1, phase)}`);
	mkdirSync(dirname(unfinished), {recursive: true, mode: PRIVATE_FOLDER});
	// Of a runner that died meanwhile: nobody else works on this run.
	await rm(unfinished, {force: true});
	try {
		await archiveRun({folder, state, target: unfinished, phase});
		await verify(unfinished);
		const sha256 = await hashFile(unfinished);
		return {path: await giveName(unfinished, nameOf), sha256};
	} finally {
		await rm(unfinished, {force: true});
	}
}

async function verify(path: string): Promise<void> {
	const {manifest, faults} = await verifyArchive(path);
	const [fault] = [...faults, ...manifest.missing.map((name) => `${name} is missing, which the journal speaks of`)];
	if (fault !== undefined) throw new Error(fault);
}

async function hashFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path)) hash.update(chunk);
	return hash.digest('hex');
}

/** Under the first name that is free: one that was kept before is never written over. */
async function giveName(unfinished: string, nameOf: (number: number) => string): Promise<string> {
	for (let number = 1; ; number++) {
		const path = nameOf(number);
		if (existsSync(path)) continue;
		try {
			await link(unfinished, path);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
			// A file system without second names.
			await rename(unfinished, path);
		}
		await hostDisk.syncFolder(dirname(path));
		return path;
	}
}
