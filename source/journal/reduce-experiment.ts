import type {Fact} from './event.ts';
import {type Counts, type ExperimentRecord, type LaneState, noteAnomaly, type RunState, type Stage} from './state.ts';
import {getAt, setAt, type Vector} from './vector.ts';

type ExperimentFact = Extract<Fact, {type: 'launching' | 'started' | 'ended' | 'committed'}> & {readonly at: number};

/** One step of an experiment's life; a step that does not follow from where it stands is an anomaly. */
export function reduceExperiment(state: RunState, event: ExperimentFact): RunState {
	const position = state.positions.get(event.id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	if (position === undefined || !record) return noteAnomaly(state, `${event.type}: no experiment ${event.id}`);
	const stage = step(record.stage, event);
	if (!stage) return noteAnomaly(state, `${event.id} ${event.type}: cannot follow ${describe(record.stage)}`);
	return settle(state, position, record, stage);
}

function step(before: Stage, event: ExperimentFact): Stage | undefined {
	const {at, attempt} = event;
	switch (event.type) {
		case 'launching':
			if (before.kind !== 'waiting' || attempt !== before.attempts + 1) return undefined;
			return {kind: 'launching', attempt, since: at, argv: event.argv};
		case 'started': {
			if (before.kind !== 'launching' || attempt !== before.attempt) return undefined;
			const {pid, startTicks, bootId, pidNamespace} = event;
			const process = {pid, startTicks, bootId, pidNamespace};
			return {kind: 'running', attempt, since: at, process, phase: null, progress: null};
		}
		case 'ended': {
			if ((before.kind !== 'launching' && before.kind !== 'running') || attempt !== before.attempt) return undefined;
			const startedAt = before.kind === 'running' ? before.since : null;
			return {kind: 'ended', attempt, startedAt, endedAt: at, outcome: event.outcome};
		}
		case 'committed':
			if (before.kind !== 'ended' || attempt !== before.attempt) return undefined;
			return {...before, kind: 'committed', result: event.result};
		default:
			return event satisfies never;
	}
}

const describe = (stage: Stage): string =>
	stage.kind === 'waiting' ? `waiting after ${stage.attempts} attempts` : `${stage.kind} of attempt ${stage.attempt}`;

function settle(state: RunState, position: number, record: ExperimentRecord, stage: Stage): RunState {
	const experiments = setAt(state.experiments, position, {experiment: record.experiment, stage});
	const next = {...state, experiments};
	if (stage.kind !== 'launching' && stage.kind !== 'committed') return next;
	const lane = state.lanes.get(record.experiment.lane);
	if (!lane) return noteAnomaly(next, `${record.experiment.id}: no lane ${record.experiment.lane}`);
	const moved = stage.kind === 'launching' ? occupy(lane, position, experiments) : release(lane, position, stage);
	const lanes = new Map(state.lanes).set(lane.lane.id, moved);
	const settled = {...next, lanes, counts: count(state.counts, stage)};
	if (stage.kind !== 'launching' || lane.running === null) return settled;
	return noteAnomaly(settled, `${record.experiment.id} launching: lane ${lane.lane.id} is not free`);
}

function occupy(lane: LaneState, position: number, experiments: Vector<ExperimentRecord>): LaneState {
	let next = lane.next;
	while (next < lane.queue.length && !waits(experiments, lane.queue[next])) next++;
	return {...lane, running: position, next, waiting: lane.waiting - 1};
}

const waits = (experiments: Vector<ExperimentRecord>, position: number | undefined): boolean =>
	position !== undefined && getAt(experiments, position)?.stage.kind === 'waiting';

function release(lane: LaneState, position: number, stage: Extract<Stage, {kind: 'committed'}>): LaneState {
	const {status, durationS} = stage.result;
	const freed = {...lane, running: lane.running === position ? null : lane.running};
	if (status === 'failed') return {...freed, failed: lane.failed + 1};
	return {
		...freed,
		succeeded: lane.succeeded + 1,
		measuredS: lane.measuredS + durationS,
		measuredCount: lane.measuredCount + 1,
	};
}

function count(counts: Counts, stage: Extract<Stage, {kind: 'launching' | 'committed'}>): Counts {
	if (stage.kind === 'launching') return {...counts, waiting: counts.waiting - 1, active: counts.active + 1};
	const {status} = stage.result;
	return {...counts, active: counts.active - 1, [status]: counts[status] + 1};
}
