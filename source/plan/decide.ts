import type {Experiment, LaneId} from '../domain/experiment.ts';
import {findBudgetEnd} from '../journal/spending.ts';
import type {ExperimentRecord, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';
import {type Brake, findBrakes} from './brakes.ts';
import {type CampaignStep, findBlocked, findJudgements, findKeeping} from './campaign-steps.ts';
import {listBackOffs, listHeads} from './heads.ts';
import {findMoves, findPostponements} from './quarantine.ts';
import {findRepeats} from './repeats.ts';
import {findRetries, type Retry} from './retries.ts';
import {type Extension, findExtensions} from './search-steps.ts';

/** What should be done now; the engine does it and facts come back. Performing one twice does no harm. */
export type Intention =
	| {readonly kind: 'launch'; readonly id: string; readonly attempt: number}
	| {readonly kind: 'time-out'; readonly id: string; readonly limitMs: number}
	| {readonly kind: 'stop'; readonly id: string; readonly by: string}
	| {readonly kind: 'move'; readonly id: string; readonly lane: LaneId}
	| {readonly kind: 'postpone'; readonly id: string; readonly reason: string; readonly by?: string}
	/** An invalid result is tried to be had once more. */
	| {readonly kind: 'repeat'; readonly id: string; readonly reason: string}
	/** Its processes stand still, for as long as this is said. */
	| {readonly kind: 'suspend'; readonly id: string; readonly by: string}
	| Retry
	| Brake
	| CampaignStep
	/** What a search tries next. */
	| Extension
	| {readonly kind: 'close'; readonly reason: 'finished' | 'drained' | 'stopped'};

type Active = Pick<ExperimentRecord, 'experiment' | 'stage'>;

/** Pure: the same state and time always give the same answer, live, in a replay and in a test. */
export function decide(state: RunState, now: number): readonly Intention[] {
	if (!state.opened || state.closed) return [];
	const active = listActive(state);
	const ending =
		state.stopping === null
			? [...findOverdue(active, now), ...stopQuarantined(state, active), ...stopSkipped(active)]
			: stopAll(active, state.stopping);
	const suspending = state.stopping === null ? suspendPaused(state, active) : [];
	const starting = state.stopping === null && state.draining === null ? findWork(state, active, now) : [];
	const closing = active.length === 0 && starting.length === 0 ? close(state) : [];
	return [...ending, ...suspending, ...starting, ...closing];
}

/** When there is something to decide again though nothing happens, epoch ms; null for never. What has passed was acted on. */
export function findNextDeadline(state: RunState, now: number): number | null {
	const waiting = state.counts.waiting === 0 ? [] : [state.deadline?.at ?? 0, ...listBackOffs(state)];
	const budget = state.counts.waiting > 0 && state.campaign ? findBudgetEnd(state, state.campaign, now) : null;
	const deadlines = [...listActive(state).map(findLimit), ...waiting, budget ?? 0].filter((deadline) => deadline > now);
	return deadlines.length > 0 ? Math.min(...deadlines) : null;
}

function listActive(state: RunState): readonly Active[] {
	return [...state.lanes.values()].flatMap(({running, collecting}) =>
		[...collecting, ...(running === null ? [] : [running])].flatMap(
			(position) => getAt(state.experiments, position) ?? [],
		),
	);
}

/** Time limits do not run while an experiment is suspended, and only a running one has a limit. */
function findLimit({experiment, stage}: Active): number {
	if (stage.kind !== 'running' || stage.suspended) return Number.NEGATIVE_INFINITY;
	return stage.since + experiment.timeoutMs + (stage.suspendedMs ?? 0);
}

const findOverdue = (active: readonly Active[], now: number): readonly Intention[] =>
	active
		.filter((one) => Number.isFinite(findLimit(one)) && findLimit(one) <= now)
		.map(({experiment}) => ({kind: 'time-out', id: experiment.id, limitMs: experiment.timeoutMs}));

const stopSkipped = (active: readonly Active[]): readonly Intention[] =>
	active.flatMap(({experiment: {id}, stage}): readonly Intention[] =>
		(stage.kind === 'running' || stage.kind === 'launching') && stage.skipped
			? [{kind: 'stop', id, by: `${stage.skipped.by} (${stage.skipped.reason})`}]
			: [],
	);

/** What a pause wants to stand still now. */
const suspendPaused = ({lanes, paused}: RunState, active: readonly Active[]): readonly Intention[] =>
	active.flatMap(({experiment: {id, lane}, stage}): readonly Intention[] => {
		const pause = [paused, lanes.get(lane)?.paused].find((one) => one?.now);
		return pause && stage.kind === 'running' ? [{kind: 'suspend', id, by: pause.by}] : [];
	});

const stopAll = (active: readonly Active[], by: string): readonly Intention[] =>
	active.map(({experiment}) => ({kind: 'stop', id: experiment.id, by}));

/** A program on a GPU that is lost may hang for ever, and would hold its place until its time is over. */
const stopQuarantined = ({lanes}: RunState, active: readonly Active[]): readonly Intention[] =>
	active.flatMap(({experiment: {id, lane}}) => {
		const reason = lanes.get(lane)?.quarantined?.reason;
		return reason === undefined ? [] : [{kind: 'stop', id, by: `the guard of ${lane}: ${reason}`}];
	});

/** What can start; where nothing can, what waits in vain is said to do so. */
function findWork(state: RunState, active: readonly Active[], now: number): readonly Intention[] {
	// First what would else be overtaken by the next of its lane, perhaps of another block. One after the other: what a retry brings back is no failure for a brake, and nothing starts before a brake is told.
	for (const find of [findRepeats, findRetries, findBrakes, findMoves, findExtensions, findJudgements]) {
		const found = find(state, now);
		if (found.length > 0) return found;
	}
	const starting = [...findStartable(state, active, now), ...findKeeping(state)];
	if (active.length + starting.length > 0) return starting;
	const given = findPostponements(state);
	return given.length > 0 ? given : findBlocked(state);
}

/** One experiment a lane, in the planned order, within the bound of workers and of what each must have for itself. */
function findStartable(state: RunState, active: readonly Active[], now: number): readonly Intention[] {
	const occupied = active.map(({experiment}) => experiment);
	const blocked: Experiment[] = [];
	// What waits for its report shares its place with what its process serves next.
	let room = (state.opened?.maxWorkers ?? 1) - new Set(occupied.map(({lane}) => lane)).size;
	const launches: Intention[] = [];
	for (const position of listHeads(state, now)) {
		const record = getAt(state.experiments, position);
		if (record?.stage.kind !== 'waiting') break;
		const {experiment, stage} = record;
		const isAtHome = (state.lanes.get(experiment.lane)?.collecting.length ?? 0) > 0;
		if (room <= 0 && !isAtHome) continue;
		// Who waits for a host or a socket of its own is not overtaken by what would keep it waiting for ever.
		const others = isAtHome ? occupied.filter(({lane}) => lane !== experiment.lane) : occupied;
		if ([...others, ...blocked].some((other) => excludes(experiment, other))) {
			blocked.push(experiment);
			continue;
		}
		if (!isAtHome) room--;
		occupied.push(experiment);
		launches.push({kind: 'launch', id: experiment.id, attempt: stage.attempts + 1});
	}
	return launches;
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
