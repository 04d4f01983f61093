import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {writeAllAtomically} from '../effects/atomic-file.ts';
import {describeFileProblem} from '../effects/file-problem.ts';
import type {RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';
import type {IcdStatistics} from '../report/icd/icd-statistics.ts';
import {type IcdLayout, layOutIcd} from '../report/icd/lay-out-icd.ts';
import {loadRun} from './load-run.ts';
import {nameFolder} from './printer.ts';

type IcdContext = {
	readonly statistics: IcdStatistics;
	/** Draws the figures that have data into the folder; absent: their data alone is written. */
	readonly draw?: (layout: IcdLayout, folder: string) => Promise<void>;
};

/** `report --layout icd DIR`: the A100 guide's files of a run, in a folder that is new or empty. */
export async function reportIcd({statistics, draw}: IcdContext, run: string, folder: string): Promise<number> {
	const target = resolve(folder);
	refuseFull(target);
	const {state, warnings} = loadRun(run);
	for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
	const layout = layOutIcd(state, {statistics, readSamples: (id) => readSamples(run, state, id)});
	const files = Object.entries(layout.files).map(([path, text]) => ({path: join(target, path), text}));
	for (const outcome of await writeAllAtomically(files)) {
		if (outcome.status === 'rejected') throw describeFileProblem(`${folder} could not be written`, outcome.reason);
	}
	await draw?.(layout, target);
	process.stdout.write(`${nameFolder(target)}: ${files.length} files of ${state.opened?.suite ?? 'a run'}\n`);
	for (const line of layout.missing) process.stderr.write(`not there: ${line}\n`);
	return 0;
}

function refuseFull(target: string): void {
	if (!existsSync(target) || readdirSync(target).length === 0) return;
	throw new UserError(`${nameFolder(target)} is not empty, and what is in it would be mixed with this run.`, {
		tryThis: ['name a folder that is new'],
	});
}

/** A file holds what every attempt has written, so that of a second one nobody knows which are its own. */
function readSamples(run: string, {experiments, positions}: RunState, id: string): readonly number[] {
	const stage = getAt(experiments, positions.get(id) ?? -1)?.stage;
	if (stage?.kind !== 'committed' || stage.attempt !== 1) return [];
	const path = join(run, 'samples', `${id}.jsonl`);
	if (!existsSync(path)) return [];
	return readFileSync(path, 'utf8').split('\n').flatMap(parseLine);
}

/** A torn last line is none. */
function parseLine(line: string): readonly number[] {
	try {
		const values: unknown = JSON.parse(line);
		return Array.isArray(values) ? values.filter((value) => typeof value === 'number') : [];
	} catch {
		return [];
	}
}
