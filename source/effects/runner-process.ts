import {type ChildProcess, spawn} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {closeSync, fstatSync, openSync, readSync, unlinkSync} from 'node:fs';
import {constants, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileMode} from './file-modes.ts';

/** What became of a runner that was started: its run is open, or it ended before. */
export type StartedRunner =
	| {
			readonly kind: 'opened';
			/** Of the run, absolute. */
			readonly folder: string;
			readonly pid: number;
			/** What it printed so far. */
			readonly said: string;
			/** Its exit code, 128 + N after signal N. */
			readonly exited: Promise<number>;
	  }
	| {readonly kind: 'ended'; readonly code: number; readonly said: string};

type RunnerMessage = {readonly folder: string} | {readonly question: string};

const PRIVATE_FILE = 0o600;
const RUNNER_LOG = 'runner.log';

/**
 * Starts a program in a session of its own, which neither a terminal nor a hang-up reaches, and waits until it says that
 * its run is open. Until then what it prints goes to a file without a name, so that it can be told to whoever waits.
 */
export async function startRunner(
	[program = '', ...args]: readonly string[],
	answer: (question: string) => Promise<boolean>,
): Promise<StartedRunner> {
	const output = openNameless();
	const child = spawn(program, args, {detached: true, stdio: ['ignore', output, output, 'ipc']});
	const exited = new Promise<number>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
	});
	const opened = new Promise<string>((resolve) => {
		child.on('message', (said: RunnerMessage) => {
			if ('folder' in said) resolve(said.folder);
			else void answer(said.question).then((isYes) => child.connected && child.send(isYes));
		});
	});
	const first = await interruptible(child, Promise.race([opened, exited]));
	const said = readAll(output);
	closeSync(output);
	if (typeof first === 'number') return {kind: 'ended', code: first, said};
	if (child.connected) child.disconnect();
	child.unref();
	return {kind: 'opened', folder: first, pid: child.pid ?? 0, said, exited};
}

const STOPPED = 130;

/** Ctrl-C does not reach a session of its own, and whoever types it wants nothing to start. */
async function interruptible(child: ChildProcess, first: Promise<string | number>): Promise<string | number> {
	let isInterrupted = false;
	const interrupt = (): void => {
		isInterrupted = true;
		child.kill('SIGTERM');
	};
	const signals = ['SIGINT', 'SIGTERM'] as const;
	for (const signal of signals) process.on(signal, interrupt);
	try {
		const came = await first;
		return isInterrupted && typeof came === 'number' ? STOPPED : came;
	} finally {
		for (const signal of signals) process.off(signal, interrupt);
	}
}

function openNameless(): number {
	const path = join(tmpdir(), `.warpdeck-start-${randomUUID()}`);
	const file = openSync(path, 'wx+', PRIVATE_FILE);
	unlinkSync(path);
	return file;
}

function readAll(file: number): string {
	const bytes = Buffer.alloc(fstatSync(file).size);
	return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
}

/**
 * In the runner itself: what it prints from now on stands in the run's folder, and whoever started it is told where that
 * is. The new file takes the number of the one that is closed, because that is the lowest that is free.
 */
export function tellOpened(folder: string): void {
	for (const descriptor of [1, 2]) {
		closeSync(descriptor);
		if (openSync(join(folder, RUNNER_LOG), 'a', fileMode()) === descriptor) continue;
		// Somebody was faster: better no log than one that is written into another file.
		for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
		break;
	}
	// Whoever waited may be gone, and the run goes on.
	process.on('error', () => {});
	process.send?.({folder}, () => {
		if (process.connected) process.disconnect();
	});
}

/** In the runner itself: asks the person who started it; no, when nobody is there any more. */
export function askStarter(question: string): Promise<boolean> {
	return new Promise((resolve) => {
		const finish = (isYes: unknown): void => {
			// A listener that stays would keep this process alive.
			process.off('message', finish);
			process.off('disconnect', giveUp);
			resolve(isYes === true);
		};
		const giveUp = (): void => finish(false);
		process.on('message', finish);
		process.on('disconnect', giveUp);
		if (process.connected) process.send?.({question}, (error: Error | null) => error && finish(false));
		else finish(false);
	});
}

/** The end of what a runner printed, for when it is gone without a word in its journal. */
export function readRunnerLog(folder: string, mostBytes = 2000): string {
	try {
		const file = openSync(join(folder, RUNNER_LOG), 'r');
		const {size} = fstatSync(file);
		const bytes = Buffer.alloc(Math.min(size, mostBytes));
		readSync(file, bytes, 0, bytes.length, size - bytes.length);
		closeSync(file);
		return bytes.toString('utf8');
	} catch {
		return '';
	}
}
