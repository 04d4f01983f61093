import {readFileSync} from 'node:fs';
import {constants} from 'node:os';
import type {AttemptFiles, ProcessEnd} from '../engine/ports.ts';

/**
 * Constant, because text built from arguments could be made to run something else; its only forks are the program's own.
 * A trap with a command is reset in the program, where an ignored signal would be inherited. The log of stderr is
 * descriptor 3 and given to the program in a subshell, or the shell's own remarks ("Killed") would stand in the log.
 */
const wrapperText = `trap : HUP INT QUIT TERM USR1 USR2
warpdeck_exit_status=$1
shift
(exec "$@" 2>&3 3>&-)
warpdeck_code=$?
umask 077
echo "$warpdeck_code" >"$warpdeck_exit_status"
exit "$warpdeck_code"`;

/** Arguments of /bin/sh; `program` needs a slash in it, or the shell would prefer a builtin of that name. */
export const wrapProgram = (program: string, args: readonly string[], exitStatus: string): readonly string[] => [
	'-c',
	wrapperText,
	'warpdeck',
	exitStatus,
	program,
	...args,
];

/** Whether the process runs our wrapper; spared by SIGKILL while others live, so that it can write the exit status. */
export function isWrapper(pid: number): boolean {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${wrapperText}\0`);
	} catch {
		return false;
	}
}

/** What the wrapper left, or null while there is nothing or not yet the line break that ends it. */
export function readExitStatus({exitStatus}: Pick<AttemptFiles, 'exitStatus'>): ProcessEnd | null {
	const code = /^(\d{1,3})\n$/.exec(readText(exitStatus))?.[1];
	return code === undefined ? null : interpretExitCode(Number(code));
}

/** The shell's code as an end: 128+N stands for signal N. */
export function interpretExitCode(code: number): ProcessEnd {
	const signal = signalNames.get(code - 128);
	return signal === undefined ? {kind: 'exited', code} : {kind: 'signalled', signal};
}

// SIGABRT and SIGIO share their numbers with SIGIOT and SIGPOLL; the first name is the usual one.
const signalNames = new Map(
	Object.entries(constants.signals)
		.toReversed()
		.map(([name, number]) => [number, name]),
);

function readText(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}
