import type {LaneId} from '../domain/experiment.ts';
import {LOST} from '../domain/policy.ts';
import {nameOf} from '../journal/campaign-state.ts';
import {listReady} from '../journal/phase-order.ts';
import type {ExperimentRecord, LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';

type Move = {readonly kind: 'move'; readonly id: string; readonly lane: LaneId};
type Postponement = {readonly kind: 'postpone'; readonly id: string; readonly reason: string};

/** Experiments of quarantined lanes that may run elsewhere, each to the lane of the same kind that has the least to do. */
export function findMoves(state: RunState): readonly Move[] {
	const loads = new Map<LaneId, number>();
	return listQuarantined(state).flatMap((lane) =>
		listWaiting(state, lane).flatMap(({experiment: {id, conditions, numaNode}, retried}): readonly Move[] => {
			// One that is bound to a node would measure another distance elsewhere, so that its suite must allow that.
			const mayMove = conditions?.move || (numaNode === null && retried?.[LOST] !== undefined);
			const target = mayMove ? findTarget(state, lane, loads) : undefined;
			if (target === undefined) return [];
			loads.set(target, (loads.get(target) ?? 0) + 1);
			return [{kind: 'move', id, lane: target}];
		}),
	);
}

/** What waits on quarantined lanes once every other lane has done its part. */
export function findPostponements(state: RunState): readonly Postponement[] {
	const counts = countStartable(state);
	const isOpen = [...state.lanes.values()].some(({lane, quarantined}) => quarantined === null && counts(lane.id) > 0);
	if (isOpen) return [];
	const isReady = findReady(state);
	return listQuarantined(state).flatMap((lane) =>
		listWaiting(state, lane).flatMap(({experiment: {id, phase}}): readonly Postponement[] =>
			isReady(phase) ? [{kind: 'postpone', id, reason: lane.quarantined?.reason ?? ''}] : [],
		),
	);
}

/** How many wait on a lane and may start, as far as their phases go. */
function countStartable({campaign, lanes}: RunState): (lane: LaneId) => number {
	if (campaign === null) return (lane) => lanes.get(lane)?.waiting ?? 0;
	const ready = listReady(campaign);
	return (lane) => ready.reduce((sum, phase) => sum + (phase.lanes.get(lane)?.waiting ?? 0), 0);
}

/** What waits for another phase is not given up for its lane: that phase may never pass. */
function findReady({campaign}: RunState): (phase: string | undefined) => boolean {
	if (campaign === null) return () => true;
	const ready = new Set(listReady(campaign).map(({phase}) => phase.name));
	return (phase) => ready.has(nameOf(campaign, phase));
}

const listQuarantined = ({lanes}: RunState): readonly LaneState[] =>
	[...lanes.values()].filter(({quarantined, waiting}) => quarantined !== null && waiting > 0);

const listWaiting = ({experiments}: RunState, {queue, next}: LaneState): readonly ExperimentRecord[] =>
	queue.slice(next).flatMap((position) => {
		const record = getAt(experiments, position);
		return record?.stage.kind === 'waiting' ? [record] : [];
	});

/** Of the other lanes of the same kind the one that has the least to do. */
export function findTarget(state: RunState, from: LaneState, loads: ReadonlyMap<LaneId, number>): LaneId | undefined {
	const kind = readLaneKind(state, from);
	const weigh = ({lane, waiting}: LaneState) => waiting + (loads.get(lane.id) ?? 0);
	const candidates = [...state.lanes.values()].filter(
		(lane) => lane !== from && lane.quarantined === null && kind !== null && readLaneKind(state, lane) === kind,
	);
	return candidates.toSorted((a, b) => weigh(a) - weigh(b))[0]?.lane.id;
}

/** Name and memory of the GPU; null for a lane without one, which is like no other. */
export function readLaneKind({opened}: RunState, {lane}: LaneState): string | null {
	const gpu = opened?.topology.gpus.find(({index}) => index === lane.gpuId);
	return gpu ? `${gpu.name} ${gpu.memoryTotalMiB}` : null;
}
