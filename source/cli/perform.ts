import {relative} from 'node:path';
import type {JsonObject} from '../domain/json.ts';
import {findNode} from '../domain/topology.ts';
import type {RunFolder} from '../effects/run-folder.ts';
import {createDerivedFiles} from '../engine/derived-files.ts';
import type {Clock, Processes, Telemetry} from '../engine/ports.ts';
import {createRecorder, type Recorder} from '../engine/recorder.ts';
import {createEngine, type Engine} from '../engine/run-engine.ts';
import type {JournalEvent} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';
import {createStore, type Store} from '../journal/store.ts';
import {buildCommand, type CommandContext} from '../plan/build-command.ts';
import {formatLogLines} from '../report/event-lines.ts';
import {buildExperimentSummary} from '../report/experiment-summary.ts';
import {buildResults} from '../report/exports.ts';

const GRACE_MS = 5000;

/** Everything outside that a run needs; the simulated host brings its own. */
export type Outside = {readonly clock: Clock; readonly processes: Processes; readonly telemetry: Telemetry};

export type Session = {
	readonly store: Store;
	readonly clock: Clock;
	readonly recorder: Recorder;
	readonly engine: Engine;
	/** Runs to the end, keeps the derived files, and gives the folder back. */
	readonly run: () => Promise<RunState>;
};

type SessionOptions = {
	readonly folder: RunFolder;
	readonly outside: Outside;
	/** State so far: empty, or what an earlier runner left. */
	readonly start?: RunState;
	readonly context: CommandContext;
	readonly token: string;
	readonly simulated: boolean;
	readonly resultsFile: string;
	readonly onEvent: (event: JournalEvent, state: RunState) => void;
};

/** Puts the engine together with the real world; knows no screen, and loads none. */
export function createSession(options: SessionOptions): Session {
	const {folder, outside, context, onEvent} = options;
	const {clock} = outside;
	const store = createStore(options.start);
	const recorder = createRecorder({
		runStore: folder.store,
		store,
		clock,
		onEvent: (event, state) => {
			for (const line of formatLogLines(event, state)) folder.store.log(line, event.at);
			if (event.type === 'committed') derived.touch();
			onEvent(event, state);
		},
	});
	const derived = createDerivedFiles({
		commit: recorder.commit,
		clock,
		files: [
			{path: options.resultsFile, build: () => buildResults(store.get())},
			{path: 'experiment_summary.json', build: (): JsonObject => buildExperimentSummary(store.get(), clock.now())},
		],
	});
	const engine = createEngine({
		store,
		recorder,
		clock,
		runStore: folder.store,
		graceMs: GRACE_MS,
		attempt: {
			processes: outside.processes,
			buildCommand: (experiment) => buildCommand(experiment, context),
			isBundled: ({job}) => context.workloadOf(job) === 'vit_pipeline',
			listCpus: (node) => findNode(context.topology, node)?.cpus ?? [],
			relative: (path) => relative(folder.path, path),
			token: options.token,
			simulated: options.simulated,
		},
	});
	const run = async (): Promise<RunState> => {
		const unwatch = outside.telemetry.watch({
			onGpus: (samples) => recorder.measure({type: 'gpus', samples}),
			onHost: (sample) => recorder.measure({type: 'host', sample}),
			onLost: (reason) => recorder.measure({type: 'telemetry-lost', reason}),
		});
		try {
			await engine.run();
		} finally {
			unwatch();
		}
		await derived.finish();
		await folder.store.close();
		return store.get();
	};
	return {store, clock, recorder, engine, run};
}
