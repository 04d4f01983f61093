import type {Experiment} from '../domain/experiment.ts';
import type {Lane} from './event.ts';
import type {LaneState} from './state.ts';
import {EMPTY_TALLY, kindOf} from './tally.ts';

export const createLane = (lane: Lane, at: number): LaneState => ({
	lane,
	queue: [],
	next: 0,
	running: null,
	collecting: [],
	waiting: 0,
	waitingKinds: new Map(),
	freeSince: at,
	succeeded: 0,
	invalid: 0,
	failed: 0,
	tally: EMPTY_TALLY,
	postponed: 0,
	skipped: 0,
	held: null,
	paused: null,
	continuedAt: null,
	quarantined: null,
	latest: null,
});

/** Puts an experiment that waits at the end of the lane's queue, or at a place in it. */
export function joinQueue(lane: LaneState, position: number, experiment: Experiment, place?: number): LaneState {
	const at = place ?? lane.queue.length;
	return {
		...lane,
		queue: lane.queue.toSpliced(at, 0, position),
		// Nothing before `next` waits, so that one which is put there is the next.
		next: Math.min(lane.next, at),
		waiting: lane.waiting + 1,
		waitingKinds: countKinds([kindOf(experiment)], lane.waitingKinds),
	};
}

/** One that has left the queue's waiting part waits again where it stood; the queue goes on from there. */
export function waitAgain(lane: LaneState, position: number, experiment: Experiment): LaneState {
	const place = lane.queue.indexOf(position);
	return {
		...lane,
		next: place === -1 ? lane.next : Math.min(lane.next, place),
		waiting: lane.waiting + 1,
		waitingKinds: countKinds([kindOf(experiment)], lane.waitingKinds),
	};
}

/** One that waited here waits no longer; the queue keeps its place. */
export function stopWaiting(lane: LaneState, experiment: Experiment): LaneState {
	const waitingKinds = new Map(lane.waitingKinds);
	const left = (waitingKinds.get(kindOf(experiment)) ?? 0) - 1;
	if (left > 0) waitingKinds.set(kindOf(experiment), left);
	else waitingKinds.delete(kindOf(experiment));
	return {...lane, waiting: lane.waiting - 1, waitingKinds};
}

export function countKinds(kinds: readonly string[], known: ReadonlyMap<string, number> = new Map()) {
	const counted = new Map(known);
	for (const kind of kinds) counted.set(kind, (counted.get(kind) ?? 0) + 1);
	return counted;
}
