import {estimateDiskBytes} from '../domain/disk-need.ts';
import {type Experiment, isSuccess, sharesReport} from '../domain/experiment.ts';
import type {Fact} from './event.ts';
import {stopWaiting} from './lane-queue.ts';
import {findPosition} from './positions.ts';
import {type ExperimentRecord, type LaneState, MAX_ENDS, noteAnomaly, type RunState, type Stage} from './state.ts';
import {addToTally, EMPTY_TALLY, kindOf} from './tally.ts';
import {getAt, setAt, type Vector} from './vector.ts';

type ExperimentFact = Extract<Fact, {type: 'launching' | 'started' | 'ended' | 'committed'}> & {readonly at: number};

/** One step of an experiment's life; a step that does not follow from where it stands is an anomaly. */
export function reduceExperiment(state: RunState, event: ExperimentFact): RunState {
	const position = findPosition(state.positions, event.id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	if (position === undefined || !record) return noteAnomaly(state, `${event.type}: no experiment ${event.id}`);
	const stage = step(record.stage, event);
	if (!stage) return noteAnomaly(state, `${event.id} ${event.type}: cannot follow ${describeStage(record.stage)}`);
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
			const {skipped} = before;
			return {
				...{kind: 'running', attempt, since: at, process, phase: null, progress: null, lastSaidAt: null},
				...(skipped ? {skipped} : {}),
			};
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

export const describeStage = (stage: Stage): string =>
	stage.kind === 'waiting' || stage.kind === 'postponed' || stage.kind === 'skipped'
		? `${stage.kind} after ${stage.attempts} attempts`
		: `${stage.kind} of attempt ${stage.attempt}`;

/** Each fact copies the state once: a night of them is folded before the first screen is drawn. */
function settle(state: RunState, position: number, record: ExperimentRecord, stage: Stage): RunState {
	const experiments = setAt(state.experiments, position, {...record, stage});
	const {experiment} = record;
	if (stage.kind === 'ended' && sharesReport(experiment)) return collect({...state, experiments}, position, experiment);
	if (stage.kind !== 'launching' && stage.kind !== 'committed') return {...state, experiments};
	const lane = state.lanes.get(experiment.lane);
	if (!lane) return noteAnomaly({...state, experiments}, `${experiment.id}: no lane ${experiment.lane}`);
	if (stage.kind === 'committed') return finish(state, lane, {position, experiment, experiments, stage});
	const launched = {
		...state,
		experiments,
		counts: {...state.counts, waiting: state.counts.waiting - 1, active: state.counts.active + 1},
		lanes: new Map(state.lanes).set(lane.lane.id, occupy(lane, position, experiment, experiments)),
		waitingBytes: Math.max(0, state.waitingBytes - estimateDiskBytes(experiment)),
	};
	if (lane.running === null) return launched;
	return noteAnomaly(launched, `${experiment.id} launching: lane ${lane.lane.id} is not free`);
}

/** The next one of its process may start: no report comes before that process ends. */
function collect(state: RunState, position: number, {lane: id}: Experiment): RunState {
	const lane = state.lanes.get(id);
	if (lane?.running !== position) return state;
	const collecting = [...lane.collecting, position];
	return {...state, lanes: new Map(state.lanes).set(id, {...lane, running: null, collecting})};
}

function occupy(
	lane: LaneState,
	position: number,
	experiment: Experiment,
	experiments: Vector<ExperimentRecord>,
): LaneState {
	const next = findNext(lane, experiments);
	return {...stopWaiting(lane, experiment), running: position, next, freeSince: null};
}

/** Where the queue goes on after one of it no longer waits. */
export function findNext({queue, next: from}: LaneState, experiments: Vector<ExperimentRecord>): number {
	let next = from;
	while (next < queue.length && !waits(experiments, queue[next])) next++;
	return next;
}

const waits = (experiments: Vector<ExperimentRecord>, position: number | undefined): boolean =>
	position !== undefined && getAt(experiments, position)?.stage.kind === 'waiting';

type Committed = Extract<Stage, {kind: 'committed'}>;

type Finished = {
	readonly position: number;
	readonly experiment: Experiment;
	readonly experiments: Vector<ExperimentRecord>;
	readonly stage: Committed;
};

function finish(state: RunState, lane: LaneState, {position, experiment, experiments, stage}: Finished): RunState {
	const {counts, lanes, tallies} = state;
	const {result} = stage;
	const kind = kindOf(experiment);
	return {
		...state,
		experiments,
		simulated: state.simulated || result.simulated,
		counts: {...counts, active: counts.active - 1, [result.status]: counts[result.status] + 1},
		lanes: new Map(lanes).set(lane.lane.id, release(lane, position, stage)),
		// What was held back took longer than is usual.
		tallies: isSuccess(result)
			? new Map(tallies).set(kind, addToTally(tallies.get(kind) ?? EMPTY_TALLY, result))
			: tallies,
		ends: addEnd(state.ends, position),
	};
}

function addEnd(ends: readonly number[], position: number): readonly number[] {
	const others = ends.includes(position) ? ends.filter((end) => end !== position) : ends;
	return [...(others.length < MAX_ENDS ? others : others.slice(1 - MAX_ENDS)), position];
}

function leave(lane: LaneState, position: number, at: number): LaneState {
	if (lane.running === position) return {...lane, running: null, freeSince: at};
	if (!lane.collecting.includes(position)) return lane;
	const collecting = lane.collecting.filter((one) => one !== position);
	return {...lane, collecting, freeSince: lane.running === null && collecting.length === 0 ? at : lane.freeSince};
}

function release(lane: LaneState, position: number, {result, endedAt}: Committed): LaneState {
	const freed = leave(lane, position, endedAt);
	if (result.status === 'failed') return {...freed, failed: lane.failed + 1};
	if (result.status === 'invalid') return {...freed, invalid: lane.invalid + 1};
	// How long a profile takes says nothing of what is timed.
	const tally = result.profiled === undefined ? addToTally(lane.tally, result) : lane.tally;
	return {...freed, succeeded: lane.succeeded + 1, tally};
}
