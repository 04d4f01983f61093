import {estimateDiskBytes} from '../domain/disk-need.ts';
import {type Experiment, isSuccess, type LaneId} from '../domain/experiment.ts';
import {AUTHOR} from './campaign-facts.ts';
import {type Fact, isMeasurement, type JournalEvent} from './event.ts';
import {followCampaign} from './follow-campaign.ts';
import {countKinds, createLane} from './lane-queue.ts';
import {addPositions, findPosition} from './positions.ts';
import {reduceAdopted} from './reduce-adopted.ts';
import {reduceCampaign} from './reduce-campaign.ts';
import {findNext, reduceExperiment} from './reduce-experiment.ts';
import {reduceForeign} from './reduce-foreign.ts';
import {reduceLane} from './reduce-lane.ts';
import {reduceMeasurement} from './reduce-measurement.ts';
import {reduceQueue} from './reduce-queue.ts';
import {reduceRequeued} from './reduce-requeued.ts';
import {reduceSuspension} from './reduce-suspension.ts';
import {isLeftByAuthor} from './stage-words.ts';
import {
	type Counts,
	type ExperimentRecord,
	type LaneState,
	NO_COUNTS,
	noteAnomaly,
	type RunState,
	type Stage,
} from './state.ts';
import {kindOf} from './tally.ts';
import {appendAll, createVector, iterate} from './vector.ts';

const MAX_NOTES = 200;

/**
 * The only place where events become state. Total: a fact that cannot be true becomes an anomaly that the screen
 * shows, because one bad line must never cost the night's other results.
 */
export function reduce(state: RunState, event: JournalEvent): RunState {
	if (isMeasurement(event)) return reduceMeasurement(state, event);
	return {...followCampaign(state, reduceFact(state, event), event), seq: event.seq, at: Math.max(state.at, event.at)};
}

function reduceFact(state: RunState, event: Fact & {readonly at: number}): RunState {
	switch (event.type) {
		case 'opened':
			return state.opened ? noteAnomaly(state, 'the run was opened twice') : open(state, event);
		case 'planned':
			return plan(extend(state, event), event);
		case 'launching':
		case 'started':
		case 'ended':
			return reduceExperiment(state, event);
		case 'committed':
			return state.opened?.foreign ? reduceForeign(state, event) : reduceExperiment(state, event);
		case 'adopted':
			return reduceAdopted(state, event);
		case 'lane-paused':
		case 'lane-continued':
		case 'lane-quarantined':
		case 'run-paused':
		case 'run-continued':
		case 'workers-set':
		case 'deadline-set':
			return reduceLane(state, event);
		case 'moved':
		case 'postponed':
		case 'skipped':
			return reduceQueue(state, event);
		case 'requeued':
			return reduceRequeued(state, event);
		case 'suspended':
		case 'woken':
			return reduceSuspension(state, event);
		case 'phase-judged':
		case 'phase-approved':
		case 'phase-continued':
		case 'phase-kept':
		case 'phase-not-kept':
		case 'budget-reached':
		case 'budget-set':
			return reduceCampaign(state, event);
		case 'draining':
			return {...state, draining: state.draining ?? event.by};
		case 'stopping':
			return {...state, stopping: state.stopping ?? event.by};
		case 'resumed':
			return resume(state, event.at);
		case 'noted':
			return note(state, event);
		case 'control-taken':
			return note(state, {level: 'info', message: describeTaking(event), at: event.at});
		case 'closed':
			return {...state, closed: {reason: event.reason, at: event.at}};
		default:
			return noteAnomaly(state, `unknown fact ${(event satisfies never as {type: string}).type}`);
	}
}

const note = (state: RunState, {level, message, at}: RunState['notes'][number]): RunState => ({
	...state,
	notes: [...state.notes, {level, message, at}].slice(-MAX_NOTES),
});

const describeTaking = ({by, from}: Extract<Fact, {type: 'control-taken'}>): string =>
	`${by} took the control${from === null ? '' : ` from ${from}`}`;

function open(state: RunState, opened: Extract<Fact, {type: 'opened'}> & {readonly at: number}): RunState {
	const lanes = opened.lanes.map((lane): [LaneId, LaneState] => [lane.id, createLane(lane, opened.at)]);
	return {...state, opened, lanes: new Map(lanes), simulated: state.simulated || opened.simulated};
}

/** A sweep's jobs are spread over many facts, and more may be added; whoever reads the state finds them in one list. */
function extend(state: RunState, {jobs = [], lanes = [], workloads = [], at}: Planned): RunState {
	const {opened} = state;
	if (!opened || jobs.length + lanes.length + workloads.length === 0) return state;
	const fresh = lanes.filter(({id}) => !state.lanes.has(id));
	return {
		...state,
		opened: {
			...opened,
			jobs: [...opened.jobs, ...jobs],
			lanes: [...opened.lanes, ...fresh],
			workloads: [...opened.workloads, ...workloads],
		},
		lanes: new Map([...state.lanes, ...fresh.map((lane): [LaneId, LaneState] => [lane.id, createLane(lane, at)])]),
	};
}

type Planned = Extract<Fact, {type: 'planned'}> & {readonly at: number};

function plan(state: RunState, {cells, experiments: planned, at}: Planned): RunState {
	const fresh: ExperimentRecord[] = [];
	const added = new Map<string, number>();
	const queues = new Map<LaneId, Addition>();
	for (const experiment of planned) {
		const {id, lane} = experiment;
		if (added.has(id) || findPosition(state.positions, id) !== undefined || !state.lanes.has(lane)) continue;
		const position = state.experiments.length + fresh.length;
		const record = {experiment, stage: beginStage(experiment, at)};
		fresh.push(record);
		added.set(id, position);
		const queue = queues.get(lane) ?? {positions: [], kinds: []};
		queue.positions.push(position);
		if (record.stage.kind === 'waiting') queue.kinds.push(kindOf(experiment));
		queues.set(lane, queue);
	}
	const experiments = appendAll(state.experiments, fresh);
	const waiting = fresh.filter(({stage}) => stage.kind === 'waiting').map(({experiment}) => experiment);
	const {counts} = state;
	const later = fresh.length - waiting.length;
	const next = {
		...state,
		cells: [...state.cells, ...cells],
		positions: addPositions(state.positions, added),
		experiments,
		lanes: extendQueues({...state, experiments}, queues),
		counts: {...counts, waiting: counts.waiting + waiting.length, postponed: counts.postponed + later},
		waitingBytes: state.waitingBytes + sumBytes(waiting),
	};
	const refused = planned.length - fresh.length;
	return refused === 0 ? next : noteAnomaly(next, `${refused} planned experiments had a known id or no lane`);
}

/** What its author leaves for later stands in the plan and waits for nobody but a person. */
const beginStage = ({postponed: reason}: Experiment, at: number): Stage =>
	reason === undefined ? {kind: 'waiting', attempts: 0} : {kind: 'postponed', attempts: 0, reason, at, by: AUTHOR};

const sumBytes = (experiments: readonly Experiment[]): number =>
	experiments.reduce((sum, experiment) => sum + estimateDiskBytes(experiment), 0);

type Addition = {readonly positions: number[]; readonly kinds: string[]};

function extendQueues(
	{lanes, experiments}: RunState,
	queues: ReadonlyMap<LaneId, Addition>,
): ReadonlyMap<LaneId, LaneState> {
	const extended = new Map(lanes);
	for (const [id, {positions, kinds}] of queues) {
		const lane = lanes.get(id);
		if (!lane) continue;
		const longer = {
			...lane,
			queue: [...lane.queue, ...positions],
			waiting: lane.waiting + kinds.length,
			waitingKinds: countKinds(kinds, lane.waitingKinds),
			postponed: lane.postponed + positions.length - kinds.length,
		};
		extended.set(id, {...longer, next: findNext(longer, experiments)});
	}
	return extended;
}

/** Everything but committed successes waits again, in the planned order. */
function resume(state: RunState, at: number): RunState {
	const records = [...iterate(state.experiments)].map(({experiment, stage}) => ({
		experiment,
		stage: reopen(stage, at),
	}));
	const counts = {...NO_COUNTS};
	for (const {stage} of records) counts[classify(stage)]++;
	const lanes = [...state.lanes].map(([id, lane]): [LaneId, LaneState] => [id, requeue(lane, records, at)]);
	return {
		...state,
		experiments: createVector(records),
		lanes: new Map(lanes),
		counts,
		ends: state.ends.filter((position) => records[position]?.stage.kind === 'committed'),
		waitingBytes: sumBytes(records.filter(({stage}) => stage.kind === 'waiting').map(({experiment}) => experiment)),
		gpus: new Map(),
		host: null,
		telemetryLost: null,
		telemetrySource: null,
		paused: null,
		deadline: null,
		draining: null,
		stopping: null,
		closed: null,
	};
}

function reopen(stage: Stage, at: number): Stage {
	if (stage.kind === 'skipped' || isLeftByAuthor(stage)) return stage;
	if (stage.kind === 'committed' && isSuccess(stage.result)) return stage;
	if (stage.kind === 'waiting') {
		const {notBefore: _over, ...waiting} = stage;
		return waiting;
	}
	const attempts = stage.kind === 'postponed' ? stage.attempts : stage.attempt;
	return {kind: 'waiting', attempts, requeued: {reason: explainReopening(stage), by: 'resume', at}};
}

function explainReopening(stage: Exclude<Stage, {kind: 'waiting' | 'skipped'}>): string {
	if (stage.kind === 'postponed') return 'it was postponed';
	if (stage.kind !== 'committed') return 'its runner was gone';
	const {status, failure} = stage.result;
	if (failure === null) return status;
	return failure.kind === 'stopped' ? 'it was stopped' : `it failed: ${failure.kind}`;
}

function classify(stage: Stage): keyof Counts {
	if (stage.kind === 'committed') return stage.result.status;
	return stage.kind === 'skipped' || stage.kind === 'postponed' ? stage.kind : 'waiting';
}

function requeue(lane: LaneState, records: readonly ExperimentRecord[], at: number): LaneState {
	const waits = (position: number) => records[position]?.stage.kind === 'waiting';
	const first = lane.queue.findIndex(waits);
	const waiting = lane.queue.filter(waits);
	const kinds = waiting.flatMap((position) => records[position]?.experiment ?? []).map(kindOf);
	return {
		...lane,
		next: first === -1 ? lane.queue.length : first,
		running: null,
		waiting: waiting.length,
		waitingKinds: countKinds(kinds),
		freeSince: at,
		invalid: 0,
		failed: 0,
		postponed: lane.queue.filter((position) => records[position]?.stage.kind === 'postponed').length,
		held: null,
		paused: null,
		continuedAt: null,
		quarantined: null,
	};
}
