import type {Experiment, LaneId} from '../domain/experiment.ts';
import {type Expectation, readExpectation} from './expected.ts';
import {findStanding, listReady} from './phase-order.ts';
import type {LaneState, RunState, Stage} from './state.ts';
import {kindOf, meanMs, type Tally} from './tally.ts';
import {getAt} from './vector.ts';

/** Time that is left, ms. A guess has a part that nobody measured in this run and that the suite expects. */
export type Estimate = {readonly ms: number; readonly isGuess: boolean};

type Remaining = {
	/** Until a lane is done; null while neither this run nor its suite says how long an experiment takes. */
	readonly byLane: ReadonlyMap<LaneId, Estimate | null>;
	readonly total: Estimate | null;
};

/**
 * Of each experiment the mean of its model, on whatever lane; before that what the suite expects of that model, else
 * the mean of the lane, else of the run, else what the suite expects. The longest lane counts, and no less than all
 * work shared by the workers that may be busy at once.
 */
export function selectRemaining(state: RunState, now: number): Remaining {
	const lanes = [...state.lanes.values()];
	const overallMs = meanMs(sumTallies(lanes.map(({tally}) => tally)));
	const expected = readExpectation(state.opened?.config ?? {});
	const times = lanes.map((lane) => estimateLane(state, lane, createEstimator(state, lane, overallMs, expected), now));
	return {
		byLane: new Map(lanes.map(({lane}, index) => [lane.id, times[index] ?? null])),
		total: state.closed || state.stopping ? null : estimateAll(times, state.opened?.maxWorkers ?? 1),
	};
}

/** What waits there comes after a phase that somebody has to let pass. */
const isBehindPerson = ({campaign}: RunState, {lane}: LaneState): boolean =>
	campaign !== null &&
	[...campaign.phases.values()].some((state) => PERSONS.has(findStanding(campaign, state).kind)) &&
	!listReady(campaign).some(({lanes}) => (lanes.get(lane.id)?.waiting ?? 0) > 0);

const PERSONS: ReadonlySet<string> = new Set(['refused', 'awaits-approval', 'pausing']);

type Estimator = (kind: string) => Estimate | null;

function createEstimator(
	{tallies}: RunState,
	{tally}: LaneState,
	overallMs: number | null,
	expected: Expectation,
): Estimator {
	const measured = (ms: number | null): Estimate | null => (ms === null ? null : {ms, isGuess: false});
	const guessed = (ms: number | null): Estimate | null => (ms === null ? null : {ms, isGuess: true});
	return (kind) =>
		measured(meanMs(tallies.get(kind)?.whole)) ??
		guessed(expected.byKind.get(kind) ?? null) ??
		measured(meanMs(tally.whole)) ??
		measured(overallMs) ??
		guessed(expected.ms);
}

function estimateLane(state: RunState, lane: LaneState, estimate: Estimator, now: number): Estimate | null {
	const none = state.draining || state.stopping || state.closed;
	// Nobody knows when somebody will let it go on.
	if (!none && lane.waiting > 0 && (state.paused || lane.paused || isBehindPerson(state, lane))) return null;
	const waiting = none ? [] : [...lane.waitingKinds];
	const record = lane.running === null ? undefined : getAt(state.experiments, lane.running);
	const parts = waiting.map(([kind, count]) => multiply(estimate(kind), count));
	const current = record ? estimateCurrent(record.experiment, record.stage, estimate, now) : {ms: 0, isGuess: false};
	return sum([current, ...parts]);
}

function estimateCurrent(experiment: Experiment, stage: Stage, estimate: Estimator, now: number): Estimate | null {
	if (stage.kind !== 'launching' && stage.kind !== 'running') return {ms: 0, isGuess: false};
	const whole = estimate(kindOf(experiment));
	return whole && {...whole, ms: Math.max(0, whole.ms - (now - stage.since))};
}

const multiply = (one: Estimate | null, count: number): Estimate | null => one && {...one, ms: one.ms * count};

function sum(parts: readonly (Estimate | null)[]): Estimate | null {
	const known = parts.filter((part) => part !== null);
	if (known.length < parts.length) return null;
	return {
		ms: known.reduce((total, {ms}) => total + ms, 0),
		isGuess: known.some(({isGuess}) => isGuess),
	};
}

function estimateAll(times: readonly (Estimate | null)[], maxWorkers: number): Estimate | null {
	const all = sum(times);
	if (all === null || times.length === 0) return null;
	const workers = Math.max(1, Math.min(maxWorkers, times.length));
	return {...all, ms: times.reduce((longest, time) => Math.max(longest, time?.ms ?? 0), all.ms / workers)};
}

const sumTallies = (tallies: readonly Tally[]): Tally['whole'] => ({
	totalS: tallies.reduce((total, {whole}) => total + whole.totalS, 0),
	count: tallies.reduce((total, {whole}) => total + whole.count, 0),
});
