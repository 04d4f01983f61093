import {findNearest} from '../domain/errors.ts';
import {type CommandWorkload, listCommands} from '../domain/workload.ts';
import type {Problem} from './plan.ts';

/** What can be seen of the folder in which a command starts; paths are relative to it, or absolute. */
export type ScriptFolder = {
	readonly name: string;
	/** null: no such file. */
	readonly read: (path: string) => string | null;
	/** Scripts in it and below, as many as are looked at. */
	readonly list: () => readonly string[];
};

export type ScriptFaults = {readonly problems: readonly Problem[]; readonly notices: readonly string[]};

/** Scripts that are not there, and options that a script names nowhere, before a night is spent on them. */
export function checkScripts(workload: CommandWorkload, folder: ScriptFolder): ScriptFaults {
	const checked = listCommands(workload).map((argv) => checkCommand(argv, folder));
	return {
		problems: checked.flatMap(({problems}) => problems),
		notices: checked.flatMap(({notices}) => notices),
	};
}

const NO_FAULT: ScriptFaults = {problems: [], notices: []};

function checkCommand(argv: readonly string[], folder: ScriptFolder): ScriptFaults {
	const script = findScript(argv);
	if (script === null || script.path.includes('${')) return NO_FAULT;
	const text = folder.read(script.path);
	if (text !== null) return {problems: [], notices: findForeignOptions(script, text)};
	// A module may be installed anywhere, unless its package is here.
	if (script.kind === 'module' && !folder.list().some((path) => path.startsWith(`${script.path.split('/')[0]}/`)))
		return NO_FAULT;
	return {problems: [refuseMissing(script.path, folder)], notices: []};
}

type Script = {readonly kind: 'file' | 'module'; readonly path: string; readonly rest: readonly string[]};

const INTERPRETER = /^(python[\d.]*|bash|sh|zsh|node)$/;

/** Behind an interpreter and its options, or the program itself where it has a path. */
function findScript([program = '', ...rest]: readonly string[]): Script | null {
	if (!INTERPRETER.test(baseName(program))) return program.includes('/') ? {kind: 'file', path: program, rest} : null;
	const at = rest.findIndex((word) => !/^-[^cm]/.test(word));
	const [word = '', next = ''] = rest.slice(at);
	if (at === -1 || word === '-c' || word === '') return null;
	if (word === '-m') return {kind: 'module', path: `${next.replaceAll('.', '/')}.py`, rest: rest.slice(at + 2)};
	return {kind: 'file', path: word, rest: rest.slice(at + 1)};
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const stem = (path: string): string => baseName(path).replace(/\.[^.]*$/, '');

function refuseMissing(path: string, folder: ScriptFolder): Problem {
	const nearest = findSimilar(path, folder.list());
	return {
		message: `The command's script ${path} is not in ${folder.name}.`,
		advice:
			nearest === undefined
				? 'experiment.workload.cwd=FOLDER   (of the program that it belongs to)'
				: `${nearest} is there`,
		cells: 1,
	};
}

/** Of the same name wherever it is and however it ends, else the one with the nearest name. */
function findSimilar(path: string, there: readonly string[]): string | undefined {
	const same = there.find((other) => stem(other) === stem(path));
	const nearest = findNearest(stem(path), there.map(stem));
	return same ?? there.find((other) => stem(other) === nearest);
}

const READS_OPTIONS = /\b(argparse|optparse|click|typer|getopts|absl|docopt)\b|case "?\$/;

function findForeignOptions({path, rest}: Script, text: string): readonly string[] {
	if (!READS_OPTIONS.test(text)) return [];
	const known = new Set(text.match(/--[a-z][\w-]*/gi));
	const given = rest.flatMap((word) => /^(--[a-z][\w-]*)(=|$)/i.exec(word)?.[1] ?? []);
	const foreign = given.filter((option) => !known.has(option));
	if (foreign.length === 0) return [];
	const named = [...known].slice(0, 12).join(', ') || 'none';
	return [`${path} mentions ${foreign.join(', ')} nowhere; options that it mentions: ${named}.`];
}
