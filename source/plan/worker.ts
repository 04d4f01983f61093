import type {Experiment, LaneId} from '../domain/experiment.ts';
import {nameOf} from '../journal/campaign-state.ts';
import {listReady} from '../journal/phase-order.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';

type Holding = Pick<Experiment, 'job' | 'lane' | 'binding' | 'memoryNode' | 'block' | 'profiler'>;

/** Names the process that may serve an experiment; equal for all of a lane, a binding and a block. Safe as a file name. */
export function nameWorker({job, lane, binding, memoryNode, block, profiler}: Holding): string {
	const held = {strict: 'node', cpu: 'cpus', off: ''}[binding.kind];
	const parts = [
		...(job === 0 ? [] : [`job${job}`]),
		lane,
		binding.kind === 'off' ? 'unbound' : `${held}${binding.node}`,
		...(memoryNode === undefined ? [] : [`memory${memoryNode}`]),
		`b${block}`,
		...(profiler === undefined ? [] : [profiler]),
	];
	return parts.join('.').replaceAll(/[^A-Za-z0-9._-]/g, '_');
}

/** As `KEPT_MIB` of the bundled workloads: a larger pool is given back behind each request. */
export const KEPT_POOL_MIB = 1024;

/** Whether a profiler is around it, which writes its reports when it ends. */
export const leavesReports = (key: string): boolean => key.endsWith('.nsys');

/** Begins the tag of every worker of a run, or of those with this key. */
export const buildWorkerTag = (token: string, key?: string): string =>
	key === undefined ? `${token}:worker:` : `${token}:worker:${key}:`;

/** Names of the workers that serve something now. */
export const listServing = (state: RunState): ReadonlySet<string> =>
	new Set([...state.lanes.values()].flatMap((lane) => findRunning(state, lane) ?? []).map(nameWorker));

/** Whether something of the lane's present block still runs in this worker or waits for it. */
export function isWorkerWanted(state: RunState, lane: LaneId, key: string): boolean {
	const there = state.lanes.get(lane);
	if (!there) return false;
	const running = findRunning(state, there);
	if (running && nameWorker(running) === key) return true;
	const isOver = state.stopping !== null || state.draining !== null || state.closed !== null;
	if (isOver || there.quarantined !== null) return false;
	// Its reports come when it ends, and nobody knows how long a pause is.
	const isHeld = state.paused !== null || there.paused !== null || there.held !== null;
	if (isHeld && there.collecting.length > 0) return false;
	return waitsInBlock(state, there, running, key);
}

const waitsInBlock = (state: RunState, there: LaneState, running: Experiment | null, key: string): boolean =>
	walkBlock(state, there, running).some((one) => one.isolation === 'block' && nameWorker(one) === key);

/**
 * What else of the block that a lane's experiment begins needs a worker, one experiment for each: of the lane itself,
 * and of all lanes where nobody else measures meanwhile. Profilers' workers are started when they are needed.
 */
export function listBeside(state: RunState, lane: LaneId): readonly Experiment[] {
	const own = state.lanes.get(lane);
	const beginning = own && findRunning(state, own);
	if (!beginning) return [];
	const lanes = beginning.exclusive === 'host' ? [...state.lanes.values()] : [own];
	const found = new Map<string, Experiment>();
	for (const there of lanes.filter(isOpen)) {
		for (const one of walkBlock(state, there, beginning)) {
			const key = nameWorker(one);
			if (one.isolation === 'block' && one.role !== 'profile' && !found.has(key)) found.set(key, one);
		}
	}
	found.delete(nameWorker(beginning));
	return [...found.values()];
}

const isOpen = ({paused, held, quarantined}: LaneState): boolean =>
	paused === null && held === null && quarantined === null;

/** What waits on a lane, no further than the block that runs, or that comes next: each block has processes of its own. */
function* walkBlock(state: RunState, there: LaneState, running: Experiment | null): Generator<Experiment> {
	let block: Pick<Experiment, 'job' | 'block'> | null = running;
	const {lane, queue} = there;
	const {from, mayComeNext} = lookAhead(state, there);
	for (let place = from; place < queue.length; place++) {
		const record = getAt(state.experiments, queue[place] ?? -1);
		if (record?.stage.kind !== 'waiting' || record.experiment.lane !== lane.id) continue;
		const {experiment} = record;
		if (!mayComeNext(experiment)) continue;
		block ??= experiment;
		if (experiment.block !== block.block || experiment.job !== block.job) return;
		yield experiment;
	}
}

/** Where a lane goes on; what waits for another phase of a campaign may wait for long, and does not come next. */
function lookAhead({campaign}: RunState, {lane, queue, next}: LaneState) {
	if (campaign === null) return {from: next, mayComeNext: () => true};
	const ready = new Map(listReady(campaign).map(({phase, lanes}) => [phase.name, lanes.get(lane.id)?.first]));
	return {
		from: Math.min(...[...ready.values()].map((first) => first ?? queue.length), queue.length),
		mayComeNext: ({phase}: Experiment): boolean => ready.has(nameOf(campaign, phase)),
	};
}

const findRunning = ({experiments}: RunState, {running}: LaneState): Experiment | null =>
	running === null ? null : (getAt(experiments, running)?.experiment ?? null);
