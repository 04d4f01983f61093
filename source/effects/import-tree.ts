import {createHash} from 'node:crypto';
import {type Dirent, existsSync, lstatSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {codeOf, describeFileProblem} from './file-problem.ts';
import {JOURNAL} from './run-store.ts';

/** Whatever is larger is left out with a line that says so. */
const LIMITS = {files: 100_000, depth: 16, fileMiB: 64, allMiB: 1024};
const MIB = 2 ** 20;
/** Nothing that anybody measured is in them. */
const PASSED_OVER: ReadonlySet<string> = new Set(['.git', 'node_modules', 'venv', '.venv', '__pycache__', 'mlruns']);

type Original = {readonly path: string; readonly bytes: number; readonly sha256: string};

type ReadTree = {
	/** Absolute. */
	readonly folder: string;
	readonly name: string;
	readonly files: readonly {readonly path: string; readonly text: string}[];
	readonly names: readonly string[];
	/** Of each file whose text was read. */
	readonly originals: readonly Original[];
	/** What could not be read, one line each. */
	readonly problems: readonly string[];
};

/** Names of all files of a folder and the texts of those that are wanted; changes nothing. A file alone is its own folder. */
export function readForeignTree(wanted: string, isWanted: (path: string) => boolean): ReadTree {
	const target = resolve(wanted);
	const isFile = demandThere(target);
	const folder = isFile ? dirname(target) : target;
	refuseOwn(folder);
	const problems: string[] = [];
	const names = isFile ? [basename(target)] : listNames(folder, problems);
	const read = names.filter(isWanted);
	const texts: {path: string; text: string}[] = [];
	const originals: Original[] = [];
	let bytesRead = 0;
	for (const path of read) {
		const one = readOne(join(folder, path), LIMITS.allMiB * MIB - bytesRead);
		if ('problem' in one) {
			problems.push(`${path}: ${one.problem}; left out`);
			continue;
		}
		bytesRead += one.bytes.length;
		texts.push({path, text: decode(one.bytes)});
		originals.push({path, bytes: one.bytes.length, sha256: createHash('sha256').update(one.bytes).digest('hex')});
	}
	const name = isFile ? basename(target).replace(/\.[^.]*$/, '') : basename(folder);
	return {folder: target, name, files: texts, names, originals, problems};
}

/** Whether it is a file. */
function demandThere(target: string): boolean {
	try {
		return statSync(target).isFile();
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw describeFileProblem(`${target} could not be read`, error);
		throw new UserError(`There is no ${target}.`, {
			tryThis: ['warpdeck import FOLDER   # results of other programs'],
		});
	}
}

function refuseOwn(folder: string): void {
	if (!existsSync(join(folder, JOURNAL))) return;
	throw new UserError(`${folder} is a run of warpdeck itself, which needs no import.`, {
		tryThis: [`warpdeck summary ${folder}`],
	});
}

/** Relative, with `/`, in an order that does not depend on the disk; links are not followed. */
function listNames(folder: string, problems: string[]): readonly string[] {
	const names: string[] = [];
	const waiting = [{path: '', depth: 0}];
	for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
		for (const entry of listEntries(folder, next.path, problems)) {
			const path = next.path === '' ? entry.name : `${next.path}/${entry.name}`;
			if (entry.isFile()) names.push(path);
			else if (entry.isSymbolicLink()) problems.push(`${path}: it is a link; left out`);
			else if (entry.isDirectory() && !PASSED_OVER.has(entry.name)) descend(folder, {path, depth: next.depth + 1});
			if (names.length >= LIMITS.files) {
				problems.push(`there are more than ${LIMITS.files} files; the rest is left out`);
				return names;
			}
		}
	}
	return names;

	function descend(root: string, into: {readonly path: string; readonly depth: number}): void {
		if (into.depth > LIMITS.depth)
			problems.push(`${into.path}: it lies more than ${LIMITS.depth} folders deep; left out`);
		else if (existsSync(join(root, into.path, JOURNAL)))
			problems.push(`${into.path}: it is a run of warpdeck; left out`);
		else waiting.push(into);
	}
}

function listEntries(folder: string, path: string, problems: string[]): readonly Dirent[] {
	try {
		return readdirSync(join(folder, path), {withFileTypes: true}).toSorted((a, b) => (a.name < b.name ? -1 : 1));
	} catch (error) {
		problems.push(`${path || '.'}: ${codeOf(error) ?? 'it could not be listed'}; left out`);
		return [];
	}
}

function readOne(path: string, roomBytes: number): {readonly bytes: Buffer} | {readonly problem: string} {
	try {
		const {size} = lstatSync(path);
		if (size > LIMITS.fileMiB * MIB)
			return {problem: `it has ${Math.ceil(size / MIB)} MiB, more than ${LIMITS.fileMiB}`};
		if (size > roomBytes) return {problem: `all texts together have more than ${LIMITS.allMiB} MiB`};
		return {bytes: readFileSync(path)};
	} catch (error) {
		return {problem: codeOf(error) ?? 'it could not be read'};
	}
}

/** PowerShell redirects as UTF-16; whatever is no UTF-8 keeps its place as a replacement character. */
const decode = (bytes: Buffer): string =>
	bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.subarray(2).toString('utf16le') : bytes.toString('utf8');
