import {relative} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {UserError} from '../domain/errors.ts';
import {listRuns} from '../effects/find-run.ts';
import {readPresence} from '../effects/run-presence.ts';
import type {RunState} from '../journal/state.ts';
import {quoteForShell} from '../plan/override-text.ts';
import type {PickerScene} from '../tui/picker-source.ts';
import {isFinished} from './find-unfinished.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';

/** Reading a night of ten thousand takes a while, and what is older is not what somebody came back for. */
const RUNS_READ = 5;

/** The newest run with something left that no runner works on; says nothing, because a screen is drawn meanwhile. */
export async function findUnfinishedRun(): Promise<PickerScene['unfinished']> {
	const runs = listBaseDirs()
		.flatMap(listRuns)
		.toSorted((a, b) => (`${a.day}/${a.time}` < `${b.day}/${b.time}` ? 1 : -1));
	for (const {path} of runs.slice(0, RUNS_READ)) {
		await turn();
		const state = readState(path);
		if (!state?.opened || state.opened.simulated || state.opened.foreign || isFinished(state) || isWorkedOn(path))
			continue;
		const {waiting, active, invalid, failed} = state.counts;
		const command = `warpdeck resume ${quoteForShell(relative('', path) || path)}`;
		return {suite: state.opened.suite, left: waiting + active + invalid + failed, command};
	}
	return null;
}

function readState(path: string): RunState | null {
	try {
		return loadRun(path).state;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return null;
	}
}

/** A holder that cannot be seen from here might be alive. */
const isWorkedOn = (path: string): boolean => ['alive', 'unseen'].includes(readPresence(path, Date.now()).kind);
