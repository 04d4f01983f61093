import {UserError} from '../domain/errors.ts';

type Advice = readonly [string, ...string[]];

const adviceByCode: {readonly [code: string]: Advice} = {
	EAGAIN: ['ulimit -u   # processes that you may have', 'experiment.max_workers=1'],
	ENOMEM: ['free -m', 'experiment.max_workers=1'],
	EMFILE: ['ulimit -n 4096   # then start warpdeck again', 'experiment.max_workers=1'],
	ENFILE: ['cat /proc/sys/fs/file-nr   # open files of the whole machine'],
	E2BIG: ['getconf ARG_MAX   # bytes that a command and its environment may have'],
	ENOSPC: ['df -h .   # the disk that holds the run is full', 'output.base_dir=FOLDER   # on another disk'],
	EDQUOT: ['quota -s', 'output.base_dir=FOLDER   # on another disk'],
	EACCES: ['ls -ld .   # whether you may write here', 'output.base_dir=FOLDER   # one of your own'],
	EROFS: ['output.base_dir=FOLDER   # on a disk that can be written'],
	ERR_INVALID_ARG_VALUE: ['warpdeck plan   # shows the argv: no argument may hold a NUL byte'],
};

const otherAdvice: Advice = ['warpdeck plan   # shows the command of each experiment, to be tried by hand'];

/** The program exists, but the system refused to run it or to keep its output. */
export const cannotStart = (program: string, cause: unknown) =>
	explain(`The program '${program}' cannot be started`, cause);

/** The program ran, but its output could not be followed. */
export const cannotReadLogs = (folder: string, cause: unknown) =>
	explain(`The output in '${folder}' cannot be read`, cause);

function explain(what: string, cause: unknown): UserError {
	const {code = '', message = String(cause)} = cause as NodeJS.ErrnoException;
	return new UserError(`${what}: ${message}.`, {tryThis: adviceByCode[code] ?? otherAdvice, exitCode: 3, cause});
}
