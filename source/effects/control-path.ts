import {lstatSync, mkdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {codeOf} from './file-problem.ts';

type Environment = {readonly [name: string]: string | undefined};

/** sun_path has 108 bytes, and the last one is 0. */
const MOST_PATH_BYTES = 107;
const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;

/**
 * Where the socket of a run may be: in the user's own runtime folder, else in one of the user's under the temp folder;
 * null where neither can be had safely, and then requests come as files.
 */
export function chooseControlPath(name: string, env: Environment = process.env): string | null {
	const folders = [
		...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'warpdeck')] : []),
		...[env.TMPDIR || tmpdir(), '/tmp'].map((folder) => join(folder, `warpdeck-${getUid()}`)),
	];
	for (const folder of folders) {
		const path = join(folder, name);
		if (Buffer.byteLength(path) <= MOST_PATH_BYTES && makeOwnFolder(folder)) return path;
	}
	return null;
}

function makeOwnFolder(folder: string): boolean {
	try {
		mkdirSync(folder, {mode: PRIVATE_FOLDER});
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') return false;
	}
	return isOwnFolder(folder);
}

/** Whether nobody else can have put something into it; both sides ask, because a name under /tmp is anybody's to take. */
export function isOwnFolder(folder: string): boolean {
	try {
		const about = lstatSync(folder);
		return about.isDirectory() && about.uid === getUid() && (about.mode & OTHERS) === 0;
	} catch {
		return false;
	}
}

/** Whether it is the user's own socket in the user's own folder, and no link to another one. */
export function isOwnSocket(path: string): boolean {
	try {
		const about = lstatSync(path);
		return about.isSocket() && about.uid === getUid() && isOwnFolder(dirname(path));
	} catch {
		return false;
	}
}

const getUid = (): number => process.getuid?.() ?? -1;
