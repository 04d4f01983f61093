import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import type {Cell, Experiment} from '../../source/domain/experiment.ts';
import {parseWorkloadLine, type WorkloadLine} from '../../source/domain/workload-protocol.ts';
import type {SimulatedHost} from '../../source/effects/host-file.ts';
import type {SimulatedRates} from '../../source/effects/simulated-rates.ts';
import type {Simulation} from '../../source/effects/simulation.ts';
import type {LaunchedProcess, LaunchRequest} from '../../source/engine/ports.ts';
import {buildCommand} from '../../source/plan/build-command.ts';
import {type FakeClock, takeSettled} from './fake-clock.ts';
import {cell, experiment, PARAMS, topology} from './story.ts';

const RATES: SimulatedRates = {
	teraflops: 35,
	copyGBPerS: 50,
	batchLaunchMs: 0.1,
	layerLaunchMs: 0.4,
	compiledLaunchShare: 0.4,
	slowdownPerDistance: 0.03,
	noisePercent: 0,
	failOneIn: 0,
	faults: [],
	loadS: 2,
	compileS: 4,
	leastMeasureS: 2,
	timeScale: 1,
	gpu: {idleCelsius: 30, busyCelsius: 70, idleWatts: 100, busyWatts: 400, powerLimitWatts: 500},
};

/** The story's host (GPU 0 on node 0, node 2 on the other socket) with rates of its own and no noise. */
export const simulatedHost = (rates: Partial<SimulatedRates> = {}): SimulatedHost => ({
	machine: {topology: topology({origin: 'simulated'}), bindings: {}},
	simulation: {...RATES, ...rates},
});

/** An experiment as a plan declares it: with every key that vit_pipeline reads. */
export const declared = (params: Cell['params'] = {}, changes: Partial<Cell> = {}): Experiment =>
	experiment(
		cell({
			...changes,
			params: {
				...PARAMS,
				warmup_samples: 100,
				memory_size_mb: 64,
				tensor_shape: [3, 224, 224],
				compile_model: false,
				compile_mode: 'default',
				pipeline_mode: 'async',
				preprocessing_mode: 'none',
				queue_depth: 2,
				execution: 'eager',
				min_window_s: 0,
				measure_floors: true,
				...params,
			},
		}),
	);

/** What the engine would ask for, with logs in a folder that goes with the test. */
export function request(t: TestContext, one: Experiment, onLine: (line: string) => void = () => {}): LaunchRequest {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-simulated-'));
	t.after(() => rmSync(folder, {recursive: true}));
	const at = (end: string) => join(folder, `${one.id}.${end}`);
	const files = {stdout: at('stdout'), stderr: at('stderr'), exitStatus: at('exit')};
	const command = buildCommand(one, {
		workloadOf: () => 'vit_pipeline',
		topology: topology({origin: 'simulated'}),
		python: null,
		pipeline: 'suites/workloads/vit_pipeline.py',
		warpdeck: ['warpdeck'],
		runDir: folder,
		cwd: folder,
	});
	const {worker, ...own} = command;
	const asked = {...own, files, tag: `a1b2c3d4:${one.id}:1`, onLine};
	if (!worker) return asked;
	const {key, request: line} = worker;
	return {...asked, worker: {key, lane: one.lane, tag: `a1b2c3d4:worker:${key}:`, line: JSON.stringify(line)}};
}

export type Played = {
	readonly process: LaunchedProcess;
	readonly lines: readonly string[];
	/** What the protocol makes of them; a malformed line fails the test. */
	readonly said: readonly WorkloadLine[];
	readonly files: LaunchRequest['files'];
	readonly report: Awaited<LaunchedProcess['finished']>;
};

/** Launches an experiment and lets it run to its end. */
export async function playThrough(
	t: TestContext,
	{processes, warm}: Pick<Simulation, 'processes' | 'warm'>,
	clock: FakeClock,
	one: Experiment,
): Promise<Played> {
	const lines: string[] = [];
	const asked = request(t, one, (line) => lines.push(line));
	const {worker} = asked;
	const process = await (worker ? warm.launch({...asked, worker}) : processes.launch(asked));
	await clock.advance(600_000);
	return {
		process,
		lines,
		said: lines.flatMap(readLine),
		files: asked.files,
		report: await takeSettled(process.finished),
	};
}

function readLine(text: string): readonly WorkloadLine[] {
	const parsed = parseWorkloadLine(text);
	if (parsed.kind === 'malformed') throw new Error(`${parsed.problem}: ${text}`);
	return parsed.kind === 'said' ? [parsed.line] : [];
}

/** All lines of one event. */
export const only = <Event extends WorkloadLine['event']>(
	said: readonly WorkloadLine[],
	event: Event,
): readonly Extract<WorkloadLine, {readonly event: Event}>[] =>
	said.filter((line): line is Extract<WorkloadLine, {readonly event: Event}> => line.event === event);
