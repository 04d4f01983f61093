import type {Clock} from '../engine/ports.ts';
import {createRecorder} from '../engine/recorder.ts';
import {createStore} from '../journal/store.ts';
import {buildExperimentSummary, buildResults} from '../report/exports.ts';
import type {ImportedRun} from '../report/foreign/import-facts.ts';
import {createRunFolder} from './run-folder.ts';

type ImportRequest = {
	readonly imported: ImportedRun;
	/** Texts of the originals that are kept as logs. */
	readonly readText: (path: string) => string;
	readonly baseDir: string;
	readonly name: string;
	readonly clock: Clock;
	readonly warpdeck: string;
};

/** Writes an imported run as a folder of its own, results before the facts that speak of them; resolves to its path. */
export async function writeImportedRun({
	imported,
	readText,
	baseDir,
	name,
	clock,
	warpdeck,
}: ImportRequest): Promise<string> {
	const startedAt = new Date(clock.now());
	const folder = await createRunFolder({baseDir, name, multirun: false, startedAt, clock, warpdeck});
	const store = createStore();
	const {recordAll, commit} = createRecorder({runStore: folder.store, store, clock});
	try {
		await recordAll(imported.opening);
		for (const {id, latencyMs} of imported.samples) folder.store.appendSamples(id, `${JSON.stringify(latencyMs)}\n`);
		await commitAll(commit, [
			...imported.logs.map(({from, to}) => () => ({path: to, text: readText(from)})),
			...imported.committed.map(({id, result}) => () => ({
				path: `results/${id}.json`,
				text: `${JSON.stringify(result, null, '\t')}\n`,
			})),
		]);
		await recordAll(imported.committed);
		await recordAll(imported.closing);
		const state = store.get();
		await commit('results.json', `${JSON.stringify(buildResults(state), null, '\t')}\n`);
		await commit('experiment_summary.json', `${JSON.stringify(buildExperimentSummary(state, state.at), null, '\t')}\n`);
	} finally {
		await folder.store.close();
	}
	return folder.path;
}

/** Each is an open file while it is written. */
const MOST_AT_ONCE = 64;

async function commitAll(
	commit: (path: string, text: string) => Promise<void>,
	files: readonly (() => {readonly path: string; readonly text: string})[],
): Promise<void> {
	for (let from = 0; from < files.length; from += MOST_AT_ONCE) {
		const some = files.slice(from, from + MOST_AT_ONCE).map((build) => build());
		await Promise.all(some.map(({path, text}) => commit(path, text)));
	}
}
