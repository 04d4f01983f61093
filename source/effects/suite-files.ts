import {readdir, readFile} from 'node:fs/promises';
import {join, parse as parsePath} from 'node:path';
import {LineCounter, parseDocument} from 'yaml';
import {UserError} from '../domain/errors.ts';
import {isJsonObject, type JsonObject} from '../domain/json.ts';
import type {SuiteFile} from '../plan/compose.ts';
import {findBundledFolder, listEmbeddedSuites} from './bundled-files.ts';
import {isSuiteFile} from './suite-names.ts';

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
	const files = (await listFolder(folder)).filter(isSuiteFile).toSorted();
	return Promise.all(
		files.map(async (file) => {
			const [path, {name}] = [join(folder, file), parsePath(file)];
			const twin = files.find((other) => other !== file && parsePath(other).name === name);
			if (twin !== undefined) return refuseSuite(name, path, `${twin} beside it has the same name`);
			return readFile(path, 'utf8').then(
				(text) => (/\.jsonc?$/.test(file) ? toJsonSuite : toSuite)(name, path, text),
				(error: Error) => refuseSuite(name, path, error.message),
			);
		}),
	);
}

async function listFolder(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (cause) {
		throw new UserError(`The folder of suites ${folder} cannot be read: ${(cause as Error).message}.`, {
			tryThis: ['--suites FOLDER names a folder with *.yaml, *.json or *.jsonc files'],
			cause,
		});
	}
}

/** Loaded where such a file is: most suites are YAML. */
async function toJsonSuite(name: string, origin: string, text: string): Promise<SuiteFile> {
	const {readJsonc} = await import('./jsonc.ts');
	const read = readJsonc(text);
	if (read.kind === 'faulty') return refuseSuite(name, origin, read.why);
	if (isJsonObject(read.value)) return {name, origin, config: read.value};
	return refuseSuite(name, origin, 'it is not a dictionary of keys');
}

/** Parsed when somebody looks into it: most commands need one suite of dozens. */
function toSuite(name: string, origin: string, text: string): SuiteFile {
	let known: SuiteFile | undefined;
	const parse = (): SuiteFile => {
		known ??= parseSuite(name, origin, text);
		return known;
	};
	return {
		name,
		origin,
		get config() {
			return parse().config;
		},
		get problem() {
			return parse().problem;
		},
	};
}

function parseSuite(name: string, origin: string, text: string): SuiteFile {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, {prettyErrors: false, lineCounter});
	const [fault] = document.errors;
	if (fault) {
		const {line, col} = lineCounter.linePos(fault.pos[0]);
		return refuseSuite(name, origin, `${fault.message.replace(/[.:]$/, '')} (line ${line}, column ${col})`);
	}
	const read = readValue(document);
	if ('why' in read) return refuseSuite(name, origin, read.why);
	if (isJsonObject(read.value)) return {name, origin, config: read.value satisfies JsonObject};
	return refuseSuite(name, origin, 'it is not a dictionary of keys');
}

/** References that name nothing, hold themselves or would fill the memory are found only when they are followed. */
function readValue(document: ReturnType<typeof parseDocument>): {readonly value: unknown} | {readonly why: string} {
	try {
		const value: unknown = document.toJS();
		JSON.stringify(value);
		return {value};
	} catch (error) {
		return {why: error instanceof TypeError ? 'a reference holds itself' : (error as Error).message};
	}
}

const refuseSuite = (name: string, origin: string, why: string): SuiteFile => ({
	name,
	origin,
	config: {},
	problem: new UserError(`${origin} is no suite: ${why}.`, {
		tryThis: ['correct the file, or move it out of the folder; docs/writing-a-suite.md shows the form'],
	}),
});
