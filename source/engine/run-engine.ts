import type {Experiment} from '../domain/experiment.ts';
import type {Measurement} from '../journal/event.ts';
import type {Store} from '../journal/store.ts';
import {getAt} from '../journal/vector.ts';
import {decide, findNextDeadline, type Intention} from '../plan/decide.ts';
import {type AttemptOptions, type RunningAttempt, startAttempt} from './attempt.ts';
import type {Clock, RunStore} from './ports.ts';
import type {Recorder} from './recorder.ts';

type EngineOptions = {
	readonly store: Store;
	readonly recorder: Recorder;
	readonly clock: Clock;
	readonly runStore: Pick<RunStore, 'appendSamples' | 'attemptFiles'>;
	readonly attempt: Omit<AttemptOptions, 'experiment' | 'number' | 'recorder' | 'measure' | 'clock' | 'runStore'>;
	/** From SIGTERM to SIGKILL. */
	readonly graceMs: number;
};

export type Engine = {
	/** Resolves when the run is closed. */
	readonly run: () => Promise<void>;
	/** Start nothing more; running ones end by themselves. */
	readonly drain: (by: string) => Promise<void>;
	/** End the running ones too. */
	readonly stop: (by: string) => Promise<void>;
	/** End them at once. */
	readonly kill: () => void;
};

/** Asks what should be done, does it, and asks again when facts have come of it; it decides nothing itself. */
export function createEngine({store, recorder, clock, runStore, attempt, graceMs}: EngineOptions): Engine {
	const attempts = new Map<string, RunningAttempt>();
	const ended = Promise.withResolvers<void>();
	let settling = 0;
	let cancelTimer = (): void => {};

	/**
	 * What starts or closes is decided on a state that has all facts of the decisions before; what must end is ended
	 * at once, because those facts may be waiting for a full disk.
	 */
	const advance = (): void => {
		const isSettled = settling === 0;
		for (const intention of decide(store.get(), clock.now())) {
			if (isSettled || intention.kind === 'time-out' || intention.kind === 'stop') perform(intention);
		}
		armTimer();
	};

	const settle = (work: Promise<unknown>): void => {
		settling++;
		void work.then(
			() => {
				settling--;
				advance();
			},
			(error: unknown) => ended.reject(error),
		);
	};

	const perform = (intention: Intention): void => {
		switch (intention.kind) {
			case 'launch':
				launch(intention.id, intention.attempt);
				return;
			case 'time-out':
				attempts.get(intention.id)?.end({kind: 'timed-out', limitMs: intention.limitMs}, graceMs);
				return;
			case 'stop':
				attempts.get(intention.id)?.end({kind: 'stopped', by: intention.by}, graceMs);
				return;
			case 'close':
				settle(recorder.record({type: 'closed', reason: intention.reason}).then(() => ended.resolve()));
				return;
			default:
				intention satisfies never;
		}
	};

	const launch = (id: string, number: number): void => {
		const experiment = findExperiment(store, id);
		if (!experiment) return;
		const measure = (measurement: Measurement): void => {
			recorder.measure(measurement);
			if (measurement.type === 'samples') runStore.appendSamples(id, `${JSON.stringify(measurement.latencyMs)}\n`);
		};
		const options = {...attempt, experiment, number, recorder, measure, clock, runStore};
		const started = startAttempt(options);
		attempts.set(id, started);
		settle(started.intended);
		const fail = (error: unknown) => ended.reject(error);
		// Only a running one has a time limit.
		started.launched.then(advance, fail);
		started.committed.then(() => {
			attempts.delete(id);
			advance();
		}, fail);
	};

	const armTimer = (): void => {
		cancelTimer();
		const now = clock.now();
		const deadline = findNextDeadline(store.get(), now);
		cancelTimer = deadline === null ? () => {} : clock.after(deadline - now, advance);
	};

	return {
		run: async () => {
			advance();
			await ended.promise.finally(() => cancelTimer());
		},
		drain: (by) => recorder.record({type: 'draining', by}).then(advance),
		stop: (by) => {
			// At once, because the disk that must take the fact may be full.
			for (const running of attempts.values()) running.end({kind: 'stopped', by}, graceMs);
			return recorder.record({type: 'stopping', by}).then(advance);
		},
		kill: () => {
			for (const running of attempts.values()) running.end({kind: 'stopped', by: 'user'}, 0);
		},
	};
}

function findExperiment(store: Store, id: string): Experiment | undefined {
	const state = store.get();
	const position = state.positions.get(id);
	return position === undefined ? undefined : getAt(state.experiments, position)?.experiment;
}
