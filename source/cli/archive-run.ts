import {basename, dirname, sep} from 'node:path';
import {ARCHIVE_ENDING, type Manifest, writeArchive} from '../effects/run-archive.ts';
import {reduceName} from '../effects/run-path.ts';
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
	/** Only what belongs to this phase of a campaign, and to none; absent: everything. */
	readonly phase?: string;
};

/** Writes a run as one file, with the hash of everything in it and the names of what is missing. */
export const archiveRun = ({folder, state, target, phase}: ToArchive): Promise<Manifest> =>
	writeArchive({
		folder,
		target,
		expected: listExpected(state, phase),
		about: describe(folder, state),
		...(phase === undefined ? {} : {isWanted: createChoice(state, phase)}),
	});

/** `numa_study_2026-11-28_23-00-00.tar.zst`; `number` tells a further one of the same run. */
export const nameArchive = (folder: string, number = 1, phase?: string): string => {
	const run = [basename(dirname(dirname(folder))), basename(dirname(folder)), basename(folder)].join('_');
	return phase === undefined ? nameNumbered(run, number) : `${run}_${namePhase(phase, number)}`;
};

/** `baseline.tar.zst`. */
export const namePhase = (phase: string, number: number): string => nameNumbered(reduceName(phase, 'phase'), number);

const nameNumbered = (name: string, number: number): string =>
	`${name}${number > 1 ? `-${number}` : ''}${ARCHIVE_ENDING}`;

const describe = (folder: string, {opened, seq}: RunState) => ({
	warpdeck: VERSION,
	run: folder,
	suite: opened?.suite ?? '',
	at: Date.now(),
	lastSeq: seq,
	live: readPresence(folder, Date.now()).kind === 'alive',
});

/** Files without which the journal says more than the folder has. */
function listExpected({experiments, opened, closed}: RunState, only?: string): readonly string[] {
	const committed = [...iterate(experiments)].flatMap(({experiment: {id, phase}, stage}) =>
		stage.kind === 'committed' && (only === undefined || phase === only)
			? [`results/${id}.json`, stage.result.stdoutLog, stage.result.stderrLog]
			: [],
	);
	const derived = closed ? [opened?.output.resultsFile ?? 'results.json', 'experiment_summary.json'] : [];
	return ['journal.jsonl', ...derived, ...committed];
}

/** Leaves out what experiments of other phases left: a file or a folder that is named after one of them. */
function createChoice({experiments}: RunState, only: string): (path: string) => boolean {
	const phases = new Map([...iterate(experiments)].map(({experiment: {id, phase}}) => [id, phase]));
	const isOthers = (name: string): boolean => {
		const id = findOwner(name, phases);
		return id !== undefined && phases.get(id) !== only;
	};
	return (path) => !path.split(sep).some(isOthers);
}

/** The longest id that the name is, or that it begins with before a dot. */
function findOwner(name: string, ids: ReadonlyMap<string, unknown>): string | undefined {
	for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
		const beginning = name.slice(0, end);
		if (ids.has(beginning)) return beginning;
	}
	return undefined;
}
