import {type ChildProcess, spawn} from 'node:child_process';
import {closeSync, openSync, rmSync} from 'node:fs';
import type {AttemptFiles, LaunchedProcess, LaunchRequest, ProcessEnd, Processes} from '../engine/ports.ts';
import {interpretExitCode, readExitStatus, wrapProgram} from './exit-wrapper.ts';
import {type Environment, findProgram, requireFolder} from './find-program.ts';
import {cannotStart} from './launch-errors.ts';
import {type Boot, readBoot, readProcessStat} from './process-identity.ts';
import {endTagged} from './process-tree.ts';
import {createTagScanner, type TagScanner, tagVariable} from './tag-scan.ts';
import {type OpenLogs, watchProcess} from './watch-process.ts';

export type ProcessOptions = {
	/** Above it the middle of a log is dropped; 64 MiB by default. */
	readonly logCapBytes?: number;
};

type Tools = {readonly scanner: TagScanner; readonly boot: Boot; readonly logCapBytes: number};

/** Real processes of this machine (Linux). */
export function createProcesses({logCapBytes = 64 * 1024 * 1024}: ProcessOptions = {}): Processes {
	const tools: Tools = {scanner: createTagScanner(), boot: readBoot(), logCapBytes};
	return {
		launch: (request) => launch(request, tools),
		endTagged: (tag, graceMs) => endTagged(tools.scanner, tag, graceMs).done,
		readExitStatus,
	};
}

async function launch(request: LaunchRequest, {scanner, boot, logCapBytes}: Tools): Promise<LaunchedProcess> {
	const env = {...process.env, ...request.env, [tagVariable]: request.tag};
	requireFolder(request.cwd);
	const program = findProgram(request.argv[0] ?? '', env, request.cwd);
	const {child, logs, ended} = await start(program, request, env);
	// Still before the next turn of the event loop, which could reap a child that has ended already.
	const {pid, startTicks} = identify(child);
	const watched = watchProcess({child, ended, logs, request, scanner, logCapBytes});
	return {identity: {pid, startTicks, ...boot}, ...watched};
}

type Started = {readonly child: ChildProcess; readonly logs: OpenLogs; readonly ended: Promise<ProcessEnd>};

async function start(program: string, request: LaunchRequest, env: Environment): Promise<Started> {
	const logs: number[] = [];
	try {
		const [stdout, stderr] = openLogs(request.files, logs);
		const child = spawn('/bin/sh', wrapProgram(program, request.argv.slice(1), request.files.exitStatus), {
			cwd: request.cwd,
			env,
			detached: true,
			stdio: ['ignore', stdout, 'ignore', stderr],
		});
		const ended = awaitEnd(child, request.files);
		if (child.pid === undefined) throw await new Promise((resolve) => child.once('error', resolve));
		return {child, logs: {stdout, stderr}, ended};
	} catch (error) {
		logs.forEach(closeSync);
		throw cannotStart(program, error);
	}
}

/** Opened for reading too, so that the runner follows the very file that the program writes, whatever becomes of its name. */
function openLogs(files: AttemptFiles, opened: number[]): readonly [stdout: number, stderr: number] {
	const open = (path: string) => {
		const descriptor = openSync(path, 'a+', 0o600);
		opened.push(descriptor);
		return descriptor;
	};
	const logs = [open(files.stdout), open(files.stderr)] as const;
	// A status that an earlier process left would be taken for this one's.
	rmSync(files.exitStatus, {force: true});
	return logs;
}

// The wrapper itself may have been killed after it had written the status: the file then knows more than the signal.
function awaitEnd(child: ChildProcess, files: AttemptFiles): Promise<ProcessEnd> {
	return new Promise((resolve) => {
		child.once('exit', (code, signal) => {
			if (code !== null) resolve(interpretExitCode(code));
			else resolve(readExitStatus(files) ?? {kind: 'signalled', signal: signal ?? 'SIGKILL'});
		});
	});
}

function identify({pid}: ChildProcess) {
	const stat = pid === undefined ? null : readProcessStat(pid);
	if (pid === undefined || stat === null) throw cannotStart('/bin/sh', new Error('it has no entry in /proc'));
	return {pid, startTicks: stat.startTicks};
}
