import {accessSync, constants, existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {verifyArchive} from '../effects/run-archive.ts';
import type {Fact} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';
import {archiveRun, nameArchive} from './archive-run.ts';

export type Kept = {readonly kind: 'kept'; readonly path: string} | {readonly kind: 'failed'; readonly problem: string};

type Keeping = {
	/** Of the run. */
	readonly folder: string;
	readonly state: RunState;
	/** Where archives are kept; made when it is missing. */
	readonly archiveDir: string;
};

const PRIVATE_FOLDER = 0o700;

/** Copies a run, or what there is of it, into the folder of archives and reads the copy back; never throws. */
export async function keepArchive({folder, state, archiveDir}: Keeping): Promise<Kept> {
	try {
		mkdirSync(archiveDir, {recursive: true, mode: PRIVATE_FOLDER});
		const path = findFreeName(folder, archiveDir);
		await archiveRun({folder, state, target: path});
		const {manifest, faults} = await verifyArchive(path);
		const [fault] = [...faults, ...manifest.missing.map((name) => `${name} is missing, which the journal speaks of`)];
		return fault === undefined ? {kind: 'kept', path} : {kind: 'failed', problem: `${path}: ${fault}`};
	} catch (error) {
		return {kind: 'failed', problem: describe(error)};
	}
}

/** A run that was resumed has one of before. */
function findFreeName(folder: string, archiveDir: string): string {
	for (let number = 1; ; number++) {
		const path = join(archiveDir, nameArchive(folder, number));
		if (!existsSync(path)) return path;
	}
}

/** Said when the run begins, and not only in the morning. */
export function noteArchive(archiveDir: string | undefined): readonly Fact[] {
	if (archiveDir === undefined) return [];
	try {
		mkdirSync(archiveDir, {recursive: true, mode: PRIVATE_FOLDER});
		accessSync(archiveDir, constants.W_OK | constants.X_OK);
		return [];
	} catch (error) {
		const message = `The run cannot be archived in ${archiveDir} as it is now: ${describe(error)}; it goes on all the same.`;
		return [{type: 'noted', level: 'warning', message}];
	}
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
