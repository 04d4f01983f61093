import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {JsonObject} from '../domain/json.ts';
import type {RunFolder} from '../effects/run-folder.ts';
import {createDerivedFiles, type DerivedFiles} from '../engine/derived-files.ts';
import type {Clock} from '../engine/ports.ts';
import type {RunState} from '../journal/state.ts';
import type {Store} from '../journal/store.ts';
import {buildExperimentSummary} from '../report/experiment-summary.ts';
import {buildResults} from '../report/exports.ts';

const SUMMARY = 'experiment_summary.json';

type Deriving = {
	readonly folder: Pick<RunFolder, 'store'>;
	readonly resultsFile: string;
	readonly clock: Clock;
};

/** What is made of the journal alone, kept up to date while it grows. */
export function deriveFiles({folder, clock, resultsFile}: Deriving, {get}: Pick<Store, 'get'>): DerivedFiles {
	return createDerivedFiles({
		commit: folder.store.commitFile,
		clock,
		files: [
			{path: resultsFile, build: () => buildResults(get())},
			{path: SUMMARY, build: (): JsonObject => buildExperimentSummary(get(), clock.now())},
		],
	});
}

/** Writes them a last time; the journal has all that they would have said. */
export async function finishFiles(derived: DerivedFiles): Promise<void> {
	const problem = await derived.finish();
	if (problem !== null) process.stderr.write(`warning: ${problem}; the journal has it all: warpdeck summary\n`);
}

/** A runner that was killed behind its last fact has left files without the last results, or none. */
export function areFilesBehind(folder: string, resultsFile: string, state: RunState): boolean {
	try {
		readFileSync(join(folder, SUMMARY));
		const written: unknown = JSON.parse(readFileSync(join(folder, resultsFile), 'utf8'));
		return JSON.stringify(written) !== JSON.stringify(buildResults(state));
	} catch {
		return true;
	}
}
