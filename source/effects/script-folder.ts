import {type Dirent, readdirSync, readFileSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {ScriptFolder} from '../plan/check-scripts.ts';

const MOST_FILES = 2000;
const DEEPEST = 5;
const MOST_BYTES = 2 ** 20;
const LEFT_OUT = new Set(['node_modules', '__pycache__', 'venv', 'site-packages', 'dist', 'build', 'outputs']);

/** The folder as it is now; it is walked once, and only where something is missing. */
export function lookAtScripts(path: string): ScriptFolder {
	let listed: readonly string[] | undefined;
	return {
		name: path,
		read: (script) => readScript(resolve(path, script)),
		list: () => {
			listed ??= listScripts(path);
			return listed;
		},
	};
}

/** Empty where it is no text to look into: that it is there is enough. */
function readScript(path: string): string | null {
	const stat = statSync(path, {throwIfNoEntry: false});
	if (!stat) return null;
	if (!stat.isFile() || stat.size > MOST_BYTES) return '';
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

function listScripts(root: string): readonly string[] {
	const found: string[] = [];
	const walk = (folder: string, depth: number): void => {
		for (const entry of readFolder(join(root, folder))) {
			if (found.length >= MOST_FILES) return;
			const path = join(folder, entry.name);
			if (entry.isDirectory()) {
				if (depth < DEEPEST && !entry.name.startsWith('.') && !LEFT_OUT.has(entry.name)) walk(path, depth + 1);
			} else if (/\.(py|sh|js|mjs)$/.test(entry.name)) found.push(path);
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
