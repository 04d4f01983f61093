import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';

/** A place below the user's cache folder, whose loss costs time only. */
export const chooseCachePath = (env: NodeJS.ProcessEnv, name: string): string =>
	join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'warpdeck', name);

/** What was written last; null where that cannot be had. */
export function readCache(file: string): unknown {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return null;
	}
}

/** Whole or not at all; where nothing can be kept, nothing is. */
export function writeCache(file: string, value: unknown): void {
	const fresh = `${file}.${process.pid}`;
	try {
		mkdirSync(dirname(file), {recursive: true, mode: 0o700});
		writeFileSync(fresh, JSON.stringify(value), {mode: 0o600});
		renameSync(fresh, file);
	} catch {}
}
