import {readFileSync, statSync} from 'node:fs';
import {UserError} from '../domain/errors.ts';
import type {Json} from '../domain/json.ts';

const MOST_BYTES = 16 * 2 ** 20;

/** A configuration of another program: JSON, with comments and commas at the end of lists too, or YAML. */
export async function readConfig(path: string): Promise<Json> {
	const text = readText(path);
	if (/\.ya?ml$/i.test(path)) return parseYaml(path, text);
	const {readJsonc} = await import('./jsonc.ts');
	const read = readJsonc(text);
	if (read.kind === 'faulty') throw refuse(path, read.why);
	return read.value;
}

function readText(path: string): string {
	const size = statSync(path, {throwIfNoEntry: false})?.size;
	if (size === undefined) throw refuse(path, 'it is not there');
	if (size > MOST_BYTES) throw refuse(path, `it has ${size} bytes, and at most ${MOST_BYTES} are read`);
	try {
		return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
	} catch (error) {
		throw refuse(path, (error as Error).message);
	}
}

async function parseYaml(path: string, text: string): Promise<Json> {
	const {parse} = await import('yaml');
	try {
		return parse(text);
	} catch (error) {
		throw refuse(path, (error as Error).message.split('\n')[0] ?? '');
	}
}

const refuse = (path: string, why: string): UserError =>
	new UserError(`The configuration ${path} cannot be read: ${why}.`, {
		tryThis: [`ls -l ${path}`, 'experiment.workload.config=FILE   (JSON, with comments too, or YAML)'],
		exitCode: 3,
	});
