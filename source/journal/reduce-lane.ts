import type {Fact} from './event.ts';
import {type LaneState, noteAnomaly, type Pause, type RunState} from './state.ts';

type LaneFact = Extract<
	Fact,
	{
		type:
			| 'lane-paused'
			| 'lane-continued'
			| 'lane-quarantined'
			| 'run-paused'
			| 'run-continued'
			| 'workers-set'
			| 'deadline-set';
	}
> & {readonly at: number};

/** What keeps lanes from starting anything, one or all of them, and lets them. */
export function reduceLane(state: RunState, event: LaneFact): RunState {
	const {at} = event;
	switch (event.type) {
		case 'lane-paused': {
			const {lane, cause, reason, by} = event;
			if (by === undefined) return change(state, event, {held: {cause, reason, since: at}});
			return change(state, {...event, lane}, {paused: pause({...event, by})});
		}
		case 'lane-continued':
			return change(state, event, event.by === undefined ? {held: null} : {paused: null, continuedAt: at});
		case 'lane-quarantined':
			return change(state, event, {quarantined: {reason: event.reason, since: at}});
		case 'run-paused':
			return {...state, paused: pause(event)};
		case 'run-continued': {
			const lanes = [...state.lanes].map(([id, lane]) => [id, {...lane, continuedAt: at}] as const);
			return {...state, paused: null, lanes: new Map(lanes)};
		}
		case 'workers-set':
			return state.opened ? {...state, opened: {...state.opened, maxWorkers: event.maxWorkers}} : state;
		case 'deadline-set':
			return {...state, deadline: event.deadline === null ? null : {at: event.deadline, said: event.said}};
		default:
			return event satisfies never;
	}
}

const pause = ({reason, by, at, now = false}: Omit<Pause, 'since' | 'now'> & {at: number; now?: boolean}): Pause => ({
	reason,
	by,
	since: at,
	now,
});

function change(
	state: RunState,
	event: {readonly type: string; readonly lane: string},
	changes: Partial<LaneState>,
): RunState {
	const lane = state.lanes.get(event.lane);
	if (!lane) return noteAnomaly(state, `${event.type}: no lane ${event.lane}`);
	return {...state, lanes: new Map(state.lanes).set(event.lane, {...lane, ...changes})};
}
