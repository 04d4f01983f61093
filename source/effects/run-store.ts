import {join, resolve, sep} from 'node:path';
import type {UserError} from '../domain/errors.ts';
import type {AttemptFiles, Clock, RunStore} from '../engine/ports.ts';
import {type WholeFile, writeAllAtomically} from './atomic-file.ts';
import {createBufferedFiles} from './buffered-files.ts';
import {type Disk, hostDisk} from './disk.ts';
import {describeFileProblem} from './file-problem.ts';
import {formatLocalIso} from './run-path.ts';

export const JOURNAL = 'journal.jsonl';
export const TELEMETRY = 'telemetry.jsonl';
const LOG = 'experiment.log';
/** Where phases of a campaign are kept that are kept nowhere else. */
export const BACKUPS = 'backups';
const EXIT_FOLDER = '.exit';

/** Folders that every run has, beside that of its logs. */
export const FOLDERS: readonly string[] = ['samples', 'results', '.hydra', EXIT_FOLDER];

/** Names in a run's folder that are files, or folders of warpdeck's own. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
	JOURNAL,
	TELEMETRY,
	LOG,
	...FOLDERS,
	'run.lock',
	'results.json',
	'experiment_summary.json',
	'multirun.yaml',
	'report',
	'work',
	'configs',
	BACKUPS,
]);

type RunStoreOptions = {
	readonly logsDir: string;
	readonly clock: Pick<Clock, 'after'>;
	/** Told when telemetry, samples or the log could not be written; facts reject instead. */
	readonly onProblem?: (problem: UserError) => void;
	/** Called last of all, once every file is closed. */
	readonly onClose?: () => Promise<void>;
	/** Of facts and whole files; the default is this machine's. */
	readonly disk?: Disk;
};

/** The files of a run whose folder and journal exist, and whose journal ends with a whole line. */
export async function createRunStore(folder: string, options: RunStoreOptions): Promise<RunStore> {
	const {logsDir, clock, onProblem = () => {}, onClose = async () => {}, disk = hostDisk} = options;
	const path = resolve(folder);
	const journalPath = join(path, JOURNAL);
	const journal = await disk.openJournal(journalPath, await disk.measure(journalPath));
	const buffered = createBufferedFiles(clock.after, (error) =>
		onProblem(describeFileProblem(`Telemetry, samples or the log in ${path} could not be written`, error)),
	);
	const commits = createCommits(path, disk);
	const close = async (): Promise<void> => {
		await Promise.all([buffered.flush(), commits.settle()]);
		await journal.close();
		await onClose();
	};
	return {
		appendFacts: journal.append,
		appendMeasurements: (lines) => buffered.append(join(path, TELEMETRY), lines),
		appendSamples: (id, line) => buffered.append(join(path, 'samples', `${requireName(id)}.jsonl`), line),
		commitFile: commits.commit,
		appendLaneLog: (lane, line, at) =>
			buffered.append(join(path, logsDir, `progress-${lane}.log`), formatLog(line, at)),
		flush: buffered.flush,
		log: (line, at) => buffered.append(join(path, LOG), formatLog(line, at)),
		attemptFiles: (id, attempt) => nameAttempt(path, logsDir, id, attempt),
		close: once(close),
	};
}

type Commit = WholeFile & {readonly resolve: () => void; readonly reject: (error: unknown) => void};

/** What arrives while others are written goes out together with the next, as the journal's lines do. */
function createCommits(folder: string, disk: Disk) {
	let waiting: Commit[] = [];
	let draining: Promise<void> | null = null;

	const drain = async (): Promise<void> => {
		while (waiting.length > 0) {
			const group = waiting;
			waiting = [];
			const outcomes = await writeAllAtomically(group, disk);
			for (const [index, {path, resolve, reject}] of group.entries()) {
				const outcome = outcomes[index];
				if (outcome?.status === 'fulfilled') resolve();
				else reject(describeFileProblem(`The file ${path} could not be written`, outcome?.reason));
			}
		}
		draining = null;
	};

	const commit = async (path: string, text: string): Promise<void> => {
		const target = resolve(folder, path);
		if (!target.startsWith(folder + sep)) throw new Error(`${path} is not inside the run's folder`);
		const {promise, ...settle} = Promise.withResolvers<void>();
		waiting.push({path: target, text, ...settle});
		draining ??= drain();
		return promise;
	};
	return {commit, settle: async () => draining ?? undefined};
}

/** Throws for an id that is no name of a file. */
export function nameAttempt(path: string, logsDir: string, id: string, attempt: number): AttemptFiles {
	const name = attempt === 1 ? requireName(id) : `${requireName(id)}.attempt${attempt}`;
	return {
		stdout: join(path, logsDir, `${name}.stdout`),
		stderr: join(path, logsDir, `${name}.stderr`),
		exitStatus: join(path, EXIT_FOLDER, name),
	};
}

/** The plan makes safe names; one that is not would leave the run's folder. */
function requireName(id: string): string {
	if (/^[A-Za-z0-9._-]+$/.test(id) && /[A-Za-z0-9]/.test(id)) return id;
	throw new Error(`${JSON.stringify(id)} cannot be the name of an experiment's files`);
}

function formatLog(line: string, at: number): string {
	const time = formatLocalIso(new Date(at));
	return line
		.replace(/\n$/, '')
		.split('\n')
		.map((part) => `${time} ${part}\n`)
		.join('');
}

function once(call: () => Promise<void>): () => Promise<void> {
	let called: Promise<void> | null = null;
	return () => {
		called ??= call();
		return called;
	};
}
