import {existsSync, readdirSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {JOURNAL} from './run-store.ts';

/** One run that a base folder holds. */
type FoundRun = {
	/** Absolute. */
	readonly path: string;
	/** Folder of its suite, `_multirun` included. */
	readonly name: string;
	/** `2026-11-21`. */
	readonly day: string;
	/** `14-30-05`, or `14-30-05-2`. */
	readonly time: string;
};

const MAX_CANDIDATES = 8;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{2}-\d{2}-\d{2}(-\d+)?$/;

/** The folder that RUN means: a folder, the beginning of a time or of `day/time` or of `name/day/time`, or the newest. */
export async function findRun(baseDirs: readonly string[], query?: string): Promise<string> {
	if (query && isRun(query)) return resolve(query);
	const runs = baseDirs.flatMap(listRuns).sort(newestFirst);
	if (!query) return (runs[0] ?? fail(refuseEmpty(baseDirs))).path;
	const wanted = query.replace(/\/$/, '');
	const exact = runs.filter((run) => nameRun(run).includes(wanted));
	const matching = exact.length > 0 ? exact : runs.filter((run) => nameRun(run).some((name) => name.startsWith(query)));
	const [first, second] = matching;
	if (!first) throw runs.length === 0 ? refuseEmpty(baseDirs) : refuseUnknown(query, runs);
	if (second) throw refuseAmbiguous(query, matching);
	return first.path;
}

/** Every run below a base folder, the newest first; a base folder that is not there holds none. */
export const listRuns = (baseDir: string): readonly FoundRun[] =>
	listFolders(baseDir)
		.flatMap((name) => listFolders(name))
		.filter((day) => DAY.test(basename(day)))
		.flatMap((day) => listFolders(day))
		.filter((path) => TIME.test(basename(path)) && isRun(path))
		.map((path) => describeRun(path))
		.sort(newestFirst);

const isRun = (path: string): boolean => existsSync(join(path, JOURNAL));

const describeRun = (path: string): FoundRun => ({
	path,
	name: basename(dirname(dirname(path))),
	day: basename(dirname(path)),
	time: basename(path),
});

function listFolders(path: string): readonly string[] {
	try {
		return readdirSync(path, {withFileTypes: true})
			.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
			.map(({name}) => resolve(path, name));
	} catch {
		return [];
	}
}

const nameRun = ({name, day, time}: FoundRun): readonly string[] => [time, `${day}/${time}`, `${name}/${day}/${time}`];

/** Times compare as numbers behind their second `-`: `14-30-05-10` is newer than `14-30-05-9`. */
const newestFirst = (a: FoundRun, b: FoundRun): number =>
	`${b.day}/${b.time}`.localeCompare(`${a.day}/${a.time}`, 'en', {numeric: true}) || a.name.localeCompare(b.name, 'en');

function fail(error: UserError): never {
	throw error;
}

const refuseEmpty = (baseDirs: readonly string[]): UserError =>
	new UserError(`There is no run in ${baseDirs.join(' or ')} yet.`, {
		tryThis: ['warpdeck run quick_test   # makes one', 'name the folder of a run that lies elsewhere'],
	});

const refuseUnknown = (query: string, runs: readonly FoundRun[]): UserError =>
	new UserError(`No run begins with ${JSON.stringify(query)}.`, {tryThis: suggest(runs)});

const refuseAmbiguous = (query: string, runs: readonly FoundRun[]): UserError =>
	new UserError(`${runs.length} runs begin with ${JSON.stringify(query)}.`, {tryThis: suggest(runs)});

/** Each line can be typed as RUN. */
function suggest(runs: readonly FoundRun[]): [string, ...string[]] {
	const shown = runs.slice(0, MAX_CANDIDATES).map(({name, day, time}) => `${name}/${day}/${time}`);
	const rest = runs.length - shown.length;
	return [
		'one of these, or the beginning of one:',
		...shown,
		...(rest > 0 ? [`… and ${rest} older ones: warpdeck list`] : []),
	];
}
