import {estimateDiskBytes} from '../domain/disk-need.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {Fact} from './event.ts';
import {joinQueue, stopWaiting} from './lane-queue.ts';
import {findPosition} from './positions.ts';
import {describeStage, findNext} from './reduce-experiment.ts';
import {type ExperimentRecord, type LaneState, noteAnomaly, type RunState, type Stage} from './state.ts';
import {getAt, setAt} from './vector.ts';

type QueueFact = Extract<Fact, {type: 'moved' | 'postponed' | 'skipped'}> & {readonly at: number};
type Waiting = Extract<Stage, {kind: 'waiting'}>;

/** An experiment with where it stands, as a fact names it. */
type Found<S extends Stage = Stage> = {
	readonly position: number;
	readonly lane: LaneState;
	readonly record: ExperimentRecord;
	readonly stage: S;
};

/** What becomes of an experiment that waits; about any other one these facts are anomalies, but that a running one is skipped. */
export function reduceQueue(state: RunState, event: QueueFact): RunState {
	const found = find(state, event.id);
	if (!found) return noteAnomaly(state, `${event.type}: no experiment ${event.id}`);
	const {stage} = found;
	if (event.type === 'skipped' && stage.kind !== 'waiting') return skipOther(state, event, found);
	if (stage.kind !== 'waiting') return refuse(state, event, stage);
	const waiting = {...found, stage};
	switch (event.type) {
		case 'moved':
			return move(state, event, waiting);
		case 'postponed': {
			const {reason, at, by} = event;
			const {attempts} = stage;
			return setAside(state, waiting, {kind: 'postponed', attempts, reason, at, ...(by === undefined ? {} : {by})});
		}
		case 'skipped': {
			const {reason, at, by} = event;
			return setAside(state, waiting, {kind: 'skipped', attempts: stage.attempts, reason, at, by});
		}
		default:
			return event satisfies never;
	}
}

function find({positions, experiments, lanes}: RunState, id: string): Found | undefined {
	const position = findPosition(positions, id);
	const record = position === undefined ? undefined : getAt(experiments, position);
	const lane = record && lanes.get(record.experiment.lane);
	return position === undefined || !record || !lane ? undefined : {position, lane, record, stage: record.stage};
}

const refuse = (state: RunState, {id, type}: QueueFact, stage: Stage): RunState =>
	noteAnomaly(state, `${id} ${type}: cannot follow ${describeStage(stage)}`);

function move(state: RunState, event: Extract<QueueFact, {type: 'moved'}>, found: Found<Waiting>): RunState {
	const {position, lane, record} = found;
	const to = state.lanes.get(event.lane);
	if (!to) return noteAnomaly(state, `${event.id} moved: no lane ${event.lane}`);
	const isHere = lane === to;
	if (isHere && event.before === undefined) {
		return noteAnomaly(state, `${event.id} moved: it is on lane ${event.lane} already`);
	}
	const left = leave(lane, position, record.experiment, state.experiments);
	const target = isHere ? left : to;
	const place = typeof event.before === 'string' ? findPlace(state, target, event.before) : undefined;
	if (place === -1) return noteAnomaly(state, `${event.id} moved: no ${event.before} on lane ${event.lane}`);
	const lanes = new Map(state.lanes)
		.set(lane.lane.id, left)
		.set(target.lane.id, joinQueue(target, position, record.experiment, place));
	if (isHere) return {...state, lanes};
	const {id, gpuId} = to.lane;
	const {experiment} = record;
	const there = {...experiment, lane: id, gpuId, movedFrom: experiment.movedFrom ?? experiment.lane};
	return {...state, lanes, experiments: setAt(state.experiments, position, {...record, experiment: there})};
}

/** -1 where the other one is not in that lane. */
const findPlace = ({positions}: RunState, {queue}: LaneState, before: string): number =>
	queue.indexOf(findPosition(positions, before) ?? -1);

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

/** One that waited does so no longer, and was not tried. */
function setAside(
	state: RunState,
	{position, lane, record}: Found<Waiting>,
	stage: Extract<Stage, {kind: 'postponed' | 'skipped'}>,
): RunState {
	const experiments = setAt(state.experiments, position, {...record, stage});
	const {counts} = state;
	const {kind} = stage;
	return {
		...state,
		experiments,
		counts: {...counts, waiting: counts.waiting - 1, [kind]: counts[kind] + 1},
		waitingBytes: Math.max(0, state.waitingBytes - estimateDiskBytes(record.experiment)),
		lanes: new Map(state.lanes).set(lane.lane.id, {
			...stopWaiting(lane, record.experiment),
			next: findNext(lane, experiments),
			[kind]: lane[kind] + 1,
		}),
	};
}

/** One that runs is ended by what is decided of it; one that is postponed is not tried by a resume either. */
function skipOther(state: RunState, event: Extract<QueueFact, {type: 'skipped'}>, found: Found): RunState {
	const {position, lane, record, stage} = found;
	const {reason, by, at} = event;
	if (stage.kind === 'running' || stage.kind === 'launching') {
		const skipped = {...stage, skipped: stage.skipped ?? {reason, by}};
		return {...state, experiments: setAt(state.experiments, position, {...record, stage: skipped})};
	}
	if (stage.kind !== 'postponed') return refuse(state, event, stage);
	const skipped: Stage = {kind: 'skipped', attempts: stage.attempts, reason, at, by};
	const {counts} = state;
	return {
		...state,
		experiments: setAt(state.experiments, position, {...record, stage: skipped}),
		counts: {...counts, postponed: counts.postponed - 1, skipped: counts.skipped + 1},
		lanes: new Map(state.lanes).set(lane.lane.id, {
			...lane,
			postponed: lane.postponed - 1,
			skipped: lane.skipped + 1,
		}),
	};
}
