import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';
import {findMoves, findPostponements} from './quarantine.ts';
import {findRepeats} from './repeats.ts';

/** What should be done now; the engine does it and facts come back. Performing one twice does no harm. */
export type Intention =
	| {readonly kind: 'launch'; readonly id: string; readonly attempt: number}
	| {readonly kind: 'time-out'; readonly id: string; readonly limitMs: number}
	| {readonly kind: 'stop'; readonly id: string; readonly by: string}
	| {readonly kind: 'move'; readonly id: string; readonly lane: LaneId}
	| {readonly kind: 'postpone'; readonly id: string; readonly reason: string}
	/** An invalid result is tried to be had once more. */
	| {readonly kind: 'repeat'; readonly id: string; readonly reason: string}
	| {readonly kind: 'close'; readonly reason: 'finished' | 'drained' | 'stopped'};

type Active = {readonly experiment: Experiment; readonly since: number | null};

/** Pure: the same state and time always give the same answer, live, in a replay and in a test. */
export function decide(state: RunState, now: number): readonly Intention[] {
	if (!state.opened || state.closed) return [];
	const active = listActive(state);
	const ending =
		state.stopping === null
			? [...findOverdue(active, now), ...stopQuarantined(state, active)]
			: stopAll(active, state.stopping);
	const starting = state.stopping === null && state.draining === null ? findWork(state, active) : [];
	const closing = active.length === 0 && starting.length === 0 ? close(state) : [];
	return [...ending, ...starting, ...closing];
}

/** The next time limit after `now`, epoch ms; null when there is none. One that has passed was acted on already. */
export function findNextDeadline(state: RunState, now: number): number | null {
	const deadlines = listActive(state)
		.flatMap(({experiment, since}) => (since === null ? [] : [since + experiment.timeoutMs]))
		.filter((deadline) => deadline > now);
	return deadlines.length > 0 ? Math.min(...deadlines) : null;
}

function listActive(state: RunState): readonly Active[] {
	return [...state.lanes.values()].flatMap(({running}) => {
		const record = running === null ? undefined : getAt(state.experiments, running);
		if (!record) return [];
		return [{experiment: record.experiment, since: record.stage.kind === 'running' ? record.stage.since : null}];
	});
}

const findOverdue = (active: readonly Active[], now: number): readonly Intention[] =>
	active
		.filter(({experiment, since}) => since !== null && now - since >= experiment.timeoutMs)
		.map(({experiment}) => ({kind: 'time-out', id: experiment.id, limitMs: experiment.timeoutMs}));

const stopAll = (active: readonly Active[], by: string): readonly Intention[] =>
	active.map(({experiment}) => ({kind: 'stop', id: experiment.id, by}));

/** A program on a GPU that is lost may hang for ever, and would hold its place until its time is over. */
const stopQuarantined = ({lanes}: RunState, active: readonly Active[]): readonly Intention[] =>
	active.flatMap(({experiment: {id, lane}}) => {
		const reason = lanes.get(lane)?.quarantined?.reason;
		return reason === undefined ? [] : [{kind: 'stop', id, by: `the guard of ${lane}: ${reason}`}];
	});

/** What can start; where nothing can, what waits in vain is said to. */
function findWork(state: RunState, active: readonly Active[]): readonly Intention[] {
	// First, or the next one of its lane would start in its place, and perhaps in another block.
	const changes = [...findRepeats(state), ...findMoves(state)];
	if (changes.length > 0) return changes;
	const starting = findStartable(state, active);
	return active.length + starting.length > 0 ? starting : findPostponements(state);
}

/** One experiment a lane, in the planned order, within the bound of workers and of what each must have for itself. */
function findStartable(state: RunState, active: readonly Active[]): readonly Intention[] {
	const occupied = active.map(({experiment}) => experiment);
	const blocked: Experiment[] = [];
	const room = (state.opened?.maxWorkers ?? 1) - occupied.length;
	const launches: Intention[] = [];
	for (const position of listHeads(state)) {
		const record = getAt(state.experiments, position);
		if (launches.length >= room || record?.stage.kind !== 'waiting') break;
		const {experiment, stage} = record;
		// Who waits for a host or a socket of its own is not overtaken by what would keep it waiting for ever.
		if ([...occupied, ...blocked].some((other) => excludes(experiment, other))) {
			blocked.push(experiment);
			continue;
		}
		occupied.push(experiment);
		launches.push({kind: 'launch', id: experiment.id, attempt: stage.attempts + 1});
	}
	return launches;
}

const listHeads = (state: RunState): readonly number[] =>
	[...state.lanes.values()].flatMap(findHead).sort((a, b) => a - b);

function findHead({running, queue, next, held, quarantined}: LaneState): readonly number[] {
	const head = queue[next];
	return running !== null || held !== null || quarantined !== null || head === undefined ? [] : [head];
}

function excludes(one: Experiment, other: Experiment): boolean {
	if (one.exclusive === 'host' || other.exclusive === 'host') return true;
	if (one.exclusive !== 'socket' && other.exclusive !== 'socket') return false;
	// Sockets that nobody knows may be the same one.
	return one.socket === null || other.socket === null || one.socket === other.socket;
}

function close(state: RunState): readonly Intention[] {
	if (state.stopping !== null) return [{kind: 'close', reason: 'stopped'}];
	if (state.counts.waiting === 0) return [{kind: 'close', reason: 'finished'}];
	return state.draining === null ? [] : [{kind: 'close', reason: 'drained'}];
}
