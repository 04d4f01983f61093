import type {Experiment, Outcome} from '../domain/experiment.ts';
import type {Measurement} from '../journal/event.ts';
import type {Command} from '../plan/build-command.ts';
import {judgeAttempt} from './judge.ts';
import {createObserver} from './observe.ts';
import type {Clock, LaunchedProcess, ProcessEnd, Processes, ProcessReport, RunStore} from './ports.ts';
import type {Recorder} from './recorder.ts';

export type AttemptOptions = {
	readonly experiment: Experiment;
	/** From 1. */
	readonly number: number;
	readonly processes: Processes;
	readonly runStore: Pick<RunStore, 'attemptFiles'>;
	readonly clock: Clock;
	readonly recorder: Pick<Recorder, 'record' | 'commit'>;
	readonly measure: (measurement: Measurement) => void;
	readonly buildCommand: (experiment: Experiment) => Command;
	readonly isBundled: (experiment: Experiment) => boolean;
	/** Makes an absolute log path relative to the run's folder, so that the folder can be moved. */
	readonly relative: (path: string) => string;
	readonly token: string;
	readonly simulated: boolean;
};

export type RunningAttempt = {
	/** The intent is on the disk and the process was spawned, or was refused. */
	readonly launched: Promise<void>;
	/** The result is on the disk. */
	readonly committed: Promise<void>;
	/** Ends the process; of several causes the first is the one that is recorded. */
	readonly end: (cause: Outcome, graceMs: number) => void;
};

export const buildTag = (token: string, id: string, attempt: number): string => `${token}:${id}:${attempt}`;

/** One try at an experiment: intent before deed, the deed's identity after it, then its end and its result. */
export function startAttempt(options: AttemptOptions): RunningAttempt {
	const {experiment, number: attempt, clock} = options;
	const {id} = experiment;
	const observer = createObserver(id, options.measure);
	const launched = Promise.withResolvers<void>();
	let process: LaunchedProcess | null = null;
	let ending: {readonly cause: Outcome; readonly graceMs: number} | null = null;

	const end: RunningAttempt['end'] = (cause, graceMs) => {
		ending = {cause: ending?.cause ?? cause, graceMs: Math.min(ending?.graceMs ?? graceMs, graceMs)};
		process?.stop(graceMs);
	};

	const follow = async (): Promise<void> => {
		const command = options.buildCommand(experiment);
		const files = options.runStore.attemptFiles(id, attempt);
		await options.recorder.record({type: 'launching', id, attempt, argv: command.argv, env: command.env});
		const startedAt = clock.now();
		const finished = await launchAndWait();
		const endedAt = clock.now();
		const outcome =
			finished.kind === 'refused' ? refuse(finished.message) : (ending?.cause ?? toOutcome(finished.report.end));
		// Not awaited: the facts stay in order, and the commit below waits for the disk anyway.
		const noted = options.recorder.record({type: 'ended', id, attempt, outcome});
		const result = judgeAttempt({
			experiment,
			outcome,
			report: finished.kind === 'refused' ? null : finished.report,
			observation: observer.finish(endedAt),
			startedAt,
			endedAt,
			argv: command.argv,
			isBundled: options.isBundled(experiment),
			stdoutLog: options.relative(files.stdout),
			stderrLog: options.relative(files.stderr),
			simulated: options.simulated,
		});
		await options.recorder.commit(
			`results/${id}.json`,
			`${JSON.stringify({id, attempt, experiment, result}, null, '\t')}\n`,
		);
		await noted;
		await options.recorder.record({type: 'committed', id, attempt, result});

		async function launchAndWait(): Promise<Finished> {
			try {
				process = await options.processes.launch({
					...command,
					files,
					tag: buildTag(options.token, id, attempt),
					onLine: (line) => observer.read(line, clock.now()),
				});
			} catch (error) {
				launched.resolve();
				return {kind: 'refused', message: error instanceof Error ? error.message : String(error)};
			}
			const started = options.recorder.record({type: 'started', id, attempt, ...process.identity});
			if (ending) process.stop(ending.graceMs);
			started.then(launched.resolve, launched.reject);
			return {kind: 'ended', report: await process.finished};
		}
	};

	const committed = follow();
	committed.catch(launched.reject);
	return {launched: launched.promise, committed, end};
}

type Finished =
	| {readonly kind: 'refused'; readonly message: string}
	| {readonly kind: 'ended'; readonly report: ProcessReport};

const refuse = (message: string): Outcome => ({kind: 'not-spawned', message});

const toOutcome = (end: ProcessEnd): Outcome => end;
