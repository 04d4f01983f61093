import {type ChildProcess, spawn} from 'node:child_process';
import {createLineSplitter} from './line-splitter.ts';

type LineProcessOptions = {
	readonly program: string;
	readonly args: readonly string[];
	readonly env: NodeJS.ProcessEnv;
	/** What stands behind it of a longer line is dropped. */
	readonly maxLineBytes: number;
	/** Whether a line of its standard output or error was understood; others are kept as its last words. */
	readonly takeLine: (line: string) => boolean;
	/** Called once, when the process is gone; not after it was closed. `how` is what happened, `said` its last words. */
	readonly onEnd: (how: string, said: string) => void;
};

/** A program that tells by lines what it sees, for as long as we want; it never outlives us. */
export type LineProcess = {
	/** undefined when it could not be started. */
	readonly pid: number | undefined;
	readonly write: (line: string) => void;
	/** Ends the process; onEnd follows once it is gone, which a driver that hangs may delay for ever. */
	readonly kill: () => void;
	/** Ends the process and says nothing more. */
	readonly close: () => void;
	readonly isGone: () => boolean;
};

/** Throws when the system has no room for another process. */
export function openLineProcess(options: LineProcessOptions): LineProcess {
	const {program, args, env, onEnd} = options;
	// In a group of its own, so that Ctrl-C in a terminal does not end it before the runner has drained.
	const child = spawn(program, args, {detached: true, env, stdio: ['pipe', 'pipe', 'pipe']});
	const kill = () => endGroup(child);
	process.once('exit', kill);
	const said = listen(child, options);
	let isOpen = true;
	let isGone = false;
	const finish = (how: string) => {
		process.off('exit', kill);
		isGone = true;
		if (!isOpen) return;
		isOpen = false;
		onEnd(how, said.join(' '));
	};
	child.once('error', (error) => finish(`could not be started (${error.message})`));
	child.once('close', (code, signal) => finish(signal ? `was ended by ${signal}` : `ended with code ${code}`));
	// It may have gone before it reads what is written to it.
	child.stdin.on('error', () => {});
	const close = () => {
		isOpen = false;
		kill();
		abandon(child);
	};
	return {pid: child.pid, write: (line) => child.stdin.write(`${line}\n`), kill, close, isGone: () => isGone};
}

/** A process that does not die must not keep ours alive. */
function abandon(child: ChildProcess): void {
	for (const stream of child.stdio) stream?.destroy();
	child.unref();
}

/** Returns the latest lines that were not understood, at most three: the reason of an end. */
function listen(child: ChildProcess, {takeLine, maxLineBytes}: LineProcessOptions): readonly string[] {
	const said: string[] = [];
	const hear = (line: string) => {
		if (!takeLine(line) && line.trim() !== '') said.push(line.trim());
		if (said.length > 3) said.shift();
	};
	for (const stream of [child.stdout, child.stderr]) {
		const lines = createLineSplitter(hear, maxLineBytes);
		stream?.on('data', lines.push).on('end', lines.flush);
	}
	return said;
}

/** Only while the child is not reaped: afterwards its number may be somebody else's. */
function endGroup(child: ChildProcess): void {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		child.kill('SIGKILL');
	}
}
