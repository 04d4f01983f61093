import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Experiment} from '../domain/experiment.ts';
import {findOption} from '../plan/ncu-options.ts';
import {nameWorkerFolder} from '../plan/profiler-command.ts';
import type {SideCar} from '../report/profile/capture-metadata.ts';
import {writeAllAtomically} from './atomic-file.ts';

/** Endings of reports of nsys; the second one is that of versions before 2021.4. */
const ENDINGS = ['.nsys-rep', '.qdrep'] as const;

/** The path of an experiment's report without its ending. */
export const stemOf = (runDir: string, {id, capture}: Experiment): string => join(runDir, capture?.report ?? id);

export const workerFolderOf = (runDir: string, {capture}: Experiment, key: string): string =>
	join(runDir, nameWorkerFolder(capture?.report ?? '', key));

/** Nothing of an earlier attempt may be taken for this one's. */
export async function clearReport(stem: string): Promise<void> {
	await mkdir(dirname(stem), {recursive: true});
	const endings = [...ENDINGS, '.qdstrm', '.sqlite', '.csv', '.json'];
	await Promise.all(endings.map((ending) => rm(`${stem}${ending}`, {force: true})));
}

/** The same for a process that serves many. */
export async function emptyFolder(folder: string): Promise<void> {
	await mkdir(folder, {recursive: true});
	await Promise.all(listStems(folder).map(clearReport));
}

/** A report of nsys that holds something; null where there is none. */
export const findReport = (stem: string): string | null =>
	ENDINGS.map((ending) => `${stem}${ending}`).find((path) => measure(path) > 0) ?? null;

/** Paths without their endings of the reports in a folder that may not be there yet. */
export function listStems(folder: string): readonly string[] {
	if (!existsSync(folder)) return [];
	const names = readdirSync(folder).filter((name) => ENDINGS.some((ending) => name.endsWith(ending)));
	// By their numbers, because of two reports of one experiment the later one holds.
	const ordered = names.toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true}));
	return ordered.map((name) => join(folder, name.replace(/\.(?:nsys-rep|qdrep)$/, ''))).filter(findReport);
}

/** Gives the files of a capture the name of whose they are. */
export async function renameCapture(from: string, to: string): Promise<void> {
	for (const ending of [...ENDINGS, '.sqlite']) {
		if (existsSync(`${from}${ending}`)) await rename(`${from}${ending}`, `${to}${ending}`);
	}
}

const measure = (path: string): number => statSync(path, {throwIfNoEntry: false})?.size ?? 0;

/** Whatever is there of it: ncu that was refused has written a few lines, or nothing. */
export function readText(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

/** Tells whoever analyses the report, perhaps elsewhere and years later, whose it is. */
export async function writeSideCar(stem: string, experiment: Experiment): Promise<void> {
	const {runId, id, model, gpuId, numaNode, params, profiler, capture} = experiment;
	const sideCar: SideCar & {readonly [more: string]: unknown} = {
		warpdeck_capture: 1,
		run_id: runId,
		id,
		profiler,
		model,
		gpu: gpuId,
		numa_node: numaNode,
		params,
		options: capture?.options ?? [],
		...(profiler === 'ncu' ? listControls(experiment) : {}),
	};
	await writeAllAtomically([{path: `${stem}.json`, text: `${JSON.stringify(sideCar, null, '\t')}\n`}]);
}

/** What ncu was told of clocks and caches, without which its figures cannot be compared. */
export function listControls({capture}: Pick<Experiment, 'capture'>) {
	const find = (name: string) => findOption(capture?.options ?? [], name) ?? 'unknown';
	return {clockControl: find('--clock-control'), cacheControl: find('--cache-control')};
}
