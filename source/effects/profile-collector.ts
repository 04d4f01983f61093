import {setTimeout as pause} from 'node:timers/promises';
import type {Experiment} from '../domain/experiment.ts';
import type {CapturedPass, ProfileOutcome, Profiling, WarmProcesses} from '../engine/ports.ts';
import {readNcuFigures} from '../report/profile/ncu-figures.ts';
import {readNsysFigures} from '../report/profile/nsys-figures.ts';
import type {Profile} from '../report/profile/profile.ts';
import {type AnalysisProcess, openAnalysisProcess} from './analysis-process.ts';
import {exportReport} from './nsys-export.ts';
import {createPool} from './pool.ts';
import {
	clearReport,
	emptyFolder,
	findReport,
	listControls,
	listStems,
	readText,
	renameCapture,
	stemOf,
	workerFolderOf,
	writeSideCar,
} from './profile-reports.ts';

type CollectorOptions = {
	/** Absolute. */
	readonly runDir: string;
	/** warpdeck's own main file, and what Node needs to run it. */
	readonly program: string;
	readonly loader: readonly string[];
	readonly env: NodeJS.ProcessEnv;
	readonly warm: Pick<WarmProcesses, 'isAlive'>;
	/** How often reports of a process that serves many are looked for. */
	readonly lookEveryMs?: number;
};

/** An export and its analysis take a core each, beside what other lanes are timing. */
const AT_ONCE = 2;
const LOOK_EVERY_MS = 250;

/** Exports and reads what nsys and ncu leave in the run's folder. */
export function createProfiling(options: CollectorOptions): Profiling {
	const {runDir} = options;
	const enter = createPool(AT_ONCE);
	const shared = createSorter(options, enter);
	const collectOne = async (pass: CapturedPass): Promise<ProfileOutcome> => {
		if (pass.experiment.profiler === 'ncu') return enter(() => collectNcu(pass, runDir));
		return pass.workerKey === undefined
			? enter(() => collectNsys(pass, options))
			: shared.collect(pass, pass.workerKey);
	};
	return {
		prepare: async (experiment, workerKey) => {
			const stem = stemOf(runDir, experiment);
			// A folder that cannot be made leaves the profiler without its report, and that is told of when it is missed.
			await clearReport(stem).catch(() => {});
			// What is there by now is of an experiment that failed, perhaps of this one.
			if (workerKey !== undefined) await shared.prepare(experiment, workerKey).catch(() => {});
			await writeSideCar(stem, experiment);
		},
		collect: (pass) =>
			collectOne(pass).catch((error: Error) =>
				problem(`its report could not be read: ${error.message}`, `ls -l ${runDir}`),
			),
	};
}

async function collectNcu({experiment, output, throughputSamplesPerS}: CapturedPass, runDir: string) {
	const path = `${stemOf(runDir, experiment)}.csv`;
	const text = readText(path) || output;
	const report = `${experiment.capture?.report}.csv`;
	const read = readNcuFigures(text, {report, ...listControls(experiment), throughputSamplesPerS});
	if (!('error' in read)) return {kind: 'figures', figures: read} as const;
	return problem(`ncu left no figures: ${read.error}`, read.tryThis);
}

async function collectNsys(pass: CapturedPass, options: CollectorOptions): Promise<ProfileOutcome> {
	const stem = stemOf(options.runDir, pass.experiment);
	// A version that takes `.nsys` for an ending of its own leaves it out.
	if (findReport(stem) === null) await renameCapture(stem.replace(/\.nsys$/, ''), stem);
	const report = findReport(stem);
	if (report === null) return explainMissing(pass);
	const read = await readReport(stem, report, options);
	return read.kind === 'read' ? toFigures(pass, read.profile) : problem(read.message, read.advice);
}

const toFigures = ({experiment, throughputSamplesPerS}: CapturedPass, profile: Profile): ProfileOutcome => ({
	kind: 'figures',
	figures: readNsysFigures(profile, {report: `${experiment.capture?.report}.nsys-rep`, throughputSamplesPerS}),
});

type Read =
	| {readonly kind: 'read'; readonly profile: Profile}
	| {readonly kind: 'unreadable'; readonly message: string; readonly advice: string};

async function readReport(stem: string, report: string, {program, loader, env}: CollectorOptions): Promise<Read> {
	const again = `nsys export --type=sqlite --force-overwrite=true ${report}`;
	const exported = await exportReport({stem, report, database: null, bytes: 0}, env);
	if (exported.kind === 'absent') return {kind: 'unreadable', message: 'nsys is gone from PATH', advice: again};
	if (exported.kind === 'failed') return {kind: 'unreadable', message: exported.problem, advice: again};
	return analyse(exported.database, again, openAnalysisProcess(program, loader));
}

async function analyse(database: string, again: string, reader: AnalysisProcess): Promise<Read> {
	try {
		const answer = await reader.analyse({database, includeWarmUp: false});
		if (answer.kind === 'analysed') return {kind: 'read', profile: answer.profile};
		const message = answer.kind === 'fault' ? `its analysis failed: ${answer.stack}` : answer.problem;
		return {kind: 'unreadable', message: `the report could not be read: ${message}`, advice: again};
	} finally {
		reader.close();
	}
}

/**
 * Reports of processes that serve many: each is told by the range in it, because a failed experiment shifts their
 * numbers. What belongs to another one of the run is given its name, too. Some versions write all of them when the
 * process ends, which is when the last one of its block has.
 */
function createSorter(options: CollectorOptions, enter: ReturnType<typeof createPool>) {
	const {runDir, warm, lookEveryMs = LOOK_EVERY_MS} = options;
	const profiles = new Map<string, Profile>();
	/** Stems that were read and belong to nobody here. */
	const strange = new Set<string>();
	const looks = new Map<string, Promise<string | null>>();
	const waiting = new Map<string, number>();

	const readAll = async (folder: string, experiment: Experiment): Promise<string | null> => {
		let trouble: string | null = null;
		for (const stem of listStems(folder).filter((one) => !strange.has(one))) {
			const read = await enter(() => readReport(stem, findReport(stem) ?? '', options));
			// It may still be written, so it is looked at again.
			if (read.kind === 'unreadable') trouble = read.message;
			else if (read.profile.experiment === undefined) strange.add(stem);
			else {
				profiles.set(read.profile.experiment, read.profile);
				await renameCapture(stem, siblingOf(runDir, experiment, read.profile.experiment));
			}
		}
		return trouble;
	};

	/** Once for all that wait for something in it. */
	const look = (folder: string, experiment: Experiment): Promise<string | null> => {
		const begun = looks.get(folder) ?? readAll(folder, experiment).finally(() => looks.delete(folder));
		looks.set(folder, begun);
		return begun;
	};

	const wait = async (folder: string, experiment: Experiment, key: string): Promise<string | null> => {
		for (;;) {
			// Asked before, so that what was written last is looked at.
			const isOver = !warm.isAlive(key);
			if (isOver) await looks.get(folder);
			const trouble = await look(folder, experiment);
			if (profiles.has(experiment.id) || isOver) return trouble;
			await pause(lookEveryMs);
		}
	};

	const collect = async (pass: CapturedPass, key: string): Promise<ProfileOutcome> => {
		const {experiment} = pass;
		const folder = workerFolderOf(runDir, experiment, key);
		const trouble = await wait(folder, experiment, key);
		const profile = profiles.get(experiment.id);
		profiles.delete(experiment.id);
		if (profile) return toFigures(pass, profile);
		return trouble === null ? explainUnopened() : problem(`its report is unreadable: ${trouble}`, `ls -l ${folder}`);
	};

	return {
		/** Nothing that an earlier process left is taken for what this one will; what others wait for stays. */
		prepare: async (experiment: Experiment, key: string): Promise<void> => {
			profiles.delete(experiment.id);
			if ((waiting.get(key) ?? 0) === 0) await emptyFolder(workerFolderOf(runDir, experiment, key));
		},
		collect: async (pass: CapturedPass, key: string): Promise<ProfileOutcome> => {
			waiting.set(key, (waiting.get(key) ?? 0) + 1);
			return collect(pass, key).finally(() => waiting.set(key, (waiting.get(key) ?? 1) - 1));
		},
	};
}

/** The path of another experiment's report beside this one's. */
const siblingOf = (runDir: string, experiment: Experiment, id: string): string =>
	stemOf(runDir, experiment).replace(/[^/]*$/, id.replaceAll(/[^A-Za-z0-9._-]/g, '_'));

const explainUnopened = (): ProfileOutcome =>
	problem(
		'nsys wrote no report of it: its capture range never opened',
		'experiment.isolation=process   (a profile with a process of its own needs no capture range)',
	);

/** Ending with 0 and no report is what nsys does when it could not write one, and when nothing was captured. */
function explainMissing({output}: CapturedPass): ProfileOutcome {
	const said = output
		.split('\n')
		.find((line) => /No reports were generated|[Ee]rror|cannot open|not permitted/.test(line));
	return problem(
		`nsys ended with code 0 and wrote no report${said === undefined ? '' : `; it says: ${said.trim()}`}`,
		'warpdeck doctor   (tries whether nsys can trace anything here)',
	);
}

const problem = (message: string, advice: string): ProfileOutcome => ({kind: 'problem', message, advice});
