import {type Dirent, readdirSync, statSync} from 'node:fs';
import {join, relative, resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';

/** A file that a pattern names. */
export type InputFile = {readonly path: string; readonly bytes: number; readonly stamp: string};

export type InputBounds = {readonly files: number; readonly bytes: number};

/** Of nobody's experiment, and different each time. */
const LEFT_OUT = new Set(['.git', '__pycache__', '.venv', 'node_modules']);

/**
 * Files of a path or a pattern (`*`, `?`, `**`), by path; a folder stands for all that is in it. Links to files are
 * followed, links to folders only where the pattern itself names them, because they may lead in a circle.
 */
export function listInputs(pattern: string, base: string, bounds: InputBounds): readonly InputFile[] {
	const found = new Map<string, InputFile>();
	let bytes = 0;
	const take = (path: string): void => {
		const stat = statSync(path, {bigint: true, throwIfNoEntry: false});
		if (stat?.isDirectory()) takeFolder(path);
		if (!stat?.isFile() || found.has(path)) return;
		const {dev, ino, size, mtimeNs, ctimeNs} = stat;
		bytes += Number(size);
		found.set(path, {path, bytes: Number(size), stamp: [dev, ino, size, mtimeNs, ctimeNs].join(' ')});
		if (found.size > bounds.files) throw tooMany(pattern, `more than ${bounds.files} files`);
		if (bytes > bounds.bytes) throw tooMany(pattern, `more than ${Math.round(bounds.bytes / 2 ** 30)} GiB`);
	};
	const takeFolder = (folder: string): void => {
		for (const entry of readFolder(folder)) {
			if (LEFT_OUT.has(entry.name)) continue;
			if (entry.isDirectory()) takeFolder(join(folder, entry.name));
			else if (!leadsToFolder(folder, entry)) take(join(folder, entry.name));
		}
	};
	const walk = (folder: string, parts: readonly string[]): void => {
		const [part, ...rest] = parts;
		if (part === undefined) take(folder);
		else if (part === '**') walkAll(folder, parts, rest);
		else if (/[*?]/.test(part)) {
			const expression = compile(part);
			for (const {name} of readFolder(folder))
				if (expression.test(name) && !LEFT_OUT.has(name)) walk(join(folder, name), rest);
		} else walk(join(folder, part), rest);
	};
	const walkAll = (folder: string, parts: readonly string[], rest: readonly string[]): void => {
		walk(folder, rest.length === 0 ? ['*'] : rest);
		for (const entry of readFolder(folder)) {
			if (!entry.isDirectory() || entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) continue;
			walk(join(folder, entry.name), parts);
		}
	};
	const start = pattern.startsWith('/') ? '/' : resolve(base);
	walk(
		start,
		pattern.split('/').filter((part) => part !== '' && part !== '.'),
	);
	return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** How a file is called in a digest: the same wherever the folder lies. */
export const nameInput = (path: string, base: string): string => relative(base, path);

function readFolder(folder: string): readonly Dirent[] {
	try {
		return readdirSync(folder, {withFileTypes: true});
	} catch {
		return [];
	}
}

const leadsToFolder = (folder: string, entry: Dirent): boolean =>
	entry.isSymbolicLink() && (statSync(join(folder, entry.name), {throwIfNoEntry: false})?.isDirectory() ?? false);

/** As shells do, a star stands for no name that begins with a dot. */
const compile = (part: string): RegExp =>
	new RegExp(
		`^${/^[*?]/.test(part) ? '(?!\\.)' : ''}${part
			.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
			.replaceAll('*', '[^/]*')
			.replaceAll('?', '[^/]')}$`,
	);

const tooMany = (pattern: string, what: string): UserError =>
	new UserError(
		`experiment.workload.inputs: ${pattern} names ${what}, which takes too long to be read for each plan.`,
		{
			tryThis: ['name what decides about the numbers: the program, its configuration, the list of the data'],
		},
	);
