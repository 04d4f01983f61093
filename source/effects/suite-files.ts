import {readdir, readFile} from 'node:fs/promises';
import {join, parse as parsePath} from 'node:path';
import {parseDocument} from 'yaml';
import {UserError} from '../domain/errors.ts';
import {isJsonObject, type JsonObject} from '../domain/json.ts';
import type {SuiteFile} from '../plan/compose.ts';
import {findBundledFolder, listEmbeddedSuites} from './bundled-files.ts';

/** Every suite that is here: the bundled ones, then those of the user's folders, which win where a name is the same. */
export async function readSuites(folders: readonly string[]): Promise<readonly SuiteFile[]> {
	const own = await Promise.all(folders.map(readFolder));
	const byName = new Map((await readBundled()).map((suite) => [suite.name, suite]));
	for (const suite of own.flat()) byName.set(suite.name, suite);
	return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function readBundled(): Promise<readonly SuiteFile[]> {
	const folder = findBundledFolder();
	if (folder !== null) return readFolder(folder);
	return listEmbeddedSuites().map(({name, text}) => toSuite(name, `${name}.yaml (bundled)`, text));
}

async function readFolder(folder: string): Promise<readonly SuiteFile[]> {
	const files = (await listFolder(folder)).filter((file) => /\.ya?ml$/.test(file)).toSorted();
	return Promise.all(
		files.map(async (file) => {
			const path = join(folder, file);
			return toSuite(parsePath(file).name, path, await readFile(path, 'utf8'));
		}),
	);
}

async function listFolder(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (cause) {
		throw new UserError(`The folder of suites ${folder} cannot be read: ${(cause as Error).message}.`, {
			tryThis: ['--suites FOLDER names a folder with *.yaml files'],
			cause,
		});
	}
}

function toSuite(name: string, origin: string, text: string): SuiteFile {
	const document = parseDocument(text, {prettyErrors: true});
	const [problem] = document.errors;
	const value: unknown = problem ? null : document.toJS();
	if (problem || !isJsonObject(value)) {
		throw new UserError(`${origin} is no suite: ${problem?.message ?? 'it is not a dictionary of keys'}`, {
			tryThis: ['correct the file, or move it out of the folder; docs/writing-a-suite.md shows the form'],
		});
	}
	return {name, origin, config: value satisfies JsonObject};
}
