import {UserError} from '../domain/errors.ts';
import {findRun, listRuns} from '../effects/find-run.ts';
import {countPostponed, isHeldBack} from '../journal/campaign-end.ts';
import type {RunState} from '../journal/state.ts';
import {isPlanTorn} from './check-resume.ts';
import {loadRun} from './load-run.ts';

/** The run that `resume` means: RUN, else the newest one that has something left; null when every run has succeeded. */
export async function findUnfinished(baseDirs: readonly string[], query?: string): Promise<string | null> {
	if (query !== undefined) return findRun(baseDirs, query);
	const newest = await findRun(baseDirs);
	let succeeded = false;
	for (const path of listPaths(baseDirs, newest)) {
		const state = readState(path);
		if (!state?.opened || state.opened.simulated || state.opened.foreign || isPlanTorn(state)) continue;
		if (!isFinished(state)) return path;
		succeeded = true;
	}
	// Without any run that could be resumed, the newest one is refused with the reason.
	return succeeded ? null : newest;
}

/** Whether nothing is left to run, and the run's last facts and files are written too. */
export const isFinished = (state: RunState): boolean => {
	const {counts, closed} = state;
	const open = counts.waiting + counts.active + counts.invalid + counts.failed;
	return open + countPostponed(state) === 0 && closed?.reason === 'finished' && !isHeldBack(state);
};

/** Newest first over all base folders; the order of `findRun` decides between folders. */
function listPaths(baseDirs: readonly string[], newest: string): readonly string[] {
	const runs = baseDirs.flatMap(listRuns);
	const sorted = runs.toSorted((a, b) =>
		`${b.day}/${b.time}`.localeCompare(`${a.day}/${a.time}`, 'en', {numeric: true}),
	);
	return [...new Set([newest, ...sorted.map(({path}) => path)])];
}

/** A run that cannot be read (one of a newer warpdeck, say) is passed over, and said to be. */
function readState(path: string): RunState | null {
	try {
		return loadRun(path).state;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		process.stderr.write(`warning: ${error.message}\n`);
		return null;
	}
}
