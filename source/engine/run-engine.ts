import type {Experiment} from '../domain/experiment.ts';
import type {Fact, GpuSample, Measurement} from '../journal/event.ts';
import type {Store} from '../journal/store.ts';
import {getAt} from '../journal/vector.ts';
import {decide, findNextDeadline, type Intention} from '../plan/decide.ts';
import {judgeSamples} from '../plan/guards.ts';
import {type AttemptOptions, type RunningAttempt, startAttempt} from './attempt.ts';
import {createGate} from './gate.ts';
import type {Admission, Clock, RunStore} from './ports.ts';
import type {Recorder} from './recorder.ts';

type EngineOptions = {
	readonly store: Store;
	readonly recorder: Recorder;
	readonly clock: Clock;
	readonly runStore: Pick<RunStore, 'appendSamples' | 'attemptFiles'>;
	readonly attempt: Omit<AttemptOptions, 'experiment' | 'number' | 'recorder' | 'measure' | 'clock' | 'runStore'>;
	/** Absent where nobody else can be in the way, as on a simulated host. */
	readonly admission?: Admission;
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
	readonly kill: (by?: string) => void;
	/** Facts that somebody asked for become true, and what follows from them is done. */
	readonly take: (facts: readonly Fact[]) => Promise<void>;
	/** Gives what runs its samples, and the guards theirs. */
	readonly observe: (samples: readonly GpuSample[]) => void;
};

/** Asks what should be done, does it, and asks again when facts have come of it; it decides nothing itself. */
export function createEngine(options: EngineOptions): Engine {
	const {store, recorder, clock, runStore, attempt, admission, graceMs} = options;
	const attempts = new Map<string, RunningAttempt>();
	const ended = Promise.withResolvers<void>();
	let settling = 0;
	let isGuarding = false;
	let cancelTimer = (): void => {};

	/**
	 * What starts or closes is decided on a state that has all facts of the decisions before; what must end is ended
	 * at once, because those facts may be waiting for a full disk.
	 */
	const advance = (): void => {
		const isSettled = settling === 0;
		const intentions = decide(store.get(), clock.now());
		for (const intention of intentions) {
			if (isSettled || intention.kind === 'time-out' || intention.kind === 'stop') perform(intention);
		}
		const facts = intentions.flatMap(listFacts);
		if (isSettled && facts.length > 0) settle(recorder.recordAll(facts));
		gate?.leaveIdle();
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
			case 'move':
			case 'postpone':
				// Facts and nothing else; they are recorded together, because a lane may have thousands.
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
		if (!experiment || !(gate?.pass(experiment) ?? true)) return;
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

	const gate =
		admission &&
		createGate({admission, store, recorder, clock, onChange: advance, onError: (error) => ended.reject(error)});

	const guard = (samples: readonly GpuSample[]): void => {
		const facts = isGuarding ? [] : judgeSamples(store.get(), samples);
		if (facts.length === 0) return;
		isGuarding = true;
		settle(
			recorder.recordAll(facts).finally(() => {
				isGuarding = false;
			}),
		);
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
			await ended.promise.finally(() => {
				cancelTimer();
				return gate?.close();
			});
		},
		drain: (by) => recorder.record({type: 'draining', by}).then(advance),
		stop: (by) => {
			// At once, because the disk that must take the fact may be full.
			for (const running of attempts.values()) running.end({kind: 'stopped', by}, graceMs);
			return recorder.record({type: 'stopping', by}).then(advance);
		},
		kill: (by = 'user') => {
			for (const running of attempts.values()) running.end({kind: 'stopped', by}, 0);
			if (store.get().stopping === null) recorder.record({type: 'stopping', by}).then(advance, () => {});
		},
		take: (facts) => recorder.recordAll(facts).then(advance),
		observe: (samples) => {
			for (const running of attempts.values()) running.observe(samples);
			guard(samples);
		},
	};
}

function listFacts(intention: Intention): readonly Fact[] {
	if (intention.kind === 'move') return [{type: 'moved', id: intention.id, lane: intention.lane}];
	return intention.kind === 'postpone' ? [{type: 'postponed', id: intention.id, reason: intention.reason}] : [];
}

function findExperiment(store: Store, id: string): Experiment | undefined {
	const state = store.get();
	const position = state.positions.get(id);
	return position === undefined ? undefined : getAt(state.experiments, position)?.experiment;
}
