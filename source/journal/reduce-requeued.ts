import {estimateDiskBytes} from '../domain/disk-need.ts';
import {type Experiment, isSuccess} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {type Fact, POLICY, VALIDITY} from './event.ts';
import {waitAgain} from './lane-queue.ts';
import {findPosition} from './positions.ts';
import {describeStage} from './reduce-experiment.ts';
import {isLeftByAuthor} from './stage-words.ts';
import {type Counts, type ExperimentRecord, type LaneState, noteAnomaly, type RunState, type Stage} from './state.ts';
import {getAt, setAt} from './vector.ts';

type Requeued = Extract<Fact, {type: 'requeued'}> & {readonly at: number};

/** What an experiment can come back from to wait once more. */
type Over = Extract<Stage, {kind: 'committed' | 'postponed' | 'skipped'}>;

/** How long a success took stays in the tallies: that it is run again does not make it untrue. */
export function reduceRequeued(state: RunState, event: Requeued): RunState {
	const {id, reason, by, at, notBefore} = event;
	const position = findPosition(state.positions, id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	const lane = record && state.lanes.get(record.experiment.lane);
	if (position === undefined || !record || !lane) return noteAnomaly(state, `requeued: no experiment ${id}`);
	const {experiment, stage} = record;
	// No resume takes it up by itself, so that it must be possible to ask for it before one.
	if (state.closed && !isLeftByAuthor(stage)) return noteAnomaly(state, `${id} requeued: the run is closed`);
	if (!isOver(stage)) return noteAnomaly(state, `${id} requeued: cannot follow ${describeStage(stage)}`);
	if (isSettled(stage, by)) return noteAnomaly(state, `${id} requeued: it succeeded, and nobody asked for it`);
	const waiting: Stage = {
		...{kind: 'waiting', attempts: countAttempts(stage), requeued: {reason, by, at}},
		...(notBefore === undefined ? {} : {notBefore}),
	};
	return {
		...state,
		experiments: setAt(state.experiments, position, {...countRetry(record, event), stage: waiting}),
		counts: recount(state.counts, stage),
		repeats: by === VALIDITY ? new Map(state.repeats).set(id, {reason, at}) : state.repeats,
		ends: state.ends.filter((end) => end !== position),
		waitingBytes: state.waitingBytes + estimateDiskBytes(experiment),
		lanes: new Map(state.lanes).set(lane.lane.id, waitAgain(forget(lane, stage), position, experiment)),
	};
}

const isOver = (stage: Stage): stage is Over =>
	stage.kind === 'committed' || stage.kind === 'postponed' || stage.kind === 'skipped';

/** A person's wish begins the count of the rules anew; what was lowered for a try stays lowered, and is kept beside what it was. */
function countRetry({experiment, stage, retried = {}}: ExperimentRecord, event: Requeued): ExperimentRecord {
	const {by, after, params} = event;
	const changed = params ? lower(experiment, params) : experiment;
	if (by !== POLICY || after === undefined) return {experiment: changed, stage};
	return {experiment: changed, stage, retried: {...retried, [after]: (retried[after] ?? 0) + 1}};
}

/** A command may be told a knob as an axis, which is no part of its settings then. */
function lower(experiment: Experiment, lowered: JsonObject): Experiment {
	const {params, axes, declared} = experiment;
	const isAxis = (key: string): boolean => !Object.hasOwn(params, key) && Object.hasOwn(axes, key);
	const [onAxes, own] = [true, false].map((wanted) =>
		Object.fromEntries(Object.entries(lowered).filter(([key]) => isAxis(key) === wanted)),
	);
	return {
		...experiment,
		params: {...params, ...own},
		axes: {...axes, ...onAxes},
		declared: {...pick({...axes, ...params}, Object.keys(lowered)), ...declared},
	};
}

const pick = (values: JsonObject, keys: readonly string[]): JsonObject =>
	Object.fromEntries(keys.map((key) => [key, values[key] ?? null]));

const isSettled = (stage: Over, by: string): boolean =>
	stage.kind === 'committed' && isSuccess(stage.result) && (by === POLICY || by === VALIDITY);

const countAttempts = (stage: Over): number => (stage.kind === 'committed' ? stage.attempt : stage.attempts);

function recount(counts: Counts, stage: Over): Counts {
	const before = stage.kind === 'committed' ? stage.result.status : stage.kind;
	return {...counts, [before]: counts[before] - 1, waiting: counts.waiting + 1};
}

/** Takes back what the lane counted when the experiment was over. */
function forget(lane: LaneState, stage: Over): LaneState {
	if (stage.kind !== 'committed') return {...lane, [stage.kind]: lane[stage.kind] - 1};
	if (isSuccess(stage.result)) return {...lane, succeeded: lane.succeeded - 1};
	return stage.result.status === 'invalid' ? {...lane, invalid: lane.invalid - 1} : {...lane, failed: lane.failed - 1};
}
