import {resolve} from 'node:path';
import {isCommand} from '../domain/workload.ts';
import {checkScripts, type ScriptFaults} from '../plan/check-scripts.ts';
import type {Composition} from '../plan/compose.ts';

/** What is wrong with the scripts of all commands, each told once; touches nothing where no suite has a command. */
export async function examineScripts({jobs}: Composition, start: string): Promise<ScriptFaults> {
	const workloads = new Map(
		jobs.flatMap(({suite: {experiment}}) => {
			const {workload} = experiment;
			// In a folder that does not exist yet nothing can be looked for.
			const isElsewhere = isCommand(workload) && (workload.cwd?.includes('${') || (workload.folder ?? 'shared') !== 'shared');
			return isCommand(workload) && !isElsewhere ? [[JSON.stringify([workload.command, workload.entry, workload.cwd]), workload]] : [];
		}),
	);
	if (workloads.size === 0) return {problems: [], notices: []};
	const {lookAtScripts} = await import('../effects/script-folder.ts');
	const folders = new Map([...workloads.values()].map(({cwd = '.'}) => [cwd, lookAtScripts(resolve(start, cwd))]));
	const faults = [...workloads.values()].map((workload) => {
		const folder = folders.get(workload.cwd ?? '.');
		return folder ? checkScripts(workload, folder) : {problems: [], notices: []};
	});
	return {
		problems: [...new Map(faults.flatMap(({problems}) => problems).map((one) => [one.message, one])).values()],
		notices: [...new Set(faults.flatMap(({notices}) => notices))],
	};
}
