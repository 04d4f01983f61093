import {basename, dirname, join} from 'node:path';
import {blotOutLogs} from '../effects/blot-out.ts';
import {ARCHIVE_ENDING, type Manifest, writeArchive} from '../effects/run-archive.ts';
import {readPresence} from '../effects/run-presence.ts';
import type {RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {VERSION} from './arguments.ts';

type ToArchive = {
	/** Of the run. */
	readonly folder: string;
	/** Read before the files are: everything that its facts speak of is on the disk. */
	readonly state: RunState;
	/** Must not be there yet. */
	readonly target: string;
};

/** Writes a run as one file, with the hash of everything in it and the names of what is missing. */
export function archiveRun({folder, state, target}: ToArchive): Promise<Manifest> {
	blotOutLogs(join(folder, state.opened?.output.logsDir ?? 'logs'), process.env);
	return writeArchive({folder, target, expected: listExpected(state), about: describe(folder, state)});
}

/** `numa_study_2026-11-28_23-00-00.tar.zst`; `number` tells a further one of the same run. */
export const nameArchive = (folder: string, number = 1): string =>
	`${basename(dirname(dirname(folder)))}_${basename(dirname(folder))}_${basename(folder)}${number > 1 ? `-${number}` : ''}${ARCHIVE_ENDING}`;

const describe = (folder: string, {opened, seq}: RunState) => ({
	warpdeck: VERSION,
	run: folder,
	suite: opened?.suite ?? '',
	at: Date.now(),
	lastSeq: seq,
	live: readPresence(folder, Date.now()).kind === 'alive',
});

/** Files without which the journal says more than the folder has. */
function listExpected({experiments, opened, closed}: RunState): readonly string[] {
	const committed = [...iterate(experiments)].flatMap(({experiment: {id}, stage}) =>
		stage.kind === 'committed' ? [`results/${id}.json`, stage.result.stdoutLog, stage.result.stderrLog] : [],
	);
	const derived = closed ? [opened?.output.resultsFile ?? 'results.json', 'experiment_summary.json'] : [];
	return ['journal.jsonl', ...derived, ...committed];
}
