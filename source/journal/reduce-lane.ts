import {estimateDiskBytes} from '../domain/disk-need.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {Fact} from './event.ts';
import {joinQueue, stopWaiting} from './lane-queue.ts';
import {describeStage, findNext} from './reduce-experiment.ts';
import {type LaneState, noteAnomaly, type RunState, type Stage} from './state.ts';
import {getAt, setAt} from './vector.ts';

type LaneFact = Extract<Fact, {type: 'lane-paused' | 'lane-continued' | 'lane-quarantined' | 'moved' | 'postponed'}> & {
	readonly at: number;
};

/** What keeps a lane from starting anything, and what becomes of the experiments that wait there. */
export function reduceLane(state: RunState, event: LaneFact): RunState {
	switch (event.type) {
		case 'lane-paused':
			return change(state, event, {held: {cause: event.cause, reason: event.reason, since: event.at}});
		case 'lane-continued':
			return change(state, event, {held: null});
		case 'lane-quarantined':
			return change(state, event, {quarantined: {reason: event.reason, since: event.at}});
		case 'moved':
			return move(state, event);
		case 'postponed':
			return postpone(state, event);
		default:
			return event satisfies never;
	}
}

function change(state: RunState, event: LaneFact & {readonly lane: string}, changes: Partial<LaneState>): RunState {
	const lane = state.lanes.get(event.lane);
	if (!lane) return noteAnomaly(state, `${event.type}: no lane ${event.lane}`);
	return {...state, lanes: new Map(state.lanes).set(event.lane, {...lane, ...changes})};
}

type Waiting = {readonly position: number; readonly lane: LaneState};

function move(state: RunState, event: Extract<LaneFact, {type: 'moved'}>): RunState {
	const to = state.lanes.get(event.lane);
	if (!to) return noteAnomaly(state, `${event.id} moved: no lane ${event.lane}`);
	return withWaiting(state, event, ({position, lane}, {experiment, stage}) => {
		if (lane === to) return noteAnomaly(state, `${event.id} moved: it is on lane ${event.lane} already`);
		const {id, gpuId} = to.lane;
		const there = {...experiment, lane: id, gpuId, movedFrom: experiment.movedFrom ?? experiment.lane};
		const lanes = new Map(state.lanes)
			.set(lane.lane.id, leave(lane, position, experiment, state.experiments))
			.set(id, joinQueue(to, position, experiment));
		return {...state, lanes, experiments: setAt(state.experiments, position, {experiment: there, stage})};
	});
}

/** Nothing before `next` waits, so what leaves stands there or behind it. */
function leave(
	lane: LaneState,
	position: number,
	experiment: Experiment,
	experiments: RunState['experiments'],
): LaneState {
	const left = {...stopWaiting(lane, experiment), queue: lane.queue.filter((other) => other !== position)};
	return {...left, next: findNext(left, experiments)};
}

function postpone(state: RunState, event: Extract<LaneFact, {type: 'postponed'}>): RunState {
	return withWaiting(state, event, ({position, lane}, {experiment, stage}) => {
		const {reason, at} = event;
		const postponed: Stage = {kind: 'postponed', attempts: stage.attempts, reason, at};
		const experiments = setAt(state.experiments, position, {experiment, stage: postponed});
		const {waiting, postponed: before} = state.counts;
		return {
			...state,
			experiments,
			counts: {...state.counts, waiting: waiting - 1, postponed: before + 1},
			waitingBytes: Math.max(0, state.waitingBytes - estimateDiskBytes(experiment)),
			lanes: new Map(state.lanes).set(lane.lane.id, {
				...stopWaiting(lane, experiment),
				next: findNext(lane, experiments),
				postponed: lane.postponed + 1,
			}),
		};
	});
}

type WaitingRecord = {
	readonly experiment: NonNullable<ReturnType<typeof getRecord>>['experiment'];
	readonly stage: Extract<Stage, {kind: 'waiting'}>;
};

/** Both facts are about an experiment that waits in a lane; about any other one they are anomalies. */
function withWaiting(
	state: RunState,
	{id, type}: Extract<LaneFact, {type: 'moved' | 'postponed'}>,
	apply: (where: Waiting, record: WaitingRecord) => RunState,
): RunState {
	const position = state.positions.get(id);
	const record = position === undefined ? undefined : getRecord(state, position);
	const lane = record && state.lanes.get(record.experiment.lane);
	if (position === undefined || !record || !lane) return noteAnomaly(state, `${type}: no experiment ${id}`);
	const {experiment, stage} = record;
	if (stage.kind !== 'waiting') return noteAnomaly(state, `${id} ${type}: cannot follow ${describeStage(stage)}`);
	return apply({position, lane}, {experiment, stage});
}

const getRecord = ({experiments}: RunState, position: number) => getAt(experiments, position);
