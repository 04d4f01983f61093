import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {Store} from '../journal/store.ts';
import type {Command} from '../plan/build-command.ts';
import {buildWorkerTag, isWorkerWanted, leavesReports, listBeside, listServing} from '../plan/worker.ts';
import type {Processes, RunStore, ServedRequest, WarmProcesses, WorkerRequest} from './ports.ts';
import type {Recorder} from './recorder.ts';

/** Sends each experiment where it runs: to a process of its own, or to one that lives as long as its block needs it. */
type Workers = {
	readonly launch: Processes['launch'];
	/** The same command; says once of a run that something asked for workers and cannot be served. */
	readonly note: (experiment: Experiment, command: Command) => Command;
	/** Ends the workers that nothing of their lane's present block waits for. */
	readonly releaseUnwanted: () => void;
	/** Ends those that serve nothing now, because what they hold is needed; none is started before it is needed any more. */
	readonly giveWay: () => void;
	readonly close: WarmProcesses['close'];
};

type WorkersOptions = {
	readonly processes: Pick<Processes, 'launch'>;
	readonly warm: WarmProcesses;
	readonly store: Pick<Store, 'get'>;
	readonly recorder: Pick<Recorder, 'record'>;
	readonly runStore: Pick<RunStore, 'attemptFiles'>;
	readonly attempt: {readonly buildCommand: (experiment: Experiment) => Command; readonly token: string};
	/** Whether this run may use the lane's GPU by now. */
	readonly holds: (lane: LaneId) => boolean;
};

/** A profiler writes one report after the other when its program has ended. */
const REPORTS_GRACE_MS = 120_000;

export function createWorkers(options: WorkersOptions): Workers {
	const {processes, warm, store, recorder} = options;
	const held = new Map<string, LaneId>();
	const told = new Set<string>();
	let hasRoom = true;

	const tell = (message: string): void => {
		if (told.has(message) || store.get().notes.some((note) => note.message === message)) return;
		told.add(message);
		// Not awaited: the attempt waits for a later fact of its own anyway.
		recorder.record({type: 'noted', level: 'info', message}).catch(() => {});
	};

	return {
		launch: async (request) => {
			const {worker} = request;
			if (!worker) return processes.launch(request);
			const soon = warm.isAlive(worker.key) || !hasRoom ? [] : listSoon(worker.lane, options);
			for (const {key, lane} of [worker, ...soon.map((one) => one.worker)]) held.set(key, lane);
			return warm.launch({...request, worker}, soon);
		},
		note: (experiment, command) => {
			if (experiment.isolation === 'block' && !command.worker) tell(explain(experiment));
			return command;
		},
		releaseUnwanted: () => {
			if (held.size === 0) return;
			const state = store.get();
			for (const [key, lane] of held) {
				if (isWorkerWanted(state, lane, key)) continue;
				held.delete(key);
				warm.release(key, leavesReports(key) ? REPORTS_GRACE_MS : undefined);
			}
		},
		giveWay: () => {
			const serving = listServing(store.get());
			const idle = [...held.keys()].filter((key) => !serving.has(key) && !leavesReports(key));
			if (idle.length === 0) return;
			hasRoom = false;
			tell('Memory is short: workers that served nothing are ended, and start anew when they are needed.');
			for (const key of idle) {
				held.delete(key);
				warm.release(key);
			}
		},
		close: warm.close,
	};
}

/** Each start takes seconds in which nothing of the block can be measured: together they take the time of one. */
function listSoon(lane: LaneId, {store, holds, attempt, runStore}: WorkersOptions): readonly ServedRequest[] {
	const beside = listBeside(store.get(), lane).filter((one) => holds(one.lane));
	return beside.flatMap((one): readonly ServedRequest[] => {
		const {argv, env, cwd, worker} = attempt.buildCommand(one);
		if (!worker) return [];
		const asked = addressWorker(worker, one.lane, attempt.token);
		return [{argv, env, cwd, files: runStore.attemptFiles(one.id, 1), tag: asked.tag, onLine: () => {}, worker: asked}];
	});
}

export const addressWorker = (
	{key, request}: NonNullable<Command['worker']>,
	lane: LaneId,
	token: string,
): WorkerRequest => ({key, lane, tag: buildWorkerTag(token, key), line: JSON.stringify(request)});

const explain = ({device}: Experiment): string =>
	device === 'cpu-reference'
		? 'experiment.isolation=block has no effect on the reference pipeline: each experiment has a process of its own.'
		: 'experiment.isolation=block has no effect on a command of your own: each experiment has a process of its own.';
