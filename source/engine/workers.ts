import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {Store} from '../journal/store.ts';
import type {Command} from '../plan/build-command.ts';
import {isWorkerWanted, leavesReports} from '../plan/worker.ts';
import type {Processes, WarmProcesses} from './ports.ts';
import type {Recorder} from './recorder.ts';

/** Sends each experiment where it runs: to a process of its own, or to one that lives as long as its block needs it. */
type Workers = {
	readonly launch: Processes['launch'];
	/** The same command; says once of a run that something asked for workers and cannot be served. */
	readonly note: (experiment: Experiment, command: Command) => Command;
	/** Ends the workers that nothing of their lane's present block waits for. */
	readonly releaseUnwanted: () => void;
	readonly close: WarmProcesses['close'];
};

type WorkersOptions = {
	readonly processes: Pick<Processes, 'launch'>;
	readonly warm: WarmProcesses;
	readonly store: Pick<Store, 'get'>;
	readonly recorder: Pick<Recorder, 'record'>;
};

/** A profiler writes one report after the other when its program has ended. */
const REPORTS_GRACE_MS = 120_000;

export function createWorkers({processes, warm, store, recorder}: WorkersOptions): Workers {
	const held = new Map<string, LaneId>();
	const told = new Set<string>();

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
			held.set(worker.key, worker.lane);
			return warm.launch({...request, worker});
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
		close: warm.close,
	};
}

const explain = ({device}: Experiment): string =>
	device === 'cpu-reference'
		? 'experiment.isolation=block has no effect on the reference pipeline: each experiment has a process of its own.'
		: 'experiment.isolation=block has no effect on a command of your own: each experiment has a process of its own.';
