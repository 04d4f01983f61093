import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {dirname, isAbsolute, join, resolve} from 'node:path';
import {findNearest, UserError} from '../domain/errors.ts';
import type {NamedWorkload} from '../domain/workload.ts';
import {descriptionSchema} from '../domain/workload-description.ts';
import {listBundledWorkloads, provideWorkload} from './provide-workload.ts';

/** A file whose name begins with _ is only imported by others. */
const WORKLOAD = /^([A-Za-z0-9][\w.-]*)\.py$/;
const DESCRIBE_MS = 20_000;

export type WorkloadFinder = (name: string) => NamedWorkload;

/**
 * Finds workloads by name, beside the suites (`NAME.py`, `workloads/NAME.py`) and among those that warpdeck brings, and
 * asks each once what it takes. Synchronous, because a plan waits for the answer anyway.
 */
export function createWorkloadFinder(
	origins: readonly string[],
	python: string,
	env: NodeJS.ProcessEnv,
): WorkloadFinder {
	const known = new Map<string, NamedWorkload>();
	return (name) => {
		const found = known.get(name) ?? describe(name, findFile(name, origins), python, env);
		known.set(name, found);
		return found;
	};
}

function findFile(name: string, origins: readonly string[]): string {
	const folders = listFolders(origins);
	const own = folders.map((folder) => join(folder, `${name}.py`)).find((path) => existsSync(path));
	if (own !== undefined && WORKLOAD.test(`${name}.py`)) return resolve(own);
	const bundled = listBundledWorkloads();
	if (bundled.includes(name)) return `${name}.py`;
	const names = [...bundled, ...folders.flatMap(listNames)];
	const nearest = findNearest(name, names);
	throw new UserError(`experiment.workload=${name}: there is no such workload.`, {
		tryThis: [
			nearest ? `experiment.workload=${nearest}` : `known: ${names.join(', ')}`,
			`write workloads/${name}.py beside the suite; docs/writing-a-suite.md shows how`,
		],
	});
}

/** Of the user's suites only: the bundled ones are known without looking. */
const listFolders = (origins: readonly string[]): readonly string[] =>
	[...new Set(origins.filter((origin) => isAbsolute(origin) || existsSync(origin)).map(dirname))]
		.toReversed()
		.flatMap((folder) => [join(folder, 'workloads'), folder]);

function listNames(folder: string): readonly string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder).flatMap((file) => WORKLOAD.exec(file)?.[1] ?? []);
}

function describe(name: string, file: string, python: string, env: NodeJS.ProcessEnv): NamedWorkload {
	const path = file.includes('/') ? file : provideWorkload(file, env);
	const {stdout, stderr, status, error} = spawnSync(python, [path, '--describe'], {
		encoding: 'utf8',
		timeout: DESCRIBE_MS,
		env: {...env, PYTHONDONTWRITEBYTECODE: '1'},
	});
	if (error || status !== 0)
		throw refuse(name, path, python, error?.message ?? lastLine(stderr) ?? `exit code ${status}`);
	const parsed = descriptionSchema.safeParse(parseJson(stdout));
	if (parsed.success) return {name, file, ...parsed.data};
	const [issue] = parsed.error.issues;
	throw refuse(name, path, python, `${issue?.path.join('.')}: ${issue?.message}`);
}

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

const refuse = (name: string, path: string, python: string, why: string): UserError =>
	new UserError(`The workload ${name} does not describe its parameters: ${why}.`, {
		tryThis: [`${python} ${path} --describe`, 'docs/workload-protocol.md says what it prints'],
	});
