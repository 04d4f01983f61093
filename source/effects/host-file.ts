import {readFile} from 'node:fs/promises';
import type {z} from 'zod';
import {findNearest, UserError} from '../domain/errors.ts';
import type {Machine} from '../domain/topology.ts';
import {hostSchema, KNOWN_KEYS} from './host-schema.ts';
import type {SimulatedRates} from './simulated-rates.ts';

type HostFile = {
	readonly machine: Machine;
	/** Null when the file describes a machine without saying how fast it is. */
	readonly simulation: SimulatedRates | null;
};

export type SimulatedHost = HostFile & {readonly simulation: SimulatedRates};

const EXAMPLE = 'fixtures/hosts/four-gpus-four-nodes.json   # a whole example, in the source of warpdeck';

/** A machine to plan for: the JSON of a Machine, with what a program can complete left out; its origin becomes `file`. */
export async function readHostFile(path: string): Promise<HostFile> {
	const json = await parseText(await readText(path), path);
	const parsed = hostSchema.safeParse(json);
	if (parsed.success) return parsed.data;
	throw explainIssue(parsed.error.issues[0], path);
}

/** A machine to play: the same file, which has to have a `simulation`; its origin becomes `simulated`. */
export async function readSimulatedHost(path: string): Promise<SimulatedHost> {
	const {machine, simulation} = await readHostFile(path);
	if (simulation === null) {
		throw new UserError(`The host file '${path}' has no key simulation, so nobody knows how fast to play it.`, {
			tryThis: [EXAMPLE, `warpdeck plan --topology '${path}'   # plans for that machine without playing it`],
		});
	}
	return {machine: {...machine, topology: {...machine.topology, origin: 'simulated'}}, simulation};
}

async function readText(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		const why = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`;
		throw new UserError(`The host file '${path}' ${why}.`, {
			tryThis: [`ls -l '${path}'   # the path counts from this folder`, EXAMPLE],
			cause: error,
		});
	}
}

async function parseText(text: string, path: string): Promise<unknown> {
	const {readJsonc} = await import('./jsonc.ts');
	const read = readJsonc(text);
	if (read.kind === 'read') return read.value;
	throw new UserError(`The host file '${path}' is not JSON: ${read.why}.`, {
		tryThis: [`put it right in '${path}'`, EXAMPLE],
	});
}

function explainIssue(issue: z.core.$ZodIssue | undefined, path: string): UserError {
	const key = issue?.path.join('.') ?? '';
	if (issue?.code === 'unrecognized_keys') return rejectKey(issue.keys[0] ?? '', key, path);
	const place = key === '' ? '' : `${key}: `;
	return new UserError(`The host file '${path}' describes no machine: ${place}${issue?.message ?? 'it is empty'}.`, {
		tryThis: [`put ${key || 'topology'} right in '${path}'`, EXAMPLE],
	});
}

function rejectKey(name: string, parent: string, path: string): UserError {
	const nearest = findNearest(name, KNOWN_KEYS);
	const full = parent === '' ? name : `${parent}.${name}`;
	return new UserError(`The host file '${path}' has the key ${full}, which nothing reads.`, {
		tryThis: [nearest ? `write ${nearest} instead   # the nearest known key` : `take ${full} out`, EXAMPLE],
	});
}
