import {relative} from 'node:path';
import {UserError} from '../domain/errors.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {createHider} from '../domain/secrets.ts';
import type {Workload} from '../domain/suite.ts';
import {findNode} from '../domain/topology.ts';
import {owesResult} from '../domain/workload.ts';
import {boundPatterns} from '../effects/bounded-patterns.ts';
import type {ControlAnswer} from '../effects/control-wire.ts';
import {createLeftFiles} from '../effects/left-files.ts';
import type {RunFolder} from '../effects/run-folder.ts';
import {createDerivedFiles, type DerivedFiles} from '../engine/derived-files.ts';
import type {Expand} from '../engine/desk.ts';
import type {Admission, Clock, Processes, Profiling, Telemetry, WarmProcesses} from '../engine/ports.ts';
import {createRecorder, type Recorder} from '../engine/recorder.ts';
import {createEngine, type Engine} from '../engine/run-engine.ts';
import type {JournalEvent} from '../journal/event.ts';
import {isMeasuring} from '../journal/select-measuring.ts';
import type {RunState} from '../journal/state.ts';
import {createStore, type Store} from '../journal/store.ts';
import {buildCommand, type CommandContext} from '../plan/build-command.ts';
import type {ControlRequest} from '../plan/control-request.ts';
import {buildExperimentSummary} from '../report/experiment-summary.ts';
import {buildResults} from '../report/exports.ts';
import {formatLogLines} from '../report/legacy-log.ts';
import {createInputCheck} from './check-inputs.ts';
import {createKeepPhase} from './keep-phase.ts';
import {logLane} from './log-lanes.ts';

const GRACE_MS = 5000;

/** Everything outside that a run needs; the simulated host brings its own. */
export type Outside = {
	readonly clock: Clock;
	readonly processes: Processes;
	readonly warm: WarmProcesses;
	readonly telemetry: Telemetry;
	/** Absent where nobody else can be in the way. */
	readonly admission?: Admission;
	/** Absent where nothing can be profiled, as on a simulated host. */
	readonly profiling?: Profiling;
};

export type Session = {
	/** Of the run. */
	readonly folder: string;
	readonly store: Store;
	readonly clock: Clock;
	readonly recorder: Recorder;
	readonly engine: Engine;
	/** Does what somebody asks for, or says why not; `kill` also where a full disk is waited for. */
	readonly ask: (request: ControlRequest, by: string) => Promise<ControlAnswer>;
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
	/** Absent where nothing can be added. */
	readonly expand?: Expand;
	readonly onEvent: (event: JournalEvent, state: RunState) => void;
};

/** Puts the engine together with the real world; knows no screen, and loads none. */
export function createSession(options: SessionOptions): Session {
	const {folder, onEvent} = options;
	const {clock} = options.outside;
	boundPatterns();
	const store = createStore(options.start);
	const derived = deriveFiles(options, store);
	const recorder = createRecorder({
		runStore: folder.store,
		store,
		clock,
		hide: createHider(process.env),
		onEvent: (event, state) => {
			for (const line of formatLogLines(event, state)) folder.store.log(line, event.at);
			logLane(folder.store, event, state);
			if (event.type === 'committed') derived.touch();
			onEvent(event, state);
		},
	});
	const engine = createEngine({
		store,
		recorder,
		clock,
		runStore: folder.store,
		graceMs: GRACE_MS,
		processes: options.outside.processes,
		warm: options.outside.warm,
		...(options.outside.admission ? {admission: options.outside.admission} : {}),
		...(options.expand ? {expand: options.expand} : {}),
		keepPhase: createKeepPhase(folder, store.get),
		attempt: describeAttempts(options, store),
	});
	return {
		folder: folder.path,
		store,
		clock,
		recorder,
		engine,
		ask: async (request, by) => {
			const answered = engine.request(request, by);
			// Whoever asks for it does not want to wait for a full disk either.
			const isStuck = request.kind === 'kill' && store.get().storageProblem !== null;
			if (isStuck) recorder.abandon(refuseDisk(folder.path, store.get()));
			const answer = await answered;
			if (answer.kind === 'refused') return {...answer, tryThis: [...answer.tryThis]};
			return {kind: 'done', text: answer.said};
		},
		run: () => runToEnd(options, {store, recorder, engine, derived}),
	};
}

const describeAttempts = ({outside, context: known, folder, token, simulated}: SessionOptions, {get}: Store) => {
	const context = {...known, workloadOf: (job: number) => findWorkload(get(), job) ?? known.workloadOf(job)};
	return {
		buildCommand: (experiment: Experiment) => buildCommand(experiment, context),
		isBundled: ({job}: Experiment) => owesResult(context.workloadOf(job)),
		checkInputs: createInputCheck(context, process.env),
		markEdge: outside.telemetry.markEdge,
		listForeign: outside.admission?.listForeign ?? (() => []),
		listCpus: (node: number) => findNode(context.topology, node)?.cpus ?? [],
		relative: (path: string) => relative(folder.path, path),
		token,
		simulated,
		...(outside.profiling ? {profiling: outside.profiling} : {}),
		...(simulated ? {} : {leftFiles: createLeftFiles()}),
	};
};

/** Jobs may be added to a run that goes on, so that its facts know more than what it began with. */
const findWorkload = ({opened}: RunState, job: number): Workload | undefined =>
	opened?.workloads[opened.jobs[job]?.workload ?? -1];

function deriveFiles({folder, outside, resultsFile}: SessionOptions, store: Store): DerivedFiles {
	const {clock} = outside;
	return createDerivedFiles({
		commit: folder.store.commitFile,
		clock,
		files: [
			{path: resultsFile, build: () => buildResults(store.get())},
			{path: 'experiment_summary.json', build: (): JsonObject => buildExperimentSummary(store.get(), clock.now())},
		],
	});
}

type Parts = Pick<Session, 'store' | 'recorder' | 'engine'> & {readonly derived: DerivedFiles};

async function runToEnd(
	{outside, folder}: SessionOptions,
	{store, recorder, engine, derived}: Parts,
): Promise<RunState> {
	const unwatch = outside.telemetry.watch({
		onGpus: (samples) => {
			recorder.measure({type: 'gpus', samples});
			engine.observe(samples);
		},
		onHost: (sample) => recorder.measure({type: 'host', sample}),
		onLost: (reason) => recorder.measure({type: 'telemetry-lost', reason}),
		onSource: (source) => recorder.measure({type: 'telemetry-source', ...source}),
		isMeasuring: () => isMeasuring(store.get()),
	});
	try {
		await engine.run();
		const problem = await derived.finish();
		if (problem !== null) process.stderr.write(`warning: ${problem}; the journal has it all: warpdeck summary\n`);
	} finally {
		unwatch();
		await folder.store.close();
	}
	return store.get();
}

const refuseDisk = (folder: string, {storageProblem}: RunState): UserError =>
	new UserError(`The run was given up because it could not be written down: ${storageProblem}`, {
		tryThis: [`make room, then: warpdeck resume ${relative('', folder) || folder}`],
		exitCode: 3,
	});
