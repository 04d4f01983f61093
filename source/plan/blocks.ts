import type {Cell, Experiment} from '../domain/experiment.ts';
import type {SuiteExperiment} from '../domain/suite.ts';
import {findLocalNode, findNode, type Topology} from '../domain/topology.ts';
import type {Job} from './compose.ts';
import {listConditions} from './conditions.ts';
import type {Draft} from './draft.ts';
import {type Comparison, type Drawn, orderBlock, type Turn} from './paired-order.ts';
import type {PlanContext} from './plan.ts';
import {listProfiles} from './profile-passes.ts';
import {createRandom, deriveSeed, shuffle} from './random.ts';

export type NamedCell = {readonly draft: Draft; readonly cell: Cell};

/** The order that a suite asks for, or that what it measures asks for. */
export const chooseOrder = ({
	order,
	blocks,
	control,
}: Pick<SuiteExperiment, 'order' | 'blocks' | 'control'>): NonNullable<SuiteExperiment['order']> =>
	order ?? (blocks > 1 || control ? 'paired' : 'listed');

/**
 * Distinct cells x blocks, each job's for itself: what warms up first, then block by block with the controls among them,
 * and behind all that is timed what is profiled.
 */
export function listExperiments(
	cells: readonly NamedCell[],
	seed: number,
	{machine: {topology}, profilers}: PlanContext,
): readonly Experiment[] {
	const distinct = cells.filter(({cell}) => cell.duplicateOf === null);
	const byJob = Map.groupBy(distinct, ({draft}) => draft.variant.job);
	return [...byJob].flatMap(([job, own]) => {
		const timed = own.map((item) => toExperiment(item, undefined, 1, topology));
		return [...listJob(job, own, seed, topology), ...listProfiles(timed, job, profilers)];
	});
}

function listJob(job: Job, cells: readonly NamedCell[], seed: number, topology: Topology): readonly Experiment[] {
	const {blocks, warmup_blocks, control} = job.suite.experiment;
	const order = createOrder(job, cells, seed, topology);
	const warmUps = count(warmup_blocks).flatMap((block) =>
		order({block, phase: 'warm-up', hasTwins: false}).map(({item}) => toExperiment(item, 'warm-up', block, topology)),
	);
	const measured = count(blocks).flatMap((block) =>
		order({block, phase: 'measured', hasTwins: control}).map(({item, isTwin}) =>
			toExperiment(item, isTwin ? 'control' : undefined, block, topology),
		),
	);
	return [...warmUps, ...measured];
}

const count = (length: number): readonly number[] => Array.from({length}, (_, index) => index + 1);

type Order = (
	block: Pick<Drawn, 'block' | 'hasTwins'> & {readonly phase: 'warm-up' | 'measured'},
) => readonly Turn<NamedCell>[];

function createOrder(job: Job, cells: readonly NamedCell[], runSeed: number, topology: Topology): Order {
	const order = chooseOrder(job.suite.experiment);
	const label = (phase: string) => `job ${job.number}${phase === 'warm-up' ? ' warm-up' : ''}`;
	if (order === 'paired') {
		const comparisons = listComparisons(cells, topology);
		return ({phase, ...own}) => orderBlock(comparisons, {...own, seed: deriveSeed(runSeed, label(phase))});
	}
	const references = job.suite.experiment.control ? listReferences(cells, topology) : new Set<NamedCell>();
	return ({phase, block, hasTwins}) => {
		const turns = cells.flatMap((item) => withTwin(item, hasTwins && references.has(item)));
		if (order === 'listed') return turns;
		return shuffle(turns, createRandom(deriveSeed(runSeed, `${label(phase)} block ${block}`)));
	};
}

const withTwin = (item: NamedCell, hasTwin: boolean): readonly Turn<NamedCell>[] => [
	{item, isTwin: false},
	...(hasTwin ? [{item, isTwin: true}] : []),
];

const listReferences = (cells: readonly NamedCell[], topology: Topology): ReadonlySet<NamedCell> =>
	new Set(listComparisons(cells, topology).map(({reference}) => reference));

/** What differs only in the nodes belongs together; its reference is the GPU's own node, else the first one planned. */
function listComparisons(cells: readonly NamedCell[], topology: Topology): readonly Comparison<NamedCell>[] {
	const byKey = Map.groupBy(cells, ({draft}) => identifyComparison(draft));
	return [...byKey].flatMap(([key, own]) => {
		const reference = own.find(({draft}) => isLocal(draft, topology)) ?? own[0];
		if (!reference) return [];
		const others = own.filter((cell) => cell !== reference);
		return [{key, lane: reference.draft.lane.id, reference, others}];
	});
}

const identifyComparison = ({device, gpuId, axes, variant}: Draft): string =>
	`${device} ${gpuId} ${JSON.stringify(axes)} ${variant.identity}`;

const isLocal = ({gpuId, node, memoryNode}: Draft, topology: Topology): boolean =>
	node !== null && memoryNode === undefined && node === findLocalNode(topology, {gpuId});

function toExperiment(
	{draft, cell}: NamedCell,
	role: Experiment['role'],
	block: number,
	topology: Topology,
): Experiment {
	const {duplicateOf: _duplicate, ...named} = cell;
	return {
		...named,
		id: nameExperiment(cell.runId, role, block),
		block: role === 'warm-up' ? 0 : block,
		...(role === undefined ? {} : {role}),
		...(draft.isWarm ? {isolation: 'block'} : {}),
		lane: draft.lane.id,
		device: draft.device,
		binding: draft.binding,
		exclusive: draft.exclusive,
		socket: findSocket(draft, topology),
		timeoutMs: Math.round(Number(cell.params.timeout_s) * 1000),
		...listConditions(draft.variant.job.suite.experiment, draft.device),
		...describePhase(draft.variant.job),
	};
}

function describePhase({phase}: Job): Pick<Experiment, 'phase' | 'group' | 'postponed'> {
	if (!phase) return {};
	const {name, group, postponed} = phase;
	return {
		phase: name,
		...(group === undefined ? {} : {group}),
		...(postponed === undefined ? {} : {postponed}),
	};
}

function nameExperiment(runId: string, role: Experiment['role'], block: number): string {
	if (role === 'warm-up') return `${runId}.w${block}`;
	return `${runId}${role === 'control' ? '.aa' : ''}${block === 1 ? '' : `.b${block}`}`;
}

/** Of an experiment on two sockets none is known, so that it is kept from both. */
function findSocket({node, memoryNode}: Draft, topology: Topology): number | null {
	if (node === null) return null;
	const socket = findNode(topology, node)?.socket ?? null;
	if (memoryNode === undefined) return socket;
	return findNode(topology, memoryNode)?.socket === socket ? socket : null;
}
