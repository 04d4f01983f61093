import {accessSync, constants, statSync} from 'node:fs';
import {delimiter, resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';

export type Environment = {readonly [name: string]: string | undefined};

/** The absolute path that the name stands for in this PATH and folder; throws what is wrong with it. */
export function findProgram(name: string, env: Environment, cwd: string): string {
	if (name === '') throw noProgram();
	if (name.includes('/')) return requireExecutable(name, resolve(cwd, name));
	const candidates = (env.PATH ?? '').split(delimiter).map((folder) => resolve(cwd, folder, name));
	const present = candidates.filter(isFile);
	const program = present.find(isExecutable);
	if (program !== undefined) return program;
	throw present[0] === undefined ? notFound(name) : notExecutable(present[0]);
}

/** Throws when there is no such folder, which the kernel would report as a missing program. */
export function requireFolder(cwd: string): void {
	if (statSync(cwd, {throwIfNoEntry: false})?.isDirectory()) return;
	throw new UserError(`The working folder '${cwd}' does not exist.`, {
		tryThis: [`mkdir -p '${cwd}'`, 'experiment.workload.cwd=FOLDER   # a folder that exists'],
	});
}

function requireExecutable(name: string, path: string): string {
	if (!isFile(path)) throw notFound(name);
	if (!isExecutable(path)) throw notExecutable(path);
	return path;
}

const isFile = (path: string) => statQuietly(path)?.isFile() ?? false;

function statQuietly(path: string) {
	try {
		return statSync(path, {throwIfNoEntry: false});
	} catch {
		return undefined;
	}
}

export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

const noProgram = () =>
	new UserError('The command of this experiment is empty.', {
		tryThis: ['experiment.workload.command=[PROGRAM,ARGUMENT]   # name the program to run'],
	});

const notFound = (name: string) =>
	new UserError(`The program '${name}' does not exist here.`, {
		tryThis: [`command -v ${name}   # finds it when it is installed`, 'experiment.workload.command=[/path/to/PROGRAM]'],
		exitCode: 3,
	});

const notExecutable = (path: string) =>
	new UserError(`The file '${path}' is not executable.`, {tryThis: [`chmod +x '${path}'`], exitCode: 3});
