import {UserError} from '../domain/errors.ts';

const REASONS: {readonly [code: string]: string} = {
	ENOSPC: 'there is no space left on the disk',
	EDQUOT: 'your disk quota is used up',
	EIO: 'the disk reported an error',
	EROFS: 'the file system is read-only',
	EACCES: 'permission is denied',
	EPERM: 'permission is denied',
	ENOTDIR: 'a part of the path is a file, not a folder',
	ENOENT: 'it is not there',
	ENAMETOOLONG: 'the name is too long',
	EMFILE: 'too many files are open',
	ENFILE: 'too many files are open on this machine',
	ESTALE: 'the network file system lost it',
};

const ADVICE: {readonly [code: string]: string} = {
	ENOSPC: 'df -h   # free space there; the run goes on from its last fact with: warpdeck resume',
	EDQUOT: 'quota -s   # free space there; the run goes on from its last fact with: warpdeck resume',
	EIO: 'dmesg | tail   # shows which disk fails; results committed so far are safe to copy',
	EMFILE: 'ulimit -n 65536',
};

/** A file system's refusal in words; `what` is a sentence without its end: "The journal X could not be written". */
export function describeFileProblem(what: string, error: unknown, advice?: string): UserError {
	const code = codeOf(error) ?? '';
	const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
	const tryThis = advice ?? ADVICE[code] ?? 'output.base_dir=FOLDER   # a folder that you may write to';
	return new UserError(`${what}: ${reason}.`, {tryThis: [tryThis], exitCode: 3, cause: error});
}

export const codeOf = (error: unknown): string | undefined =>
	error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
