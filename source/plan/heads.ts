import {type CampaignState, nameOf, type PhaseState} from '../journal/campaign-state.ts';
import {listReady} from '../journal/phase-order.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';

/** An experiment that may not start yet is overtaken by one of so many behind it. */
const LOOKED_AHEAD = 100;

/** Positions of what may start by now, at most one a lane, what should start first before the others. */
export function listHeads(state: RunState, now: number): readonly number[] {
	if (state.paused) return [];
	const {campaign, lanes} = state;
	if (campaign) return listPhaseHeads(state, campaign, now);
	return [...lanes.values()]
		.filter(canStart)
		.flatMap((lane) => findDue(state, lane.queue.slice(lane.next, lane.next + LOOKED_AHEAD), now))
		.sort((a, b) => a - b);
}

/** What waits for a time of its own there is little, and it stands where its lane goes on. */
export const listBackOffs = (state: RunState): readonly number[] =>
	listNext(state).flatMap((position) => {
		const stage = getAt(state.experiments, position)?.stage;
		return stage?.kind === 'waiting' && stage.notBefore !== undefined ? [stage.notBefore] : [];
	});

function listNext(state: RunState): readonly number[] {
	const {campaign, lanes} = state;
	if (!campaign) return [...lanes.values()].flatMap(({queue, next}) => queue.slice(next, next + LOOKED_AHEAD));
	return listReady(campaign).flatMap((phase) =>
		[...lanes.values()].flatMap((lane) => listWaitingOf(state, phase, lane)),
	);
}

const canStart = ({running, held, paused, quarantined}: LaneState): boolean =>
	running === null && held === null && paused === null && quarantined === null;

/** The first that may start by now. */
function findDue({experiments}: RunState, positions: readonly number[], now: number): readonly number[] {
	const due = positions.find((position) => {
		const stage = getAt(experiments, position)?.stage;
		return stage?.kind === 'waiting' && (stage.notBefore ?? 0) <= now;
	});
	return due === undefined ? [] : [due];
}

/** Of each lane one of the most urgent phase that may start there. */
function listPhaseHeads(state: RunState, campaign: CampaignState, now: number): readonly number[] {
	const free = new Map([...state.lanes].filter(([, lane]) => canStart(lane)));
	return listReady(campaign).flatMap((phase) => {
		const heads = [...free.values()].flatMap((lane) => {
			const found = findDue(state, listWaitingOf(state, phase, lane), now);
			if (found.length > 0) free.delete(lane.lane.id);
			return found;
		});
		return heads.sort((a, b) => a - b);
	});
}

/** The next ones of a phase on a lane; they stand together, so that a walk from the first of them is short. */
function listWaitingOf(
	{experiments, campaign}: RunState,
	{phase, lanes}: PhaseState,
	lane: LaneState,
): readonly number[] {
	const known = lanes.get(lane.lane.id);
	if (!known || !campaign) return [];
	const most = Math.min(known.waiting, LOOKED_AHEAD);
	const found: number[] = [];
	for (let at = known.first; at < lane.queue.length && found.length < most; at++) {
		const position = lane.queue[at] ?? -1;
		const record = getAt(experiments, position);
		if (record?.stage.kind === 'waiting' && nameOf(campaign, record.experiment.phase) === phase.name)
			found.push(position);
	}
	return found;
}
