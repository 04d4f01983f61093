import type {Binding, Device, Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {SuiteExperiment} from '../domain/suite.ts';
import type {Lane} from '../journal/event.ts';
import type {Job} from './compose.ts';
import {checkGpu, chooseDevice, createLane, needsNoGpu} from './hardware.ts';
import {canServe} from './isolation.ts';
import {bindApart, chooseBinding, explainUnbound} from './nodes.ts';
import {listPlaces, type Place} from './places.ts';
import type {PlanContext, ProblemList} from './plan.ts';
import {findVarying, flatten, nameVariant} from './run-id.ts';
import type {Variant} from './variants.ts';

/** A cell with what is needed to make experiments of it. */
export type Draft = Place & {
	readonly variant: Variant;
	readonly device: Device;
	readonly axes: JsonObject;
	readonly lane: Lane;
	readonly binding: Binding;
	readonly exclusive: Experiment['exclusive'];
	/** Whether it may run in a process that stays warm. */
	readonly isWarm: boolean;
	readonly identity: string;
	readonly name: string;
};

/** Jobs x GPUs x nodes x models x axes. */
export function draftAll(
	jobs: readonly Job[],
	variants: readonly Variant[],
	context: PlanContext,
	problems: ProblemList,
): readonly Draft[] {
	const byPhase = [...Map.groupBy(variants, ({job}) => job.phase?.name).values()];
	const names = new Map(byPhase.flatMap(nameVariants));
	const byJob = Map.groupBy(variants, ({job}) => job);
	return jobs.flatMap((job) => draftJob(job, byJob.get(job) ?? [], names, context, problems));
}

/** A phase is named as it would be by itself, so that the settings of others make none of its names longer. */
function nameVariants(variants: readonly Variant[]): readonly (readonly [Variant, string])[] {
	const varying = findVarying(variants);
	return variants.map((variant) => [variant, nameVariant(variant, varying)]);
}

/** What the cells of a job share. */
type Shared = {
	readonly job: Job;
	readonly device: Device;
	readonly exclusive: Experiment['exclusive'];
	readonly names: ReadonlyMap<Variant, string>;
	readonly context: PlanContext;
	readonly problems: ProblemList;
};

function draftJob(
	job: Job,
	variants: readonly Variant[],
	names: ReadonlyMap<Variant, string>,
	context: PlanContext,
	problems: ProblemList,
): readonly Draft[] {
	const device = chooseDevice(job, context);
	const points = crossAxes(job.suite.experiment.axes);
	const places = listPlaces(job, device, context, problems);
	const exclusive = chooseExclusive(job, device, places, variants);
	const shared: Shared = {job, device, exclusive, names, context, problems};
	const drafts: Draft[] = [];
	for (const place of places) {
		for (const variant of variants) {
			for (const axes of points) {
				checkGpu(place.gpuId, job, device, context, problems);
				drafts.push(draft(variant, place, axes, drafts.length, shared));
			}
		}
	}
	return drafts;
}

function draft(variant: Variant, place: Place, axes: JsonObject, index: number, shared: Shared): Draft {
	const {job, device, exclusive, names} = shared;
	const {gpuId, memoryNode} = place;
	const node = variant.model?.numa_node ?? place.node;
	const binding = bind({...place, node}, shared);
	const {topology} = shared.context.machine;
	const lane = createLane(gpuId, device, needsNoGpu(job) ? index % job.suite.experiment.max_workers : 0, topology);
	const {isolation, workload} = job.suite.experiment;
	const isWarm = isolation === 'block' && canServe({workload, device, params: variant.params});
	const parts = [
		...(gpuId === null ? [] : [`gpu${gpuId}`]),
		...(node === null ? [] : [`numa${node}`]),
		...(memoryNode === undefined ? [] : [`mem${memoryNode}`]),
		...[names.get(variant) ?? ''].filter(Boolean),
		...Object.entries(axes).map(([key, value]) => `${key}-${flatten(value)}`),
	];
	const ownName = parts.length > 0 ? parts.join('_') : flatten(job.suite.experiment.name);
	const name = job.phase ? `${job.phase.name}.${ownName}` : ownName;
	// The CPU lane that a cell happens to get is no part of what it measures.
	const held = `${gpuId} ${node} ${memoryNode} ${binding.kind} ${exclusive} ${isWarm}`;
	const identity = `${nameScope(job)}${device} ${held} ${JSON.stringify(axes)} ${variant.identity}`;
	return {variant, device, gpuId, node, memoryNode, axes, lane, binding, exclusive, isWarm, identity, name};
}

/** Within what equal cells are the same measurement: phases are measured apart, and what is postponed measures nothing yet. */
function nameScope({phase, suite}: Job): string {
	if (!phase) return '';
	const {blocks, warmup_blocks, control, profiler} = suite.experiment;
	return `${phase.name} ${phase.postponed !== undefined} ${blocks} ${warmup_blocks} ${control} ${profiler} `;
}

function bind({gpuId, node, memoryNode}: Place, {job, context: {machine}, problems}: Shared): Binding {
	const {binding, split_binding} = job.suite.experiment.hardware;
	if (node === null) return {kind: 'off', reason: explainUnbound(job, gpuId, machine.topology)};
	if (split_binding) return bindApart(node, memoryNode ?? node, machine, problems);
	return chooseBinding(node, binding, machine, problems);
}

/**
 * Nodes share memory channels and the link between sockets, so whoever compares them has the host to himself unless the
 * suite says otherwise; with a single block too, because a wrong difference is no better for being a rough one.
 */
function chooseExclusive(
	{suite}: Job,
	device: Device,
	places: readonly Place[],
	variants: readonly Variant[],
): Experiment['exclusive'] {
	const {exclusive, hardware} = suite.experiment;
	if (exclusive !== undefined) return exclusive;
	if (hardware.binding === 'off') return 'gpu';
	const onLane = Map.groupBy(places, ({gpuId}) => (device === 'cuda' ? gpuId : null));
	return [...onLane.values()].some((own) => countHolds(own, variants) > 1) ? 'host' : 'gpu';
}

/** On how many nodes, or pairs of them, the models of one lane are held. */
function countHolds(places: readonly Place[], variants: readonly Variant[]): number {
	const own = variants.flatMap(({model}) => model?.numa_node ?? []).map(String);
	const listed = own.length < variants.length ? places : [];
	const held = listed.map(({node, memoryNode}) => (memoryNode === undefined ? `${node}` : `${node}, ${memoryNode}`));
	return new Set([...own, ...held]).size;
}

function crossAxes(axes: SuiteExperiment['axes']): readonly JsonObject[] {
	return Object.entries(axes).reduce<readonly JsonObject[]>(
		(points, [name, values]) => points.flatMap((point) => values.map((value) => ({...point, [name]: value}))),
		[{}],
	);
}
