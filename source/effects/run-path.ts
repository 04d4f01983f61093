import {join, resolve} from 'node:path';
import {makeFolders, makeLasting} from './atomic-file.ts';
import {type Disk, hostDisk} from './disk.ts';
import {describeFileProblem} from './file-problem.ts';

const LONGEST_NAME = 100;

/** A text as one name in a folder: only `[A-Za-z0-9._-]`, never empty, never `.` or `..`, never a path. */
export function reduceName(text: string, fallback: string): string {
	const reduced = text.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, LONGEST_NAME);
	return /[A-Za-z0-9]/.test(reduced) ? reduced : fallback;
}

/** `2026-11-21`, in local time. */
const formatDay = (date: Date): string => [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');

/** `14-30-05`, in local time. */
const formatTime = (date: Date): string =>
	[date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part)).join('-');

/** `2026-11-21T14:30:05.123+01:00`, in local time. */
export function formatLocalIso(date: Date): string {
	const ahead = -date.getTimezoneOffset();
	const offset = `${pad(Math.floor(Math.abs(ahead) / 60))}:${pad(Math.abs(ahead) % 60)}`;
	const time = formatTime(date).replaceAll('-', ':');
	return `${formatDay(date)}T${time}.${pad(date.getMilliseconds(), 3)}${ahead < 0 ? '-' : '+'}${offset}`;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

export type RunPathRequest = {
	/** `output.base_dir`. */
	readonly baseDir: string;
	/** `experiment.name`, as it was written. */
	readonly name: string;
	/** A sweep. */
	readonly multirun: boolean;
	readonly startedAt: Date;
};

/** Makes `<base>/<name>/<day>/<time>`, with `-2`, `-3` … behind the time when another run has it already. */
export async function makeRunPath(
	{baseDir, name, multirun, startedAt}: RunPathRequest,
	disk: Disk = hostDisk,
): Promise<string> {
	const suite = `${reduceName(name, 'experiment')}${multirun ? '_multirun' : ''}`;
	const day = resolve(baseDir, suite, formatDay(startedAt));
	try {
		await makeFolders(day, disk);
		for (let number = 1; ; number++) {
			const path = join(day, `${formatTime(startedAt)}${number === 1 ? '' : `-${number}`}`);
			// False for another runner that starts in the same second, with which the folder is never shared.
			if (await makeLasting(path, disk)) return path;
		}
	} catch (error) {
		throw describeFileProblem(`No folder for this run could be made in ${baseDir}`, error);
	}
}
