import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {createSession} from '../../source/cli/perform.ts';
import type {Experiment} from '../../source/domain/experiment.ts';
import {createClock} from '../../source/effects/clock.ts';
import {createProcesses, createProcessTools} from '../../source/effects/processes.ts';
import {createRunFolder} from '../../source/effects/run-folder.ts';
import {createWarmProcesses} from '../../source/effects/warm-processes.ts';
import type {FactEvent} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, numaNode, opened, PARAMS, planned, topology} from './story.ts';

const SMALL = {
	...PARAMS,
	dim: 128,
	mlp_dim: 512,
	tensor_shape: [3, 32, 32],
	num_samples: 8,
	batch_size: 4,
	warmup_samples: 4,
	memory_size_mb: 8,
	pipeline_mode: 'async',
	preprocessing_mode: 'none',
	queue_depth: 2,
	execution: 'eager',
	min_window_s: 0,
	measure_floors: false,
};

export type TorchStudy = {
	readonly state: RunState;
	readonly facts: readonly FactEvent[];
	/** Of the run. */
	readonly folder: string;
	readonly wallMs: number;
};

type StudyOptions = {
	readonly folder: string;
	readonly python: string;
	readonly pipeline: string;
	readonly depths: readonly number[];
	readonly blocks: number;
	readonly isolation: 'block' | 'process';
};

/** This machine's CPUs played as two nodes, so that a study of two nodes runs anywhere that has PyTorch. */
const NODES = [numaNode(0, [10, 20]), numaNode(1, [20, 10])].map((node) => ({...node, cpus: [0, 1]}));
const MACHINE = topology({nodes: NODES, gpus: []});

/** Real PyTorch on the CPU through the whole engine: each model on both nodes, one after the other, in each block. */
export async function runTorchStudy(options: StudyOptions): Promise<TorchStudy> {
	const {python, pipeline, isolation} = options;
	const clock = createClock();
	const baseDir = join(options.folder, isolation);
	mkdirSync(baseDir);
	const folder = await createRunFolder({
		baseDir,
		name: isolation,
		multirun: false,
		startedAt: new Date(),
		clock,
		warpdeck: '0',
		onLost: () => {},
	});
	const tools = createProcessTools();
	const facts: FactEvent[] = [];
	const session = createSession({
		folder,
		outside: {
			clock,
			processes: createProcesses({}, tools),
			warm: createWarmProcesses(tools),
			telemetry: {watch: () => () => {}, markEdge: async () => {}},
		},
		context: {
			workloadOf: () => 'vit_pipeline',
			topology: MACHINE,
			python,
			pipeline,
			warpdeck: [],
			runDir: folder.path,
			cwd: folder.path,
		},
		token: crypto.randomUUID().slice(0, 8),
		simulated: false,
		resultsFile: 'results.json',
		onEvent: (event) => 'crc' in event || facts.push(event as FactEvent),
	});
	await session.recorder.recordAll([opened({topology: MACHINE, maxWorkers: 1}), planStudy(options)]);
	const before = performance.now();
	const state = await session.run();
	return {state, facts, folder: folder.path, wallMs: performance.now() - before};
}

function planStudy({depths, blocks, isolation}: StudyOptions) {
	const cells = depths.flatMap((depth) =>
		NODES.map(({id}) => cell({gpuId: null, numaNode: id, model: `depth${depth}`, params: {...SMALL, depth}})),
	);
	const {experiments, ...plan} = planned(cells, {blocks});
	const bind = (one: Experiment): Experiment => ({
		...one,
		binding: {kind: 'cpu', node: one.numaNode ?? 0, reason: 'a node that is only played'},
		...(isolation === 'block' ? {isolation} : {}),
	});
	return {...plan, experiments: experiments.map(bind)};
}
