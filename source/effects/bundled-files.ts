import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, rename, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {embedded} from './embedded.ts';

/** Beside `dist/` in an installed package, beside `source/` in a checkout; absent where main.js was copied alone. */
const FOLDERS = [join(import.meta.dirname, '../suites'), join(import.meta.dirname, '../../suites')];

/** The folder of the suites that warpdeck brings, or null where they exist only inside the bundle. */
export const findBundledFolder = (): string | null =>
	FOLDERS.find((folder) => existsSync(join(folder, 'quick_test.yaml'))) ?? null;

/** Suites that the bundle holds: name of the file and its text. */
export const listEmbeddedSuites = (): readonly {readonly name: string; readonly text: string}[] =>
	Object.entries(embedded).flatMap(([path, text]) => {
		const name = /^suites\/([^/]+)\.ya?ml$/.exec(path)?.[1];
		return name === undefined ? [] : [{name, text}];
	});

/** Path of a workload that warpdeck brings; written out first where it exists only inside the bundle. */
export async function provideWorkload(file: string, env: NodeJS.ProcessEnv): Promise<string> {
	const folder = findBundledFolder();
	if (folder !== null) return join(folder, 'workloads', file);
	const text = embedded[`suites/workloads/${file}`];
	if (text === undefined) throw new Error(`the bundle lacks ${file}`);
	return extract(file, text, env);
}

/** A folder for each content, so that two versions never overwrite each other's workload under a running experiment. */
async function extract(file: string, text: string, env: NodeJS.ProcessEnv): Promise<string> {
	const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
	const folder = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'warpdeck', digest);
	const path = join(folder, file);
	if (existsSync(path)) return path;
	await mkdir(folder, {recursive: true, mode: 0o700});
	const temporary = `${path}.${process.pid}`;
	await writeFile(temporary, text, {mode: 0o600});
	await rename(temporary, path);
	return path;
}
