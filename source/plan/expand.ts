import {UserError} from '../domain/errors.ts';
import type {Binding, Cell, Device, Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {findNode} from '../domain/topology.ts';
import type {Lane} from '../journal/event.ts';
import type {Composition, Job} from './compose.ts';
import {listConditions} from './conditions.ts';
import {checkGpu, chooseDevice, createLane, needsNoGpu, resolveGpuIds} from './hardware.ts';
import {describeLocality, type JobGpus} from './locality-notices.ts';
import {chooseBinding, explainUnbound, resolveNodes} from './nodes.ts';
import {createProblemList, type Plan, type PlanContext, type ProblemList} from './plan.ts';
import {checkLadder, createRuleTeller, listRunRules} from './policy.ts';
import {createRandom, deriveSeed, shuffle} from './random.ts';
import {createNames, findVarying, flatten, nameDetails, nameVariant} from './run-id.ts';
import {listVariants, type Variant} from './variants.ts';

/** A cell with what is needed to make experiments of it. */
type Draft = {
	readonly variant: Variant;
	readonly device: Device;
	readonly gpuId: number | null;
	readonly node: number | null;
	readonly axes: JsonObject;
	readonly lane: Lane;
	readonly binding: Binding;
	readonly identity: string;
	readonly name: string;
};

/** Jobs x GPUs x nodes x models x axes to cells, and cells x blocks to experiments; pure, so that a plan is a promise. */
export function expandPlan(composition: Composition, context: PlanContext): Plan {
	composition.jobs.forEach(checkLadder);
	const problems = createProblemList();
	const variants = composition.jobs.flatMap(listVariants);
	const drafts = draftAll(composition.jobs, variants, context, problems);
	if (drafts.length === 0) throw refuseEmpty();
	const cells = nameCells(drafts);
	const first = composition.jobs[0]?.suite.experiment;
	const seed = first?.seed ?? context.seed;
	const experiments = listExperiments(cells, seed, context).map(createRuleTeller(composition.jobs));
	const used = new Set(experiments.map(({lane}) => lane));
	return {
		suite: first?.name ?? '',
		jobs: composition.jobs.length,
		multirun: composition.multirun,
		cells: cells.map(({cell}) => cell),
		experiments,
		lanes: [...new Map(drafts.map(({lane}) => [lane.id, lane])).values()].filter(({id}) => used.has(id)),
		maxWorkers: Math.max(...composition.jobs.map(({suite}) => suite.experiment.max_workers)),
		seed,
		problems: problems.list(),
		notices: [
			...describeDevice(drafts, context),
			...describeFirst(composition.jobs),
			...describeLocality(listJobGpus(drafts, context), context.machine.topology),
		],
	};
}

const refuseEmpty = (): UserError =>
	new UserError('The plan is empty: nothing would run.', {
		tryThis: ['give every list at least one value: experiment.vit_configs, experiment.axes'],
	});

function draftAll(
	jobs: readonly Job[],
	variants: readonly Variant[],
	context: PlanContext,
	problems: ProblemList,
): readonly Draft[] {
	const varying = findVarying(variants);
	const names = new Map(variants.map((variant) => [variant, nameVariant(variant, varying)]));
	const byJob = Map.groupBy(variants, ({job}) => job);
	return jobs.flatMap((job) => draftJob(job, byJob.get(job) ?? [], names, context, problems));
}

function draftJob(
	job: Job,
	variants: readonly Variant[],
	names: ReadonlyMap<Variant, string>,
	context: PlanContext,
	problems: ProblemList,
): readonly Draft[] {
	const device = chooseDevice(job, context);
	const axes = crossAxes(job.suite.experiment.axes);
	const drafts: Draft[] = [];
	for (const gpuId of resolveGpuIds(job, device, context)) {
		for (const listed of resolveNodes(job, gpuId, context.machine, problems)) {
			for (const variant of variants) {
				for (const point of axes) {
					checkGpu(gpuId, device, context, problems);
					const place = {gpuId, listed, device, axes: point, job, index: drafts.length};
					drafts.push(draft(variant, place, names, context, problems));
				}
			}
		}
	}
	return drafts;
}

type Place = {
	readonly gpuId: number | null;
	readonly listed: number | null;
	readonly device: Device;
	readonly axes: JsonObject;
	readonly job: Job;
	/** Number of the cell within its job. */
	readonly index: number;
};

function draft(
	variant: Variant,
	{gpuId, listed, device, axes, job, index}: Place,
	names: ReadonlyMap<Variant, string>,
	{machine}: PlanContext,
	problems: ProblemList,
): Draft {
	const {hardware, max_workers} = job.suite.experiment;
	const node = variant.model?.numa_node ?? listed;
	const binding: Binding =
		node === null
			? {kind: 'off', reason: explainUnbound(job, gpuId, machine.topology)}
			: chooseBinding(node, hardware.binding, machine, problems);
	const lane = createLane(gpuId, device, needsNoGpu(job) ? index % max_workers : 0, machine.topology);
	const axesText = JSON.stringify(axes);
	const parts = [
		...(gpuId === null ? [] : [`gpu${gpuId}`]),
		...(node === null ? [] : [`numa${node}`]),
		...[names.get(variant) ?? ''].filter(Boolean),
		...Object.entries(axes).map(([key, value]) => `${key}-${flatten(value)}`),
	];
	const name = parts.length > 0 ? parts.join('_') : flatten(job.suite.experiment.name);
	// The CPU lane that a cell happens to get is no part of what it measures.
	const identity = `${device} ${gpuId} ${node} ${binding.kind} ${axesText} ${variant.identity}`;
	return {variant, device, gpuId, node, axes, lane, binding, identity, name};
}

function crossAxes(axes: {
	readonly [name: string]: readonly (string | number | boolean | null)[];
}): readonly JsonObject[] {
	return Object.entries(axes).reduce<readonly JsonObject[]>(
		(points, [name, values]) => points.flatMap((point) => values.map((value) => ({...point, [name]: value}))),
		[{}],
	);
}

type NamedCell = {readonly draft: Draft; readonly cell: Cell};

function nameCells(drafts: readonly Draft[]): readonly NamedCell[] {
	const shared = new Map<string, string>();
	const details = findAmbiguous(drafts);
	const takeName = createNames();
	return drafts.map((draft) => {
		const {variant, gpuId, node, axes, name} = draft;
		const runId = takeName(details.has(name) && variant.model ? name + nameDetails(variant.params) : name);
		const first = shared.get(draft.identity);
		if (first === undefined) shared.set(draft.identity, runId);
		const duplicateOf = variant.job.suite.experiment.duplicates === 'once' ? (first ?? null) : null;
		const {params, model, job} = variant;
		return {
			draft,
			cell: {runId, job: job.number, gpuId, numaNode: node, model: model?.name ?? null, params, axes, duplicateOf},
		};
	});
}

/** Names that cells with different configurations would share. */
function findAmbiguous(drafts: readonly Draft[]): ReadonlySet<string> {
	const identities = new Map<string, string>();
	const ambiguous = new Set<string>();
	for (const {name, identity} of drafts) {
		if ((identities.get(name) ?? identity) !== identity) ambiguous.add(name);
		identities.set(name, identity);
	}
	return ambiguous;
}

function listExperiments(cells: readonly NamedCell[], seed: number, context: PlanContext): readonly Experiment[] {
	const distinct = cells.filter(({cell}) => cell.duplicateOf === null);
	const byJob = Map.groupBy(distinct, ({draft}) => draft.variant.job);
	return [...byJob].flatMap(([job, own]) => {
		const {blocks, order} = job.suite.experiment;
		return Array.from({length: blocks}, (_, index) => index + 1).flatMap((block) => {
			const random = createRandom(deriveSeed(seed, `job ${job.number} block ${block}`));
			const ordered = order === 'interleaved' ? shuffle(own, random) : own;
			return ordered.map((named) => toExperiment(named, block, context));
		});
	});
}

function toExperiment({draft, cell}: NamedCell, block: number, {machine}: PlanContext): Experiment {
	const suite = draft.variant.job.suite.experiment;
	const {exclusive} = suite;
	const {duplicateOf: _duplicate, ...named} = cell;
	return {
		...named,
		id: block === 1 ? cell.runId : `${cell.runId}.b${block}`,
		block,
		lane: draft.lane.id,
		device: draft.device,
		binding: draft.binding,
		exclusive,
		socket: draft.node === null ? null : (findNode(machine.topology, draft.node)?.socket ?? null),
		timeoutMs: Math.round(Number(cell.params.timeout_s) * 1000),
		...listConditions(suite, draft.device),
	};
}

function listJobGpus(drafts: readonly Draft[], {machine}: PlanContext): readonly JobGpus[] {
	const onGpus = Map.groupBy(
		drafts.filter(({device}) => device === 'cuda'),
		({variant}) => variant.job,
	);
	return [...onGpus].map(([job, own]) => {
		const ids = new Set(own.map(({gpuId}) => gpuId));
		return {job, gpus: machine.topology.gpus.filter(({index}) => ids.has(index))};
	});
}

/** A run has one seed and one place to write to, so of several suites one must decide. */
function describeFirst(jobs: readonly Job[]): readonly string[] {
	const settings = new Set(
		jobs.map(({suite}) => JSON.stringify([suite.output, suite.experiment.seed, ...listRunRules(suite.experiment)])),
	);
	return settings.size > 1
		? [
				`The jobs come from suites with different output, seed, stop_after, breaker or deadline; those of ${jobs[0]?.suiteName} hold.`,
			]
		: [];
}

function describeDevice(drafts: readonly Draft[], {machine}: PlanContext): readonly string[] {
	const devices = new Set(drafts.filter(({variant}) => !needsNoGpu(variant.job)).map(({device}) => device));
	if (devices.size === 0 || devices.has('cuda')) return [];
	const cause = machine.topology.gpus.length === 0 ? 'This machine has no NVIDIA GPU' : 'hardware.device=cpu';
	const how = devices.has('cpu-reference')
		? 'the built-in reference pipeline, because no interpreter here has PyTorch'
		: 'PyTorch';
	return [
		`${cause}: experiments run on the CPU by ${how}, one at a time; their numbers say so and are never compared with a GPU's.`,
	];
}
