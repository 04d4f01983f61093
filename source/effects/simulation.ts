import {appendFileSync} from 'node:fs';
import type {LaneId} from '../domain/experiment.ts';
import {isJsonObject, type Json} from '../domain/json.ts';
import type {
	Clock,
	LaunchedProcess,
	LaunchRequest,
	Processes,
	ServedRequest,
	Telemetry,
	WarmProcesses,
} from '../engine/ports.ts';
import type {ProcessIdentity} from '../journal/state.ts';
import {buildPipelineSettings} from '../plan/build-command.ts';
import {createRandom, deriveSeed} from '../plan/random.ts';
import type {SimulatedHost} from './host-file.ts';
import {cannotStart} from './launch-errors.ts';
import {playScript} from './simulated-process.ts';
import {type GpuLoad, writeScript} from './simulated-script.ts';
import {readSettings} from './simulated-settings.ts';
import {createSimulatedTelemetry} from './simulated-telemetry.ts';

export type Simulation = {readonly processes: Processes; readonly warm: WarmProcesses; readonly telemetry: Telemetry};

type SimulationOptions = {
	readonly clock: Clock;
	/** Decides noise and failures: the same seed gives the same experiment the same numbers. */
	readonly seed: number;
};

/** Belongs to no process: pid 0 would mean our own group to kill(2), so nobody may ever signal it. */
const NOBODY: ProcessIdentity = {pid: 0, startTicks: 0, bootId: 'simulated', pidNamespace: 'simulated'};

/** A host that is only played: no program is started, and every device name and log says SIMULATED. */
export function createSimulation({machine, simulation: usual}: SimulatedHost, options: SimulationOptions): Simulation {
	const {clock, seed} = options;
	const {topology} = machine;
	const loads = new Map<number, GpuLoad>();
	const failsNext = createFailures(seed, usual.failOneIn);

	const launch = (request: LaunchRequest, rates = usual): LaunchedProcess => {
		const settings = readSettings(request, topology);
		openLogs(request);
		const random = createRandom(deriveSeed(seed, nameAttempt(request.tag)));
		const script = writeScript({settings, rates, topology, random, fails: failsNext()});
		const onLoad = (load: GpuLoad | null): void => {
			if (load) loads.set(settings.gpu.index, load);
			else loads.delete(settings.gpu.index);
		};
		return {identity: NOBODY, ...playScript({script, request, clock, onLoad})};
	};

	return {
		processes: {
			launch: async (request) => launch(request),
			endTagged: async () => 0,
		},
		warm: createPlayedWorkers((request, isStarted) =>
			launch(request, isStarted ? {...usual, loadS: WARM_SHARE * usual.loadS} : usual),
		),
		telemetry: createSimulatedTelemetry({topology, rates: usual, clock, loads}),
	};
}

/** Of the start, what a worker that runs still needs for a request: its pool and its model. */
const WARM_SHARE = 0.1;

type Play = (request: LaunchRequest, isStarted: boolean) => LaunchedProcess;

/** The same experiments as in processes of their own; only their start is shorter once a worker of their key is there. */
function createPlayedWorkers(play: Play): WarmProcesses {
	const started = new Map<string, LaneId>();
	const serve = (request: ServedRequest): LaunchedProcess => {
		const {key, lane} = request.worker;
		const process = play(spellOut(request), started.has(key));
		started.set(key, lane);
		const stop = (graceMs: number): void => {
			started.delete(key);
			process.stop(graceMs);
		};
		return {...process, stop};
	};
	return {
		launch: async (request, soon = []) => {
			const process = serve(request);
			for (const {worker} of soon) started.set(worker.key, worker.lane);
			return process;
		},
		release: (key) => started.delete(key),
		isAlive: (key) => started.has(key),
		close: async () => started.clear(),
		count: (lane) => [...started.values()].filter((one) => one === lane).length,
	};
}

/** As one command line, which is what a script is written from. */
function spellOut({worker, argv, ...request}: ServedRequest): LaunchRequest {
	const asked: Json = JSON.parse(worker.line);
	const params = isJsonObject(asked) ? asked : {};
	return {...request, argv: [...argv, ...buildPipelineSettings({runId: String(params.name), params})]};
}

/** `token:id:attempt` without the run's token, which is another one each time. */
const nameAttempt = (tag: string): string => tag.slice(tag.indexOf(':') + 1);

/** Of each `oneIn` launches one fails, whose place is drawn: so even a demo of a few dozen has a failure to show. */
function createFailures(seed: number, oneIn: number): () => boolean {
	let launches = 0;
	return () => {
		if (oneIn === 0) return false;
		const place = launches % oneIn;
		const group = Math.floor(launches / oneIn);
		launches++;
		return place === Math.floor(oneIn * createRandom(deriveSeed(seed, `failure ${group}`))());
	};
}

function openLogs({files, argv}: LaunchRequest): void {
	try {
		appendFileSync(files.stdout, `SIMULATED in place of: ${argv.join(' ')}\n`, {mode: 0o600});
		appendFileSync(files.stderr, '', {mode: 0o600});
	} catch (error) {
		throw cannotStart(argv[0] ?? 'simulation', error);
	}
}
