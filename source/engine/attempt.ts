import type {Experiment, Outcome} from '../domain/experiment.ts';
import type {Phase} from '../domain/phases.ts';
import type {GpuSample, Measurement} from '../journal/event.ts';
import type {ProcessIdentity} from '../journal/state.ts';
import type {Command} from '../plan/build-command.ts';
import {createGpuWindow, type GpuWindow} from './gpu-window.ts';
import {judgeAttempt} from './judge.ts';
import {addLeft, watchLeft} from './left.ts';
import {createObserver, type Observation} from './observe.ts';
import type {
	Clock,
	LaunchedProcess,
	LaunchRequest,
	LeftFiles,
	Processes,
	ProcessReport,
	Profiling,
	RunStore,
	Telemetry,
} from './ports.ts';
import {readProfile} from './profile-pass.ts';
import type {Recorder} from './recorder.ts';
import {createSuspension, type Suspension} from './suspension.ts';
import {addressWorker} from './workers.ts';

export type AttemptOptions = {
	readonly experiment: Experiment;
	/** From 1. */
	readonly number: number;
	/** Where it runs is not the attempt's concern. */
	readonly launch: Processes['launch'];
	readonly runStore: Pick<RunStore, 'attemptFiles'>;
	readonly clock: Clock;
	readonly recorder: Pick<Recorder, 'record' | 'commit'>;
	readonly measure: (measurement: Measurement) => void;
	readonly buildCommand: (experiment: Experiment) => Command;
	readonly isBundled: (experiment: Experiment) => boolean;
	/** What of its inputs has changed since it was planned; absent where nobody looks. */
	readonly checkInputs?: (experiment: Experiment) => Promise<readonly string[]>;
	/** CPUs of a NUMA node, which a bound workload must not leave. */
	readonly listCpus: (node: number) => readonly number[];
	/** Mean SM clock of what is like it, MHz; null while too few of these have ended. */
	readonly findUsualClock: (experiment: Experiment) => number | null;
	readonly markEdge: Telemetry['markEdge'];
	/** Programs in a sample that are certainly not of this run, in words. */
	readonly listForeign: (sample: GpuSample) => readonly string[];
	/** Makes an absolute log path relative to the run's folder, so that the folder can be moved. */
	readonly relative: (path: string) => string;
	readonly token: string;
	readonly simulated: boolean;
	/** Absent where nothing can be profiled. */
	readonly profiling?: Profiling;
	/** Absent where there are no files, as on a simulated host. */
	readonly leftFiles?: LeftFiles;
	/** Set: an earlier runner launched it, and it lives. */
	readonly adoption?: Adoption;
	readonly adopt?: Processes['adopt'];
	/** It stands still now, goes on, or has ended: its time limit is another one, or the next one of its process may start. */
	readonly onTurned?: () => void;
};

/** A process of an earlier runner's that this one goes on with. */
export type Adoption = {
	readonly identity: ProcessIdentity;
	/** Epoch ms. */
	readonly startedAt: number;
	/** How long there was no runner. */
	readonly unwatchedMs: number;
};

export type RunningAttempt = {
	/** The intent is on the disk, so that whatever is decided from now on knows of it. */
	readonly intended: Promise<void>;
	/** The intent is on the disk and the process was spawned, or was refused. */
	readonly launched: Promise<void>;
	/** The result is on the disk. */
	readonly committed: Promise<void>;
	/** Ends the process; of several causes the first is the one that is recorded. */
	readonly end: (cause: Outcome, graceMs: number) => void;
	/** Who wants its processes to stand still, where that is safe; null lets them go on. */
	readonly suspend: (by: string | null) => void;
	/** Samples of all GPUs; those of its own one belong to its result. */
	readonly observe: (samples: readonly GpuSample[]) => void;
};

export const buildTag = (token: string, id: string, attempt: number): string => `${token}:${id}:${attempt}`;

/** One try at an experiment: intent before deed, the deed's identity after it, then its end and its result. */
export function startAttempt(options: AttemptOptions): RunningAttempt {
	const intended = Promise.withResolvers<void>();
	const launched = Promise.withResolvers<void>();
	const hold = createHold();
	const {experiment, clock, listForeign} = options;
	const {gpuId} = experiment;
	const markEdge = async () => (gpuId === null ? undefined : options.markEdge(gpuId));
	const gpuWindow = createGpuWindow({listForeign, markEdge});
	const suspension = createSuspension({
		clock,
		tell: (type, by) =>
			options.recorder.record({type, id: experiment.id, attempt: options.number, by}).then(options.onTurned),
		onError: (error) => launched.reject(error),
	});
	const observe = (samples: readonly GpuSample[]): void => {
		const own = samples.find(({gpuIndex}) => gpuIndex === experiment.gpuId);
		if (own) gpuWindow.take(own, clock.now());
	};
	const committed = runAttempt(
		options,
		{hold, gpuWindow, suspension},
		{onIntended: intended.resolve, onLaunched: launched.resolve},
	);
	committed.catch((error: unknown) => {
		intended.reject(error);
		launched.reject(error);
	});
	return {
		intended: intended.promise,
		launched: launched.promise,
		committed,
		end: hold.end,
		suspend: suspension.want,
		observe,
	};
}

/** What ends an attempt, also when that is asked for before there is a process. */
type Hold = {
	readonly end: RunningAttempt['end'];
	readonly take: (process: LaunchedProcess) => void;
	/** The cause that was asked for, if any; from now on nothing can be asked any more. */
	readonly close: () => Outcome | undefined;
};

function createHold(): Hold {
	let process: LaunchedProcess | undefined;
	let asked: {readonly cause: Outcome; readonly graceMs: number} | undefined;
	let isOver = false;
	return {
		end: (cause, graceMs) => {
			// Asked again with every decision: only a shorter grace says anything new.
			if (isOver || (asked && graceMs >= asked.graceMs)) return;
			asked = {cause: asked?.cause ?? cause, graceMs};
			process?.stop(graceMs);
		},
		take: (launched) => {
			process = launched;
			if (asked) process.stop(asked.graceMs);
		},
		close: () => {
			isOver = true;
			return asked?.cause;
		},
	};
}

type Controls = {readonly hold: Hold; readonly gpuWindow: GpuWindow; readonly suspension: Suspension};
type Milestones = {readonly onIntended: () => void; readonly onLaunched: () => void};

async function runAttempt(
	options: AttemptOptions,
	{hold, gpuWindow, suspension}: Controls,
	{onIntended, onLaunched}: Milestones,
): Promise<void> {
	const {experiment, number: attempt, clock, recorder} = options;
	const {id} = experiment;
	let isOld = false;
	const observer = createObserver(id, (measurement) => {
		if (measurement.type === 'phase') suspension.follow(measurement.name);
		// An earlier runner has measured it, or it was measured by nobody.
		if (isOld) return;
		if (measurement.type === 'phase') followPhase(gpuWindow, measurement.name, clock.now());
		options.measure(measurement);
	});
	const {adoption} = options;
	const command = options.buildCommand(experiment);
	const files = options.runStore.attemptFiles(id, attempt);
	const {argv, env, cwd, folder, copy, inherited, worker} = command;
	// What is only played prints what a bundled workload does, and leaves no files.
	const left = options.simulated ? null : watchLeft(command, options, observer);
	if (!adoption) await recorder.record({type: 'launching', id, attempt, argv, env, ...(worker ? {worker} : {})});
	onIntended();
	if (!adoption) await left?.look();
	if (experiment.role === 'profile' && !adoption) await options.profiling?.prepare(experiment, worker?.key);
	const startedAt = adoption?.startedAt ?? clock.now();
	const request = {
		argv,
		env,
		cwd,
		...(folder === undefined ? {} : {folder}),
		...(copy === undefined ? {} : {copy}),
		...(inherited === undefined ? {} : {inherited}),
		files,
		tag: buildTag(options.token, id, attempt),
		onLine: (line: string, old = false) => {
			isOld = old;
			observer.read(line, clock.now());
			left?.onLine(line);
		},
		...(left ? {onErrorLine: left.onErrorLine} : {}),
		...(worker ? {worker: addressWorker(worker, experiment.lane, options.token)} : {}),
	};
	gpuWindow.launch(startedAt);
	const finished = await launchAndWait(request, options, {hold, suspension}, onLaunched);
	const suspendedMs = await suspension.close();
	const endedAt = clock.now();
	const outcome = toOutcome(finished, hold.close());
	// Not awaited: the facts stay in order, and the commit below waits for the disk anyway.
	const noted = recorder.record({type: 'ended', id, attempt, outcome});
	// A disk that is given up refuses the commit too, which then is what fails.
	noted.then(options.onTurned, () => {});
	const report = finished.kind === 'ended' ? finished.report : null;
	const leavings = await left?.collect(outcome.kind === 'exited', report?.droppedLogBytes);
	const observed = adoption ? doubtUnwatched(observer.finish(endedAt), adoption) : observer.finish(endedAt);
	const observation = leavings ? addLeft(observed, leavings) : observed;
	const pass = {experiment, workerKey: worker?.key, startedAt, outcome, report, observation};
	const result = judgeAttempt({
		experiment,
		outcome,
		report,
		observation,
		profile: await readProfile(pass, options.profiling),
		changedInputs: (await options.checkInputs?.(experiment)) ?? [],
		gpu: await gpuWindow.finish(endedAt),
		startedAt,
		endedAt,
		suspendedMs,
		argv,
		isBundled: options.isBundled(experiment),
		nodeCpus: experiment.binding.kind === 'off' ? [] : options.listCpus(experiment.binding.node),
		usualClockMHz: options.findUsualClock(experiment),
		left: leavings?.verdict ?? null,
		stdoutLog: options.relative(files.stdout),
		stderrLog: options.relative(files.stderr),
		simulated: options.simulated,
	});
	await recorder.commit(`results/${id}.json`, `${JSON.stringify({id, attempt, experiment, result}, null, '\t')}\n`);
	await noted;
	await recorder.record({type: 'committed', id, attempt, result});
}

/** Its output is whole, but when it said what is not known, and nobody saw what else its GPU did meanwhile. */
const doubtUnwatched = (observation: Observation, {unwatchedMs}: Adoption): Observation => ({
	...observation,
	phasesS: {},
	stagesS: {},
	degraded: [
		...observation.degraded,
		`unwatched: its runner was gone for ${(unwatchedMs / 1000).toFixed(1)} s while it ran, so that nobody saw who else used its GPU`,
	],
});

const followPhase = (gpuWindow: GpuWindow, name: Phase, at: number): void =>
	name === 'measure' ? gpuWindow.begin(at) : gpuWindow.end(at);

type Finished =
	| {readonly kind: 'refused'; readonly message: string}
	| {readonly kind: 'abandoned'; readonly message: string}
	| {readonly kind: 'ended'; readonly report: ProcessReport};

async function launchAndWait(
	request: LaunchRequest,
	{launch, adopt, adoption, recorder, experiment, number: attempt}: AttemptOptions,
	{hold, suspension}: Pick<Controls, 'hold' | 'suspension'>,
	onLaunched: () => void,
): Promise<Finished> {
	try {
		const process = await (adoption && adopt ? adopt(adoption.identity, request) : launch(request));
		const ended = waitForEnd(process);
		hold.take(process);
		suspension.take(process);
		if (!adoption) await recorder.record({type: 'started', id: experiment.id, attempt, ...process.identity});
		onLaunched();
		return await ended;
	} catch (error) {
		onLaunched();
		return {kind: 'refused', message: describe(error)};
	}
}

const waitForEnd = ({finished}: LaunchedProcess): Promise<Finished> =>
	finished.then(
		(report): Finished => ({kind: 'ended', report}),
		(error: unknown): Finished => ({kind: 'abandoned', message: describe(error)}),
	);

/** What we ended counts as ended by us, whatever it managed to exit with. */
function toOutcome(finished: Finished, cause: Outcome | undefined): Outcome {
	if (finished.kind === 'refused') return {kind: 'not-spawned', message: finished.message};
	if (finished.kind === 'abandoned') return finished;
	return cause ?? finished.report.end;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
