import {closeSync, existsSync, openSync, readSync} from 'node:fs';
import {basename, resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {type Environment, findProgram, requireFolder} from './find-program.ts';
import {findSimilarScript} from './similar-script.ts';

type Fault = {readonly message: string; readonly advice: string};

type Wanted = {
	readonly argv: readonly string[];
	readonly env: Environment;
	readonly cwd: string;
	/** The folder is made for it, so that nothing is in it. */
	readonly isMade: boolean;
	/** Where warpdeck was started. */
	readonly start: string;
};

/** Why a command could not be started here, before a night is spent on it; null where nothing stands against it. */
export function examineProgram({argv, env, cwd, isMade, start}: Wanted): Fault | null {
	const [program = ''] = argv;
	const assigned = /^([A-Za-z_]\w*)=(.*)$/s.exec(program);
	if (assigned) {
		return {
			message: `${program} is no program: no shell reads the command.`,
			advice: `experiment.workload.env.${assigned[1]}=${assigned[2]}, and the program first`,
		};
	}
	try {
		if (!isMade) requireFolder(cwd);
		const path = findProgram(program, env, isMade ? start : cwd);
		return examineFirstLine(path, env) ?? examineScript(argv, {cwd, isMade, start});
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return {message: error.message, advice: error.tryThis[0]};
	}
}

/** A file without `#!` would be run by a shell, line by line, whatever it is written in. */
function examineFirstLine(path: string, env: Environment): Fault | null {
	const begin = readBegin(path);
	if (begin === null || begin.includes(0) || begin.subarray(0, 4).equals(ELF)) return null;
	const [line = ''] = begin.toString('utf8').split('\n');
	if (!line.startsWith('#!')) {
		return {
			message: `${path} does not say what runs it: its first line is no #! line.`,
			advice: `put #!/usr/bin/env python3 (or what it needs) in its first line, or name that first: experiment.workload.command=[python3,${path}]`,
		};
	}
	if (line.endsWith('\r')) {
		return {
			message: `The first line of ${path} ends as on Windows, so that no such interpreter is found.`,
			advice: `sed -i 's/\\r$//' ${path}`,
		};
	}
	const [interpreter = '', ...words] = line.slice(2).trim().split(/\s+/);
	const named =
		basename(interpreter) === 'env' ? words.find((word) => !word.startsWith('-') && !word.includes('=')) : interpreter;
	try {
		findProgram(named ?? interpreter, env, '/');
		return null;
	} catch {
		return {
			message: `${path} wants to be run by ${named ?? interpreter}, which is not here.`,
			advice: `head -1 ${path}   # names it; install it, or name another one first in experiment.workload.command`,
		};
	}
}

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** null: it cannot be read, which the system does not need for a program that is only executable. */
function readBegin(path: string): Buffer | null {
	try {
		const descriptor = openSync(path, 'r');
		try {
			const bytes = Buffer.alloc(256);
			return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
		} finally {
			closeSync(descriptor);
		}
	} catch {
		return null;
	}
}

/** `python -u solve.py`: that one has to be there too. */
function examineScript(
	argv: readonly string[],
	{cwd, isMade, start}: Pick<Wanted, 'cwd' | 'isMade' | 'start'>,
): Fault | null {
	const script = findScript(argv);
	if (script === null || existsSync(resolve(cwd, script))) return null;
	const own = resolve(start, script);
	if (isMade && existsSync(own)) {
		return {
			message: `${script} is in ${start}, and the program starts in a folder of its own.`,
			advice: `write \${start_dir}/${script}`,
		};
	}
	const similar = findSimilarScript(script, isMade ? start : cwd);
	return {
		message: `${argv[0]} is asked to run ${script}, which is not in ${isMade ? start : cwd}.`,
		advice:
			similar !== undefined
				? `${similar} is there`
				: 'correct the path in experiment.workload.command, or say where it starts: experiment.workload.cwd=FOLDER',
	};
}

/** Whether what is examined is the same for every experiment, whatever fills the placeholders behind it. */
export function isFixed([program = '', ...words]: readonly string[]): boolean {
	const end = INTERPRETER.test(basename(program)) ? words.findIndex((word) => !word.startsWith('-')) : -1;
	return ![program, ...words.slice(0, end + 1)].some((word) => word.includes(`\${`));
}

const INTERPRETER = /^(python[\d.]*|bash|sh)$/;
const SCRIPT = /\.(py|sh)$/;

/** The file that an interpreter is given, where that can be told for sure. */
export function findScript([program = '', ...words]: readonly string[]): string | null {
	if (!INTERPRETER.test(basename(program))) return SCRIPT.test(program) ? program : null;
	const first = words.find((word, index) => !word.startsWith('-') && !/^-[XW]$/.test(words[index - 1] ?? ''));
	const isOther = words
		.slice(0, first === undefined ? words.length : words.indexOf(first))
		.some((word) => /^-[a-zA-Z]*[cm]$/.test(word));
	return first !== undefined && !isOther && SCRIPT.test(first) ? first : null;
}
