import {openSync, writeSync} from 'node:fs';
import type {AttemptFiles, ProcessReport} from '../engine/ports.ts';
import {fileMode} from './file-modes.ts';
import {createLogTail} from './log-tail.ts';
import type {ProcessTools} from './processes.ts';

/** The logs of one experiment in a worker: copied out of the worker's own, and capped like those of a process. */
export type ServedLogs = {
	readonly hear: (line: string) => void;
	readonly hearError: (line: string) => void;
	/** Keeps both within their cap. */
	readonly poll: () => void;
	/** Closes both. */
	readonly finish: () => Promise<Pick<ProcessReport, 'stdoutTail' | 'stderrTail' | 'droppedLogBytes'>>;
};

/** Throws the system's error when a log cannot be opened. */
export function openServedLogs(
	{stdout, stderr}: AttemptFiles,
	{logCapBytes: capBytes, hiddenForms}: Pick<ProcessTools, 'logCapBytes' | 'hiddenForms'>,
): ServedLogs {
	const out = openCopy(stdout, capBytes, hiddenForms);
	const err = openCopy(stderr, capBytes, hiddenForms);
	const finish = async () => {
		const [said, complained] = await Promise.all([out.finish(), err.finish()]);
		return {
			stdoutTail: said.tail,
			stderrTail: complained.tail,
			droppedLogBytes: said.droppedBytes + complained.droppedBytes,
		};
	};
	const poll = (): void => {
		out.poll();
		err.poll();
	};
	return {hear: out.write, hearError: err.write, poll, finish};
}

function openCopy(path: string, capBytes: number, hiddenForms: readonly string[]) {
	const descriptor = openSync(path, 'a+', fileMode());
	const log = createLogTail({descriptor, capBytes, hiddenForms});
	let lostBytes = 0;

	/** A full disk must not end the worker, whose own log may hold the line. */
	const write = (line: string): void => {
		const bytes = Buffer.from(`${line}\n`);
		try {
			for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
		} catch {
			lostBytes += bytes.length;
		}
	};

	const finish = async () => {
		const {tail, droppedBytes} = await log.finish();
		return {tail, droppedBytes: droppedBytes + lostBytes};
	};
	return {write, poll: log.poll, finish};
}
