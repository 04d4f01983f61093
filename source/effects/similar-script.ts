import {type Dirent, readdirSync} from 'node:fs';
import {basename, join, parse} from 'node:path';
import {findNearest} from '../domain/errors.ts';

const MOST_FILES = 2000;
const DEEPEST = 5;
const LEFT_OUT = new Set(['node_modules', '__pycache__', 'venv', 'site-packages', 'dist', 'build', 'outputs']);

/** For a script that is not there: one of its name elsewhere or with another ending, else one with a name like it. */
export function findSimilarScript(script: string, folder: string): string | undefined {
	const there = listScripts(folder);
	const wanted = parse(script).name;
	const same = there.find((path) => parse(path).name === wanted);
	const nearest = findNearest(
		wanted,
		there.map((path) => parse(path).name),
	);
	return same ?? there.find((path) => parse(path).name === nearest);
}

function listScripts(root: string): readonly string[] {
	const found: string[] = [];
	const walk = (folder: string, depth: number): void => {
		for (const entry of readFolder(join(root, folder))) {
			if (found.length >= MOST_FILES) return;
			const path = join(folder, entry.name);
			const isOwn = !entry.name.startsWith('.') && !LEFT_OUT.has(basename(path));
			if (entry.isDirectory() && isOwn && depth < DEEPEST) walk(path, depth + 1);
			else if (entry.isFile() && /\.(py|sh|js|mjs)$/.test(entry.name)) found.push(path);
		}
	};
	walk('', 0);
	return found;
}

function readFolder(folder: string): readonly Dirent[] {
	try {
		return readdirSync(folder, {withFileTypes: true}).toSorted((a, b) => (a.name < b.name ? -1 : 1));
	} catch {
		return [];
	}
}
