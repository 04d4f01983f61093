import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {findNearest, UserError} from '../domain/errors.ts';
import {writeCommandProgram, writeCommandStart} from '../plan/start-command.ts';
import {writeSuiteStart, writeWorkloadSuite} from '../plan/start-suite.ts';
import {writeWorkloadStart} from '../workload/start-workload.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';

type Start = {readonly path: string; readonly text: string};

const KINDS = {
	suite: (name: string): readonly Start[] => [{path: `${name}.yaml`, text: writeSuiteStart(name)}],
	workload: (name: string): readonly Start[] => [
		{path: `workloads/${name}.py`, text: writeWorkloadStart(name)},
		{path: `${name}.yaml`, text: writeWorkloadSuite(name)},
	],
} as const;

/** A suite for a program that knows nothing of warpdeck, and such a program to try it with. */
const listCommandStart = (name: string, folder: string): readonly Start[] => [
	{path: `${name}.yaml`, text: writeCommandStart(name, folder)},
	{path: `${name}.py`, text: writeCommandProgram()},
];

const NAME = /^[A-Za-z0-9][\w-]*$/;

/** `warpdeck init suite|workload NAME [--command] [--output FOLDER]`: a commented start that runs as it is; writes over nothing. */
export async function run({words: [kind, name], flags}: Invocation): Promise<number> {
	checkFlags('init', flags, ['output', 'command']);
	const chosen = readKind(kind);
	if (name === undefined || !NAME.test(name)) throw refuseName(kind ?? 'suite', name);
	const folder = resolve(flags.output ?? 'suites');
	const list = flags.command === true ? commandOf(chosen, name, relative('', folder) || '.') : KINDS[chosen](name);
	const starts = list.map(({path, text}) => ({path: join(folder, path), text}));
	// All before any: half a start would be refused the next time.
	const there = starts.find(({path}) => existsSync(path));
	if (there) throw refuseExisting(there.path);
	starts.forEach(write);
	const shown = relative('', folder) || '.';
	for (const {path} of starts) process.stdout.write(`${relative('', path)}\n`);
	process.stdout.write(
		`  try: warpdeck plan ${name} --suites ${shown}\n  try: warpdeck run ${name} --suites ${shown}\n`,
	);
	return 0;
}

function readKind(kind: string | undefined): keyof typeof KINDS {
	if (kind === 'suite' || kind === 'workload') return kind;
	const nearest = kind && findNearest(kind, Object.keys(KINDS));
	throw new UserError(kind === undefined ? 'init writes a suite or a workload.' : `init knows no ${kind}.`, {
		tryThis: nearest
			? [`warpdeck init ${nearest} my_study`]
			: ['warpdeck init suite my_study', 'warpdeck init workload my_program'],
	});
}

function commandOf(kind: keyof typeof KINDS, name: string, folder: string): readonly Start[] {
	if (kind === 'suite') return listCommandStart(name, folder);
	throw new UserError('init workload writes a program that speaks with warpdeck; --command is for suites.', {
		tryThis: [`warpdeck init suite ${name} --command`],
	});
}

const refuseName = (kind: string, name: string | undefined): UserError =>
	new UserError(name === undefined ? `init ${kind} needs a name.` : `${name} cannot be the name of a file here.`, {
		tryThis: [`warpdeck init ${kind} my_study   (letters, digits, _ and -)`],
	});

function write({path, text}: Start): void {
	try {
		mkdirSync(dirname(path), {recursive: true});
		writeFileSync(path, text, {flag: 'wx'});
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw refuseExisting(path);
		throw new UserError(`${relative('', path)} cannot be written: ${(cause as Error).message}.`, {
			tryThis: ['warpdeck init … --output FOLDER'],
			cause,
		});
	}
}

const refuseExisting = (path: string): UserError =>
	new UserError(`${relative('', path)} is there already, and nothing is written over it.`, {
		tryThis: ['warpdeck init with another name, or with --output FOLDER'],
	});
