import type {Experiment} from '../domain/experiment.ts';
import type {Fact, GpuSample, Measurement} from '../journal/event.ts';
import {findPosition} from '../journal/positions.ts';
import type {Store} from '../journal/store.ts';
import {findUsualClock} from '../journal/usual-clock.ts';
import {getAt} from '../journal/vector.ts';
import type {Answer} from '../plan/answer-words.ts';
import type {ControlRequest} from '../plan/control-request.ts';
import {decide, findNextDeadline, type Intention} from '../plan/decide.ts';
import {judgeSamples} from '../plan/guards.ts';
import {listFacts} from '../plan/intention-facts.ts';
import {judgeGate} from '../report/judge-gate.ts';
import {type Adoption, type AttemptOptions, type RunningAttempt, startAttempt} from './attempt.ts';
import {createDesk, type Expand} from './desk.ts';
import {createGate} from './gate.ts';
import {createKeeper, type KeepPhase} from './keep-phases.ts';
import type {Admission, Clock, Processes, RunStore, WarmProcesses} from './ports.ts';
import type {Recorder} from './recorder.ts';
import {createWorkers} from './workers.ts';

type EngineOptions = {
	readonly store: Store;
	readonly recorder: Recorder;
	readonly clock: Clock;
	readonly runStore: Pick<RunStore, 'appendSamples' | 'attemptFiles'>;
	readonly processes: Pick<Processes, 'launch' | 'adopt'>;
	readonly warm: WarmProcesses;
	readonly attempt: Omit<
		AttemptOptions,
		'experiment' | 'number' | 'recorder' | 'measure' | 'clock' | 'runStore' | 'launch' | 'adopt' | 'findUsualClock'
	>;
	/** Absent where nobody else can be in the way, as on a simulated host. */
	readonly admission?: Admission;
	/** From SIGTERM to SIGKILL. */
	readonly graceMs: number;
	/** What overrides expand to for a run that goes on; absent where nothing can be added. */
	readonly expand?: Expand;
	/** Copies the results of a phase that has passed; absent where nothing can be kept. */
	readonly keepPhase?: KeepPhase;
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
	/** Goes on with what an earlier runner started; false where others use its GPU by now. Before `run`. */
	readonly adopt: (id: string, attempt: number, adoption: Adoption) => Promise<boolean>;
	/** What a person asks of the run; resolves once its facts are on the disk. */
	readonly request: (request: ControlRequest, by: string) => Promise<Answer>;
	/** Gives what runs its samples, and the guards theirs. */
	readonly observe: (samples: readonly GpuSample[]) => void;
};

/** Asks what should be done, does it, and asks again when facts have come of it; it decides nothing itself. */
export function createEngine(options: EngineOptions): Engine {
	const {store, recorder, clock, runStore, attempt, admission, graceMs, expand} = options;
	const workers = createWorkers({...options, holds: (lane) => gate?.holds(lane) ?? true});
	const attempts = new Map<string, RunningAttempt>();
	const ended = Promise.withResolvers<void>();
	let settling = 0;
	/** Before, what is adopted would find its lane taken by its own repetition. */
	let hasBegun = false;
	let isGuarding = false;
	let cancelTimer = (): void => {};

	/**
	 * What starts or closes is decided on a state that has all facts of the decisions before; what must end is ended
	 * at once, because those facts may be waiting for a full disk.
	 */
	const advance = (): void => {
		if (!hasBegun) return;
		const isSettled = settling === 0;
		const now = clock.now();
		const intentions = decide(store.get(), now);
		for (const intention of intentions) {
			if (isSettled || intention.kind === 'time-out' || intention.kind === 'stop') perform(intention);
		}
		suspend(intentions);
		const facts = intentions.flatMap((one) => (one.kind === 'judge' ? judge(one.phase) : listFacts(one)));
		if (isSettled && facts.length > 0) settle(recorder.recordAll(facts));
		gate?.leaveIdle();
		workers.releaseUnwanted();
		armTimer(now);
	};

	const judge = (phase: string): readonly Fact[] => [
		{type: 'phase-judged', phase, reasons: judgeGate(store.get(), phase)},
	];

	/** Said of all that run, because what is no longer to stand still goes on. */
	const suspend = (intentions: readonly Intention[]): void => {
		const wanted = new Map(intentions.flatMap((one) => (one.kind === 'suspend' ? [[one.id, one.by] as const] : [])));
		for (const [id, running] of attempts) running.suspend(wanted.get(id) ?? null);
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
			case 'repeat':
			case 'requeue':
			case 'drain':
			case 'extend':
			case 'hold':
			case 'suspend':
			case 'judge':
			case 'stop-spending':
				// Facts, which are recorded together because a lane may have thousands, or done for all at once.
				return;
			case 'keep':
				keeper.keep(intention.phase);
				return;
			case 'close':
				// Who stops does not wait; what is not kept yet is kept by a resume.
				if (keeper.isBusy() && intention.reason !== 'stopped') return;
				settle(recorder.record({type: 'closed', reason: intention.reason}).then(() => ended.resolve()));
				return;
			default:
				intention satisfies never;
		}
	};

	const launch = (id: string, number: number): void => {
		const experiment = findExperiment(store, id);
		if (experiment && (gate?.pass(experiment) ?? true)) begin(experiment, number);
	};

	const begin = (experiment: Experiment, number: number, adoption?: Adoption): void => {
		const {id} = experiment;
		const measure = (measurement: Measurement): void => {
			recorder.measure(measurement);
			if (measurement.type === 'samples') runStore.appendSamples(id, `${JSON.stringify(measurement.latencyMs)}\n`);
		};
		const buildCommand = (one: Experiment) => workers.note(one, attempt.buildCommand(one));
		const usual = (one: Experiment): number | null => findUsualClock(store.get(), one);
		const {launch} = workers;
		const common = {...attempt, buildCommand, launch, recorder, clock, runStore, findUsualClock: usual};
		const adopting = adoption && options.processes.adopt ? {adoption, adopt: options.processes.adopt} : {};
		const started = startAttempt({...common, ...adopting, experiment, number, measure, onTurned: advance});
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
		createGate({
			...{admission, store, recorder, clock},
			onChange: advance,
			onShort: workers.giveWay,
			onError: (error) => ended.reject(error),
		});

	const keeper = createKeeper(options.keepPhase, (fact) => {
		if (store.get().closed === null) settle(recorder.record(fact));
	});

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

	/** `decidedAt`, because a deadline that passes between the decision and this would be nobody's. */
	const armTimer = (decidedAt: number): void => {
		cancelTimer();
		const deadline = findNextDeadline(store.get(), decidedAt);
		cancelTimer = deadline === null ? () => {} : clock.after(Math.max(deadline - clock.now(), 0), advance);
	};

	const drain = (by: string): Promise<void> => recorder.record({type: 'draining', by}).then(advance);
	const stop = (by: string): Promise<void> => {
		// At once, because the disk that must take the fact may be full.
		for (const running of attempts.values()) running.end({kind: 'stopped', by}, graceMs);
		return recorder.record({type: 'stopping', by}).then(advance);
	};
	const kill = (): void => {
		for (const running of attempts.values()) running.end({kind: 'stopped', by: 'user'}, 0);
		void workers.close(0);
	};

	return {
		run: async () => {
			hasBegun = true;
			advance();
			await ended.promise.finally(async () => {
				cancelTimer();
				await Promise.all([workers.close(graceMs), gate?.close()]);
			});
		},
		adopt: async (id, number, adoption) => {
			const experiment = findExperiment(store, id);
			const lane = experiment && store.get().lanes.get(experiment.lane)?.lane;
			if (!experiment || !lane) return false;
			const asked = await admission?.ask(experiment, lane, store.get());
			gate?.keep(lane.id);
			// Of memory it is the one that uses it.
			if (asked?.verdict.kind === 'wait' && asked.verdict.cause === 'busy') return false;
			const {argv} = attempt.buildCommand(experiment);
			const {identity, startedAt} = adoption;
			await recorder.record({type: 'adopted', id, attempt: number, startedAt, argv, ...identity});
			begin(experiment, number, adoption);
			return true;
		},
		drain,
		stop,
		kill,
		request: createDesk({
			read: store.get,
			record: (facts) => recorder.recordAll(facts).then(advance),
			expand,
			urgent: {drain, stop, kill},
		}),
		observe: (samples) => {
			for (const running of attempts.values()) running.observe(samples);
			guard(samples);
		},
	};
}

function findExperiment(store: Store, id: string): Experiment | undefined {
	const state = store.get();
	const position = findPosition(state.positions, id);
	return position === undefined ? undefined : getAt(state.experiments, position)?.experiment;
}
