import {findNearest} from '../domain/errors.ts';
import type {Problem} from './plan.ts';

/** Reads a file of the folder in which a command starts; null: there is none. */
type ReadScript = (path: string) => string | null;

export type ScriptFaults = {readonly problems: readonly Problem[]; readonly notices: readonly string[]};

const NO_FAULT: ScriptFaults = {problems: [], notices: []};

/** Modules that are not there, and options that a script names nowhere, before a night is spent on them. */
export function checkScript(argv: readonly string[], read: ReadScript): ScriptFaults {
	const script = findScript(argv);
	if (script === null || script.path.includes('${')) return NO_FAULT;
	const text = read(script.path);
	if (text !== null) return {problems: [], notices: findForeignOptions(script, text)};
	return script.module === null ? NO_FAULT : findMissingModule(script.module, read);
}

type Script = {readonly path: string; readonly module: string | null; readonly rest: readonly string[]};

const INTERPRETER = /(^|\/)(python[\d.]*|bash|sh)$/;

/** Behind an interpreter and its options, or the program itself where it has a path. */
function findScript([program = '', ...rest]: readonly string[]): Script | null {
	if (!INTERPRETER.test(program)) return program.includes('/') ? {path: program, module: null, rest} : null;
	// `-c`, and `-euc` too: what follows is no file.
	const at = rest.findIndex((word) => !word.startsWith('-') || /^-[A-Za-z]*[cm]$/.test(word));
	const [word = '', next = ''] = rest.slice(Math.max(0, at));
	if (at === -1 || /^-[A-Za-z]*c$/.test(word)) return null;
	if (!/^-[A-Za-z]*m$/.test(word)) return {path: word, module: null, rest: rest.slice(at + 1)};
	return {path: `${next.replaceAll('.', '/')}.py`, module: next, rest: rest.slice(at + 2)};
}

/** A module may be installed anywhere, unless the package that it would be in is here. */
function findMissingModule(module: string, read: ReadScript): ScriptFaults {
	const [first = ''] = module.split('.');
	const path = module.replaceAll('.', '/');
	if (read(first) === null || read(`${path}/__main__.py`) !== null) return NO_FAULT;
	return {
		problems: [
			{
				message: `python -m ${module}: the folder ${first} is here, and ${path}.py is not.`,
				advice:
					'correct the name in experiment.workload.command, or say where it starts: experiment.workload.cwd=FOLDER',
				cells: 1,
			},
		],
		notices: [],
	};
}

const READS_OPTIONS = /\b(argparse|optparse|click|typer|getopts|absl|docopt)\b|case "?\$/;

function findForeignOptions({path, rest}: Script, text: string): readonly string[] {
	if (!READS_OPTIONS.test(text)) return [];
	const known = [...new Set(text.match(/--[a-z][\w-]*/gi))];
	const given = rest.flatMap((word) => /^(--[a-z][\w-]*)(=|$)/i.exec(word)?.[1] ?? []);
	return given
		.filter((option) => !known.includes(option))
		.map((option) => {
			const nearest = findNearest(option, known);
			const named = nearest ?? (known.slice(0, 12).join(', ') || 'none');
			return `${path} mentions the option ${option} nowhere; ${nearest ? 'the nearest that it mentions' : 'it mentions'}: ${named}.`;
		});
}
