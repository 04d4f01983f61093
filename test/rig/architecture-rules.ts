import {posix} from 'node:path';

/** A file of ours: `path` from the repository's root, with `/`. */
export type SourceFile = {readonly path: string; readonly text: string};

export type Import = {
	/** As it is written. */
	readonly from: string;
	/** `type`: gone before the program runs; `dynamic`: loaded only when it is asked for. */
	readonly kind: 'static' | 'type' | 'dynamic';
};

/** What the folders of `source/` may import of each other; one that is not listed is not allowed at all. */
const MAY_IMPORT: {readonly [folder: string]: readonly string[]} = {
	domain: ['domain'],
	journal: ['domain', 'journal'],
	plan: ['domain', 'journal', 'plan'],
	report: ['domain', 'journal', 'report'],
	engine: ['domain', 'journal', 'plan', 'report', 'engine'],
	effects: ['domain', 'journal', 'plan', 'report', 'engine', 'effects'],
	tui: ['domain', 'journal', 'plan', 'report', 'tui'],
	cli: ['domain', 'journal', 'plan', 'report', 'engine', 'effects', 'tui', 'cli', 'workload'],
	workload: ['domain', 'workload'],
};

const PURE = ['domain', 'journal', 'plan', 'report'];

/** Names that bring in time, chance or the world; a variable may be called `process`, its members may not be read. */
const IMPURE: readonly (readonly [name: string, pattern: RegExp])[] = [
	['Date', /(?<![.\w])Date\b/],
	[
		'process',
		/(?<![.\w])process\s*\.\s*(env|argv|pid|cwd|exit|on|stdout|stderr|stdin|hrtime|nextTick|platform|version)/,
	],
	['a timer', /(?<![.\w])(setTimeout|setInterval|setImmediate|queueMicrotask)\b/],
	['performance', /(?<![.\w])performance\b/],
	['Math.random', /\bMath\s*\.\s*random\b/],
	['crypto', /(?<![.\w])crypto\s*\./],
	['globalThis', /\bglobalThis\b/],
	['fetch', /(?<![.\w])fetch\s*\(/],
];

export const LONGEST_FILE = 300;

export function listImports(text: string): readonly Import[] {
	const code = stripComments(text);
	const found: Import[] = [];
	for (const [, type, from] of code.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s*'([^']+)'/gm)) {
		found.push({from: from ?? '', kind: type ? 'type' : 'static'});
	}
	for (const [, from = ''] of code.matchAll(/^\s*import\s*'([^']+)'/gm)) found.push({from, kind: 'static'});
	for (const [, from = ''] of code.matchAll(/\b(?:import|require)(?:\.resolve)?\s*\(\s*'([^']+)'/g))
		found.push({from, kind: 'dynamic'});
	return found;
}

/** One line a fault, none when the file keeps to the arrows; types count too, because they tie folders together as well. */
export const findForeignImports = ({path, text}: SourceFile): readonly string[] =>
	listImports(text).flatMap(({from}) => {
		const folder = folderOf(path);
		const target = targetOf(path, from);
		if (target !== null) {
			const allowed = target === 'package.json' ? folder === 'cli' : MAY_IMPORT[folder]?.includes(folderOf(target));
			return allowed ? [] : [`${path} imports ${from}`];
		}
		return mayUse(folder, from) ? [] : [`${path} imports ${from}`];
	});

function mayUse(folder: string, name: string): boolean {
	if (folder === 'domain') return name === 'zod';
	// The schema's own kinds of error are all that the plan knows of zod.
	if (folder === 'plan') return name === 'zod';
	if (folder === 'workload') return name.startsWith('node:');
	return !PURE.includes(folder);
}

export function findImpurities({path, text}: SourceFile): readonly string[] {
	if (!PURE.includes(folderOf(path))) return [];
	const code = stripTexts(stripComments(text));
	return IMPURE.filter(([, pattern]) => pattern.test(code)).map(([name]) => `${path} names ${name}`);
}

export function findBadForm({path, text}: SourceFile): readonly string[] {
	const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
	const faults: string[] = [];
	if (lines > LONGEST_FILE) faults.push(`${path} has ${lines} lines`);
	if (/(utils?|helpers?|manager)\b/i.test(posix.basename(path).replaceAll(/[-.]/g, ' ')))
		faults.push(`${path} says nothing by its name`);
	if (!path.endsWith('.d.ts') && /^\s*export\s+default\b|\bas\s+default\b/m.test(stripTexts(stripComments(text)))) {
		faults.push(`${path} has a default export`);
	}
	return faults;
}

/** Packages that a program loads before its first line runs, from `entry` through the files that it imports. */
export const listLoadedPackages = (entry: string, files: readonly SourceFile[]): ReadonlySet<string> =>
	walkImports(entry, files).packages;

/** Files that it loads, itself among them. */
export const listLoadedFiles = (entry: string, files: readonly SourceFile[]): ReadonlySet<string> =>
	walkImports(entry, files).seen;

function walkImports(entry: string, files: readonly SourceFile[]) {
	const byPath = new Map(files.map((file) => [file.path, file]));
	const packages = new Set<string>();
	const open = [entry];
	const seen = new Set(open);
	for (let path = open.pop(); path !== undefined; path = open.pop()) {
		const file = byPath.get(path);
		if (!file) throw new Error(`${path} is imported and is not there`);
		for (const {from, kind} of listImports(file.text)) {
			if (kind !== 'static' || from.endsWith('.json')) continue;
			const target = targetOf(path, from);
			if (target === null) packages.add(from);
			else if (!seen.has(target)) {
				seen.add(target);
				open.push(target);
			}
		}
	}
	return {packages, seen};
}

const folderOf = (path: string): string => path.split('/')[1] ?? '';

const targetOf = (path: string, from: string): string | null =>
	from.startsWith('.') ? posix.join(posix.dirname(path), from) : null;

const stripComments = (text: string): string =>
	text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|[\s;{}(),])\/\/.*$/gm, '$1');

const stripTexts = (text: string): string =>
	text.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''").replaceAll(/`(?:[^`\\$]|\\.|\$(?!\{))*`/g, '``');
