import {readFileSync, statSync} from 'node:fs';
import {resolve} from 'node:path';
import {type CommandWorkload, isCommand, listCommands} from '../domain/workload.ts';
import {checkScript, type ScriptFaults} from '../plan/check-scripts.ts';
import type {Preparation} from './prepare.ts';

const MOST_BYTES = 2 ** 20;

/** What is wrong with the scripts of all commands, each told once; on another machine nobody knows what is there. */
export function examineScripts(
	{composition: {jobs}, machine}: Pick<Preparation, 'composition' | 'machine'>,
	start: string,
): ScriptFaults {
	if (machine.topology.origin !== 'measured') return {problems: [], notices: []};
	// What is postponed may lack its program until somebody retries it.
	const starting = jobs.filter(({phase}) => phase?.postponed === undefined);
	const commands = new Map(
		starting.flatMap(({suite: {experiment}}) => (isCommand(experiment.workload) ? listIn(experiment.workload) : [])),
	);
	const faults = [...commands.values()].map(({argv, cwd}) =>
		checkScript(argv, (path) => readScript(resolve(start, cwd, path))),
	);
	return {
		problems: [...new Map(faults.flatMap(({problems}) => problems).map((one) => [one.message, one])).values()],
		notices: [...new Set(faults.flatMap(({notices}) => notices))],
	};
}

type Started = {readonly argv: readonly string[]; readonly cwd: string};

/** In a folder that does not exist yet nothing can be looked for. */
function listIn(workload: CommandWorkload): readonly (readonly [key: string, command: Started])[] {
	const {cwd, folder = 'shared'} = workload;
	if (cwd?.includes('${') || (cwd === undefined && folder !== 'shared')) return [];
	return listCommands(workload).map((argv) => [JSON.stringify([argv, cwd]), {argv, cwd: cwd ?? '.'}]);
}

/** Empty where it is no text to look into: that it is there is enough. */
function readScript(path: string): string | null {
	try {
		const stat = statSync(path, {throwIfNoEntry: false});
		if (!stat) return null;
		return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(path, 'utf8') : '';
	} catch {
		return '';
	}
}
