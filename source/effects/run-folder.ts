import {join, resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';
import type {RunStore} from '../engine/ports.ts';
import {type FactEvent, isMeasurement} from '../journal/event.ts';
import {foldJournal, type Reading} from '../journal/fold.ts';
import {type Disk, hostDisk} from './disk.ts';
import {describeFileProblem} from './file-problem.ts';
import {type Lock, type LockRequest, takeLock} from './run-lock.ts';
import {makeRunPath, type RunPathRequest, reduceName} from './run-path.ts';
import {createRunStore, FOLDERS, JOURNAL, RESERVED_NAMES} from './run-store.ts';

/** A run's folder, held by this process until the store is closed. */
export type RunFolder = {
	/** Absolute. */
	readonly path: string;
	/** Name of the folder of logs in it, as it was made. */
	readonly logsDir: string;
	readonly store: RunStore;
	/** Tells this holding of the folder from every other one. */
	readonly lockToken: string;
	/** Where requests may be made of this run; null: by files only. */
	readonly controlPath: string | null;
};

type Holding = LockRequest & {
	/** Told when telemetry, samples or the log could not be written; facts reject instead. */
	readonly onProblem?: (problem: UserError) => void;
};

export type RunFolderRequest = RunPathRequest &
	Holding & {
		/** `output.logs_dir`, as it was written. */
		readonly logsDir?: string;
	};

/** What a resumed run holds: its facts up to the last whole line, and what was wrong with the file. */
export type OpenedRunFolder = RunFolder & {
	readonly facts: readonly FactEvent[];
	/** Bytes of an unfinished last line that were cut off. */
	readonly droppedBytes: number;
	readonly reading: Reading;
};

/** Makes the folder of a new run, takes its lock and opens its files. */
export async function createRunFolder(request: RunFolderRequest): Promise<RunFolder> {
	const logsDir = chooseLogsDir(request.logsDir ?? 'logs');
	const path = resolve(await makeRunPath(request));
	const lock = await takeLock(path, request);
	try {
		await makeContents(path, logsDir, hostDisk);
		return await hold(path, logsDir, lock, request);
	} catch (error) {
		await lock.release();
		throw error;
	}
}

/** Takes over a run that ended or died: lock first, then the torn end of its journal is cut off. */
export async function openRunFolder(path: string, request: Holding): Promise<OpenedRunFolder> {
	const absolute = resolve(path);
	const lock = await takeLock(absolute, request);
	try {
		const {facts, reading, logsDir} = await recoverContents(absolute, hostDisk);
		return {...(await hold(absolute, logsDir, lock, request)), facts, droppedBytes: reading.tornBytes, reading};
	} catch (error) {
		await lock.release();
		throw error;
	}
}

/** What a run whose runner ended or died has written down; the torn end of its journal is cut off. */
export async function recoverContents(path: string, disk: Disk) {
	const {state: facts, ...reading} = readFacts(path, disk);
	if (reading.tornBytes > 0) await disk.cut(join(path, JOURNAL), reading.goodBytes);
	const opened = facts.find((fact) => fact.type === 'opened');
	const logsDir = chooseLogsDir(opened?.output.logsDir ?? 'logs');
	await makeInside(path, logsDir, disk);
	return {facts, reading, logsDir};
}

/** Facts of a run that any process may read; changes nothing. */
export function readFacts(
	path: string,
	disk: Pick<Disk, 'read'> = hostDisk,
): Reading & {readonly state: readonly FactEvent[]} {
	const facts: FactEvent[] = [];
	try {
		return foldJournal(
			disk.read(join(path, JOURNAL)),
			(known, event) => {
				if (!isMeasurement(event)) known.push(event);
				return known;
			},
			facts,
		);
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw describeFileProblem(
			`The journal in ${path} could not be read`,
			error,
			'warpdeck list   # shows the runs here',
		);
	}
}

async function hold(
	path: string,
	logsDir: string,
	lock: Lock,
	{clock, onProblem, control = null}: Holding,
): Promise<RunFolder> {
	const store = await createRunStore(path, {logsDir, clock, onClose: lock.release, ...(onProblem && {onProblem})});
	return {path, logsDir, store, lockToken: lock.token, controlPath: control};
}

/** The files and folders of a new run, whose names last when this resolves. */
export async function makeContents(path: string, logsDir: string, disk: Disk): Promise<void> {
	try {
		await makeInside(path, logsDir, disk);
		await disk.createFile(join(path, JOURNAL));
		await disk.syncFolder(path);
	} catch (error) {
		throw describeFileProblem(`The run's folder ${path} could not be prepared`, error);
	}
}

async function makeInside(path: string, logsDir: string, disk: Disk): Promise<void> {
	for (const name of [logsDir, ...FOLDERS]) await disk.makeFolder(join(path, name));
}

/** Logs stay inside the run's folder, and out of the way of warpdeck's own files. */
function chooseLogsDir(wanted: string): string {
	const name = reduceName(wanted, 'logs');
	if (!RESERVED_NAMES.has(name)) return name;
	throw new UserError(`output.logs_dir=${wanted} is a name that warpdeck needs for a file of its own.`, {
		tryThis: ['output.logs_dir=logs'],
	});
}
