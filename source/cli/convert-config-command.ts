import {readFileSync} from 'node:fs';
import {basename, dirname, join, parse} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {writeAllAtomically} from '../effects/atomic-file.ts';
import {describeFileProblem} from '../effects/file-problem.ts';
import {readJsonc} from '../effects/jsonc.ts';
import {type Conversion, convertConfig} from '../plan/convert-config.ts';
import {editJsonText} from '../plan/edit-json-text.ts';
import {countNoun} from '../report/figures.ts';
import {diffLines} from '../report/line-diff.ts';
import {checkFlags} from './arguments.ts';
import {type ConversionOptions, readConversionOptions} from './conversion-options.ts';
import type {Invocation} from './dispatch.ts';

const FLAGS = [
	'to',
	'device',
	'lowMemory',
	'batchSize',
	'dtype',
	'suffix',
	'output',
	'dryRun',
	'force',
	'overwrite',
	'rename',
] as const;

/** What became of one file; `refused` and a warning end with exit code 1, `unreadable` with 2. */
type Outcome = 'written' | 'shown' | 'unchanged' | 'refused' | 'unreadable';

/** Where a command prints; a test reads it. */
type Said = {readonly out: (text: string) => void; readonly err: (text: string) => void};

const STREAMS: Said = {out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text)};

/** `warpdeck convert-config FILE…`: configurations of one kind of device as those of another, in files beside them. */
export const run = (invocation: Invocation): Promise<number> => convertFiles(invocation, STREAMS);

export async function convertFiles({words, flags}: Invocation, say: Said): Promise<number> {
	checkFlags('convert-config', flags, FLAGS);
	const options = readConversionOptions(words, flags);
	const told: {readonly outcome: Outcome; readonly warned: boolean}[] = [];
	for (const path of words) told.push(await convertFile(path, options, say));
	const count = (outcome: Outcome) => told.filter((one) => one.outcome === outcome).length;
	if (words.length > 1) {
		const done = options.dryRun ? `${count('shown')} would be written` : `${count('written')} written`;
		say.err(
			`${countNoun(words.length, 'file')}: ${done}, ${count('unchanged')} as it should be already, ${count('refused') + count('unreadable')} refused\n`,
		);
	}
	if (count('unreadable') > 0) return 2;
	return told.some(({outcome, warned}) => warned || outcome === 'refused') ? 1 : 0;
}

async function convertFile(path: string, options: ConversionOptions, say: Said) {
	const read = readConfig(path);
	if (read.kind === 'faulty') {
		say.err(`error: ${path}: ${read.why}; it was not converted.\n`);
		return {outcome: 'unreadable', warned: true} as const;
	}
	const {text, root} = read;
	const conversion = convertConfig(root, options);
	tell(path, conversion, say);
	const target = options.output ?? nameTarget(path, options.suffix);
	const converted = editJsonText(text, root, conversion.edits);
	// A mistake of ours must not become somebody's configuration.
	if (readJsonc(converted).kind === 'faulty') throw new Error(`the conversion of ${path} is no JSON`);
	return {outcome: await put({path, text, target, converted}, options, say), warned: conversion.warnings.length > 0};
}

function readConfig(path: string) {
	try {
		const text = readFileSync(path, 'utf8');
		const read = readJsonc(text);
		if (read.kind === 'faulty') return read;
		if (read.root.members) return {...read, text};
		return {kind: 'faulty', why: 'it is not a dictionary of keys'} as const;
	} catch (error) {
		return {kind: 'faulty', why: describeFileProblem('it cannot be read', error).message.replace(/\.$/, '')} as const;
	}
}

function tell(path: string, {warnings, notes}: Conversion, say: Said): void {
	for (const warning of warnings) say.err(`warning: ${path}: ${warning}\n`);
	for (const note of notes) say.err(`note: ${path}: ${note}\n`);
}

function nameTarget(path: string, suffix: string): string {
	const {dir, name, ext} = parse(path);
	return join(dir, `${name.endsWith(suffix) ? name : name + suffix}${ext}`);
}

type Converted = {
	readonly path: string;
	readonly text: string;
	readonly target: string;
	readonly converted: string;
};

async function put(
	{path, text, target, converted}: Converted,
	{dryRun, force}: ConversionOptions,
	say: Said,
): Promise<Outcome> {
	const there = readIfThere(target);
	if (text === converted || there === converted) {
		say.out(`${text === converted ? path : target} is as it should be already\n`);
		return 'unchanged';
	}
	if (dryRun) {
		say.out(diffLines(text, converted, [path, target]));
		return 'shown';
	}
	if (there !== null && !force) {
		say.err(`error: ${target} is there already and is something else.\n  try: --force writes over it\n`);
		return 'refused';
	}
	await write(target, converted);
	say.out(`${target}\n`);
	return 'written';
}

function readIfThere(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw new UserError(`${path} is there and cannot be read: ${(error as Error).message}.`, {
			tryThis: ['--output FILE   (another name)'],
			cause: error,
		});
	}
}

async function write(path: string, text: string): Promise<void> {
	const [result] = await writeAllAtomically([{path: join(dirname(path), basename(path)), text}]);
	if (result?.status === 'rejected')
		throw describeFileProblem(`${path} could not be written`, result.reason, '--output FILE   (another folder)');
}
