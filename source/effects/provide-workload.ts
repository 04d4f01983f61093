import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {findBundledFolder} from './bundled-files.ts';
import {chooseCachePath} from './cache-file.ts';
import {embedded} from './embedded.ts';

const WORKLOADS = 'suites/workloads/';

/** Names of the workloads that warpdeck brings; a file whose name begins with _ is only imported by them. */
export function listBundledWorkloads(): readonly string[] {
	const folder = findBundledFolder();
	const files = folder === null ? listEmbeddedWorkloads() : readdirSync(join(folder, 'workloads'));
	return files.flatMap((file) => /^([a-z]\w*)\.py$/.exec(file)?.[1] ?? []);
}

const listEmbeddedWorkloads = (): readonly string[] =>
	Object.keys(embedded)
		.filter((path) => path.startsWith(WORKLOADS) && path.endsWith('.py'))
		.map((path) => path.slice(WORKLOADS.length));

/** Path of a workload that warpdeck brings; written out first where it exists only inside the bundle. */
export function provideWorkload(file: string, env: NodeJS.ProcessEnv): string {
	const folder = findBundledFolder();
	if (folder !== null) return join(folder, 'workloads', file);
	if (embedded[WORKLOADS + file] === undefined) throw new Error(`the bundle lacks ${file}`);
	return join(extract(listEmbeddedWorkloads(), env), file);
}

/** A folder for each content, so that two versions never overwrite each other's workloads under a running experiment. */
function extract(files: readonly string[], env: NodeJS.ProcessEnv): string {
	const digest = createHash('sha256');
	for (const file of files) digest.update(`${file}\n${embedded[WORKLOADS + file]}`);
	const name = digest.digest('hex').slice(0, 12);
	const folder = chooseCachePath(env, name);
	mkdirSync(folder, {recursive: true, mode: 0o700});
	for (const file of files) writeOnce(join(folder, file), embedded[WORKLOADS + file] ?? '');
	return folder;
}

function writeOnce(path: string, text: string): void {
	if (existsSync(path)) return;
	const temporary = `${path}.${process.pid}`;
	writeFileSync(temporary, text, {mode: 0o600});
	renameSync(temporary, path);
}
