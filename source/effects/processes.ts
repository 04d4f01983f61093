import {closeSync, existsSync, fstatSync, mkdirSync, open as openWithCallback, unlinkSync} from 'node:fs';
import {resolve} from 'node:path';
import {promisify} from 'node:util';
import {listHiddenForms, listSecrets} from '../domain/secrets.ts';
import type {AttemptFiles, LaunchedProcess, LaunchRequest, ProcessEnd, Processes} from '../engine/ports.ts';
import type {ProcessIdentity} from '../journal/state.ts';
import {pickVariables} from '../plan/inherited.ts';
import {interpretExitCode, isWrapper, readExitStatus, wrapProgram} from './exit-wrapper.ts';
import {fileMode, folderMode} from './file-modes.ts';
import {codeOf} from './file-problem.ts';
import {type Environment, findProgram, requireFolder} from './find-program.ts';
import {cannotStart} from './launch-errors.ts';
import {type Boot, readBoot} from './process-identity.ts';
import {endTagged} from './process-tree.ts';
import {awaitGone, createSpawner, type SpawnedProcess, type Spawner} from './spawner.ts';
import {createTagScanner, type TagScanner, tagVariable} from './tag-scan.ts';
import {type OpenLogs, watchProcess} from './watch-process.ts';

export type ProcessOptions = {
	/** Above it the middle of a log is dropped; 64 MiB by default. */
	readonly logCapBytes?: number;
};

/** What all that launch in this program share: one process that spawns, one search for tags. */
export type ProcessTools = {
	readonly scanner: TagScanner;
	readonly spawner: Spawner;
	readonly boot: Boot;
	readonly logCapBytes: number;
	readonly hiddenForms: readonly string[];
};

export const createProcessTools = ({logCapBytes = 64 * 1024 * 1024}: ProcessOptions = {}): ProcessTools => ({
	scanner: createTagScanner(),
	spawner: createSpawner(),
	boot: readBoot(),
	logCapBytes,
	hiddenForms: listHiddenForms(listSecrets(process.env)),
});

/** Real processes of this machine (Linux). */
export function createProcesses(options: ProcessOptions = {}, tools = createProcessTools(options)): Processes {
	return {
		launch: (request) => launch(request, tools),
		findLiving: (request) => findLiving(request, tools),
		adopt: (identity, request) => adopt(identity, request, tools),
		endTagged: (tag, graceMs) => endTagged(tools.scanner, tag, graceMs).done,
	};
}

async function launch(request: LaunchRequest, tools: ProcessTools): Promise<LaunchedProcess> {
	const {identity, ...started} = await startProcess(request, tools);
	return {identity, ...watchProcess({...started, ...tools, request, ...watchErrors(request)})};
}

export type Start = Omit<LaunchRequest, 'onLine' | 'worker'> & {
	/** It reads from us; otherwise its input is empty. */
	readonly hasInput?: boolean;
};

type StartedProcess = {
	readonly identity: ProcessIdentity;
	readonly child: SpawnedProcess;
	readonly ended: Promise<ProcessEnd>;
	readonly logs: OpenLogs;
};

/** The wrapper runs, and whoever started it has to watch it. */
export async function startProcess(asked: Start, {spawner, boot}: ProcessTools): Promise<StartedProcess> {
	const inherited = asked.inherited ? pickVariables(process.env, asked.inherited) : process.env;
	const env = {...inherited, ...asked.env, [tagVariable]: asked.tag};
	if (asked.folder !== undefined) mkdirSync(asked.folder, {recursive: true, mode: folderMode()});
	if (asked.copy !== undefined) await (await import('./write-config-copy.ts')).writeConfigCopy(asked.copy, process.env);
	requireFolder(asked.cwd);
	const program = findProgram(asked.argv[0] ?? '', env, asked.cwd);
	const {child, logs} = await start(spawner, program, asked, env);
	const ended = awaitEnd(child, asked.files);
	return {identity: {pid: child.pid, startTicks: child.startTicks, ...boot}, child, ended, logs};
}

/** By the tag and the wrapper, which writes the exit status: a pid alone says nothing, and nobody else carries the tag. */
async function findLiving(
	{files, tag}: Pick<LaunchRequest, 'files' | 'tag'>,
	{scanner, boot}: ProcessTools,
): Promise<ProcessIdentity | null> {
	scanner.forget();
	const wrapper = (await scanner.find(tag)).find(({pid}) => isWrapper(pid));
	if (!wrapper || !existsSync(files.stdout) || !existsSync(files.stderr)) return null;
	return {pid: wrapper.pid, startTicks: wrapper.startTicks, ...boot};
}

async function adopt(
	identity: ProcessIdentity,
	request: LaunchRequest,
	{scanner, logCapBytes, hiddenForms}: ProcessTools,
): Promise<LaunchedProcess> {
	const opened: number[] = [];
	const open = async (path: string): Promise<number> => {
		const descriptor = await openFile(path, 'a+', fileMode());
		opened.push(descriptor);
		return descriptor;
	};
	try {
		const logs = {stdout: await open(request.files.stdout), stderr: await open(request.files.stderr)};
		const child = {pid: identity.pid, abandon: () => {}};
		const ended = awaitGone(identity).then(
			(): ProcessEnd => readExitStatus(request.files) ?? {kind: 'signalled', signal: 'SIGKILL'},
		);
		const marked = {...request, onLine: markOld(request.onLine, fstatSync(logs.stdout).size)};
		const watching = {child, ended, logs, request: marked, scanner, logCapBytes, hiddenForms};
		return {identity, ...watchProcess({...watching, ...watchErrors(request)})};
	} catch (error) {
		opened.forEach(closeSync);
		throw error;
	}
}

/** Where somebody reads both streams for what they mean. */
const watchErrors = ({onErrorLine}: LaunchRequest) => (onErrorLine ? {onErrorLine, endsAtReturns: true} : {});

/** What stands in the log already is no news. */
function markOld(onLine: LaunchRequest['onLine'], bytes: number): LaunchRequest['onLine'] {
	let left = bytes;
	return (line) => {
		const isOld = left > 0;
		left -= Buffer.byteLength(line) + 1;
		onLine(line, isOld);
	};
}

type Spawned = {readonly child: SpawnedProcess; readonly logs: OpenLogs};

async function start(spawner: Spawner, program: string, request: Start, env: Environment): Promise<Spawned> {
	const opened: number[] = [];
	try {
		const logs = await openLogs(request.files, opened);
		const child = await spawner.spawn({
			program: '/bin/sh',
			args: wrapProgram(program, request.argv.slice(1), request.files.exitStatus),
			cwd: resolve(request.cwd),
			env,
			stdout: nameOpenFile(logs.stdout),
			stderr: nameOpenFile(logs.stderr),
			...(request.hasInput ? {hasInput: true} : {}),
		});
		return {child, logs};
	} catch (error) {
		opened.forEach(closeSync);
		throw cannotStart(program, error);
	}
}

const nameOpenFile = (descriptor: number): string => `/proc/${process.pid}/fd/${descriptor}`;

/** Opened for reading too, so that the runner follows the very file that the program writes, whatever becomes of its name. */
async function openLogs(files: AttemptFiles, opened: number[]): Promise<OpenLogs> {
	const open = async (path: string) => {
		const descriptor = await openFile(path, 'a+', fileMode());
		opened.push(descriptor);
		return descriptor;
	};
	removeStale(files.exitStatus);
	const tasks = [open(files.stdout), open(files.stderr)] as const;
	// All of them, or one that comes late would stay open for ever.
	await Promise.allSettled(tasks);
	const [stdout, stderr] = await Promise.all(tasks);
	return {stdout, stderr};
}

/** A status that an earlier process left would be taken for this one's. Not by `rm`, which looks at the file twice first. */
function removeStale(path: string): void {
	try {
		unlinkSync(path);
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw error;
	}
}

const openFile = promisify(openWithCallback);

// The wrapper itself may have been killed after it had written the status: the file then knows more than the signal.
async function awaitEnd({exited}: SpawnedProcess, files: AttemptFiles): Promise<ProcessEnd> {
	const {code, signal} = await exited;
	if (code !== null) return interpretExitCode(code);
	return readExitStatus(files) ?? {kind: 'signalled', signal: signal ?? 'SIGKILL'};
}
