import type {Cell, Experiment, ExperimentResult} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, controlId, experiment, opened, PARAMS, playFast, ran} from '../rig/story.ts';
import {createNormal} from '../rig/studies.ts';

const BLOCKS = 8;

type Model = {
	readonly depth: number;
	readonly rate: number;
	readonly farCpu: number;
	readonly farMemory: number;
	readonly sd: number;
	/** Samples/s of copying in, computing and launched computing alone. */
	readonly floors: readonly [number, number, number];
};

const MODELS: {readonly [name: string]: Model} = {
	vit32x2x128: {depth: 2, rate: 9000, farCpu: 0.99, farMemory: 0.95, sd: 0.004, floors: [10_000, 50_000, 21_000]},
	vit32x6x128: {depth: 6, rate: 5000, farCpu: 0.97, farMemory: 1, sd: 0.004, floors: [10_000, 16_000, 5200]},
	vit32x24x128: {depth: 24, rate: 2000, farCpu: 1, farMemory: 1, sd: 0.006, floors: [10_000, 2100, 2000]},
	vit32x12x512: {depth: 12, rate: 900, farCpu: 1, farMemory: 0.996, sd: 0.012, floors: [10_000, 950, 940]},
};

const GPUS = [0, 2] as const;
const NAMES = Object.keys(MODELS);

type Planned = {readonly one: Experiment; readonly farCpu: boolean; readonly farMemory: boolean};

const planAll = (): readonly Planned[] =>
	Array.from({length: BLOCKS}, (_, index) => index + 1).flatMap((block) =>
		GPUS.flatMap((gpuId) => NAMES.flatMap((model) => planBlock(block, gpuId, model))),
	);

/** Both whole places, the control, and CPUs and memory apart. */
function planBlock(block: number, gpuId: number, model: string): readonly Planned[] {
	const far = gpuId === 0 ? 2 : 0;
	const at = (node: number) => experiment(toCell(gpuId, node, model), block);
	const split = (cpu: number, memory: number): Experiment => {
		const one = at(cpu);
		return {
			...one,
			id: `${one.runId}_memory${memory}.b${block}`,
			runId: `${one.runId}_memory${memory}`,
			memoryNode: memory,
		};
	};
	const near = at(gpuId);
	return [
		{one: near, farCpu: false, farMemory: false},
		{one: at(far), farCpu: true, farMemory: true},
		{one: {...near, id: controlId(near.runId, block), role: 'control'}, farCpu: false, farMemory: false},
		{one: split(gpuId, far), farCpu: false, farMemory: true},
		{one: split(far, gpuId), farCpu: true, farMemory: false},
	];
}

const toCell = (gpuId: number, numaNode: number, model: string): Cell =>
	cell({
		gpuId,
		numaNode,
		model,
		params: {
			...PARAMS,
			depth: MODELS[model]?.depth ?? 0,
			dim: Number(model.split('x').at(-1)),
			tensor_shape: [3, 224, 224],
		},
	});

/** Two GPUs, four models, eight blocks: controls and a 2 x 2 beside every comparison, all of it simulated. */
export function finishedStudy(): RunState {
	const normal = createNormal(8);
	const plan = planAll();
	const facts = plan.flatMap(({one, farCpu, farMemory}): readonly Fact[] => {
		const model = MODELS[one.model ?? ''];
		if (!model) return [];
		const slowdown = (farCpu ? model.farCpu : 1) * (farMemory ? model.farMemory : 1);
		return ran(one.id, measure(model, model.rate * slowdown * Math.exp(model.sd * normal())));
	});
	const experiments = plan.map(({one}) => one);
	const cells = [
		...new Map(experiments.map(({runId, ...one}) => [runId, {...one, runId, duplicateOf: null}])).values(),
	];
	return playFast(
		opened({simulated: true}),
		{type: 'planned', cells: cells.map(toPlannedCell), experiments},
		...facts,
		{
			type: 'closed',
			reason: 'finished',
		},
	);
}

const toPlannedCell = ({runId, job, gpuId, numaNode, model, params, axes, duplicateOf}: Cell): Cell => ({
	runId,
	job,
	gpuId,
	numaNode,
	model,
	params,
	axes,
	duplicateOf,
});

const measure = (
	{floors: [copies, computes, launches]}: Model,
	throughputSamplesPerS: number,
): Partial<ExperimentResult> => ({
	throughputSamplesPerS,
	simulated: true,
	metrics: {
		floors: {
			h2d_samples_per_s: copies,
			compute_samples_per_s: computes,
			launch_samples_per_s: launches,
			d2h_samples_per_s: 2 * copies,
		},
	},
});
