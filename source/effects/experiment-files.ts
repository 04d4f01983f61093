import {relative} from 'node:path';
import type {Clock} from '../engine/ports.ts';
import type {FactEvent} from '../journal/event.ts';
import {type ExperimentFiles, type ExperimentSource, type LogEnd, NO_LOG} from '../journal/experiment-files.ts';
import {findPosition} from '../journal/positions.ts';
import type {RunState} from '../journal/state.ts';
import type {Store} from '../journal/store.ts';
import {getAt} from '../journal/vector.ts';
import {followFacts} from './experiment-facts.ts';
import {type AttemptTelemetry, followTelemetry} from './experiment-telemetry.ts';
import {describeFileProblem} from './file-problem.ts';
import {followLogEnd} from './log-end.ts';
import {nameAttempt} from './run-store.ts';

type SourceOptions = {
	/** Of the run. */
	readonly folder: string;
	/** What has happened so far; nothing later is told, so that a replay keeps its secrets. */
	readonly store: Pick<Store, 'get'>;
	/** Of the viewer, also in a replay. */
	readonly clock: Pick<Clock, 'after'>;
	/** The files hold a run that is over: a log tells what was written, but not when. */
	readonly replayed: boolean;
};

const POLL_MS = 250;

/** Reads a run's folder for the screen of one experiment, at most four times a second, and writes nothing. */
export const createExperimentSource = (options: SourceOptions): ExperimentSource => ({
	follow: (id, onRead) => {
		const look = createLook(options, id);
		let isOver = false;
		let cancel = () => {};
		const turn = async (): Promise<void> => {
			const files = await look();
			if (isOver) return;
			if (files) onRead(files);
			cancel = options.clock.after(POLL_MS, () => void turn());
		};
		void turn();
		return () => {
			isOver = true;
			cancel();
		};
	},
});

type Launching = Extract<FactEvent, {type: 'launching'}>;

type Attempt = {
	readonly number: number;
	readonly telemetry: ReturnType<typeof followTelemetry>;
	readonly stdout: Log;
	readonly stderr: Log;
};

type Log = ReturnType<typeof followLogEnd> & {readonly path: string};

const NOTHING_MEASURED: AttemptTelemetry = {latencyMs: [], skippedBatches: 0, gpuSamples: [], hostSamples: []};

/** One look at all files; null when they hold what they held at the look before. */
function createLook(options: SourceOptions, id: string): () => Promise<ExperimentFiles | null> {
	const journal = followFacts(options.folder, id);
	let attempt: Attempt | null = null;
	let before: ExperimentFiles | null = null;
	return async () => {
		const {seq, at} = options.store.get();
		const problems: string[] = [];
		const attemptTo = createTry(problems);
		const read = await attemptTo('The journal', journal.read, []);
		if (read === null) problems.push('journal.jsonl is not there, so its command and attempts are not known.');
		const facts = (read ?? []).filter((fact) => fact.seq <= seq);
		const launching = facts.findLast((fact): fact is Launching => fact.type === 'launching');
		if (launching && attempt?.number !== launching.attempt)
			attempt = await attemptTo('The logs', async () => openAttempt(options, launching), null);
		const ending = findEnding(facts, launching?.attempt);
		const files = {
			id,
			facts,
			...(await readTelemetry(attempt, {until: Math.min(at, ending?.at ?? at), problems, attemptTo})),
			...(await readLogs(attempt, {isHidden: options.replayed && !ending, problems, attemptTo})),
			problems,
		};
		if (before && isSame(before, files)) return null;
		before = files;
		return files;
	};
}

const findEnding = (facts: readonly FactEvent[], attempt: number | undefined): FactEvent | undefined =>
	facts.find((fact) => fact.type === 'ended' && fact.attempt === attempt);

type Try = <Value>(what: string, read: () => Promise<Value>, otherwise: Value) => Promise<Value>;

/** What cannot be read is said, and the rest is shown without it. */
const createTry =
	(problems: string[]): Try =>
	async (what, read, otherwise) => {
		try {
			return await read();
		} catch (error) {
			problems.push(describeFileProblem(`${what} could not be read`, error).message);
			return otherwise;
		}
	};

function openAttempt({folder, store}: SourceOptions, {id, attempt, at}: Launching): Attempt {
	const {opened} = store.get();
	const files = nameAttempt(folder, opened?.output.logsDir ?? 'logs', id, attempt);
	const openLog = (path: string): Log => {
		const shown = relative(folder, path);
		return {path: shown, ...followLogEnd(path, shown)};
	};
	return {
		number: attempt,
		telemetry: followTelemetry(folder, {id, gpuId: findGpuId(store.get(), id), from: at}),
		stdout: openLog(files.stdout),
		stderr: openLog(files.stderr),
	};
}

function findGpuId({positions, experiments}: RunState, id: string): number | null {
	const position = findPosition(positions, id);
	return position === undefined ? null : (getAt(experiments, position)?.experiment.gpuId ?? null);
}

type Reading = {readonly problems: string[]; readonly attemptTo: Try};

async function readTelemetry(
	attempt: Attempt | null,
	reading: Reading & {readonly until: number},
): Promise<AttemptTelemetry> {
	const {until, problems, attemptTo} = reading;
	if (!attempt) return NOTHING_MEASURED;
	const read = await attemptTo('telemetry.jsonl', () => attempt.telemetry.read(until), NOTHING_MEASURED);
	if (read === null) problems.push('telemetry.jsonl is not there, so its batches and samples are not known.');
	return read ?? NOTHING_MEASURED;
}

async function readLogs(
	attempt: Attempt | null,
	reading: Reading & {readonly isHidden: boolean},
): Promise<Pick<ExperimentFiles, 'stdout' | 'stderr'>> {
	const {isHidden, problems, attemptTo} = reading;
	if (!attempt) return {stdout: NO_LOG, stderr: NO_LOG};
	if (isHidden) problems.push('A replay shows a log once its experiment has ended, because its lines carry no times.');
	const readLog = async ({path, read}: Log): Promise<LogEnd> => {
		const empty = {...NO_LOG, path};
		return isHidden ? empty : ((await attemptTo(path, read, empty)) ?? empty);
	};
	return {stdout: await readLog(attempt.stdout), stderr: await readLog(attempt.stderr)};
}

const isSame = (a: ExperimentFiles, b: ExperimentFiles): boolean =>
	a.facts.length === b.facts.length &&
	a.skippedBatches + a.latencyMs.length === b.skippedBatches + b.latencyMs.length &&
	a.gpuSamples.length === b.gpuSamples.length &&
	a.hostSamples.length === b.hostSamples.length &&
	isSameLog(a.stdout, b.stdout) &&
	isSameLog(a.stderr, b.stderr) &&
	a.problems.join() === b.problems.join();

/** A log that was not written to is the same object; one that is not read is made anew. */
const isSameLog = (a: LogEnd, b: LogEnd): boolean =>
	a === b || (a.path === b.path && a.lines.length + b.lines.length === 0);
