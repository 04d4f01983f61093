import type {LaneId} from '../domain/experiment.ts';
import type {LaneState, RunState, Stage} from './state.ts';
import {getAt} from './vector.ts';

type Remaining = {
	/** Milliseconds until a lane is done; null while nothing has been measured. */
	readonly byLane: ReadonlyMap<LaneId, number | null>;
	readonly totalMs: number | null;
};

/**
 * From measured durations only: a lane's mean (the mean of all lanes until it has its own) times what is left there.
 * The longest lane counts, and no less than all work shared by the workers that may be busy at once.
 */
export function selectRemaining(state: RunState, now: number): Remaining {
	const lanes = [...state.lanes.values()];
	const overallMs = meanMs(lanes);
	const times = lanes.map((lane) => estimateLane(state, lane, overallMs, now));
	return {
		byLane: new Map(lanes.map(({lane}, index) => [lane.id, times[index] ?? null])),
		totalMs: state.closed || state.stopping ? null : estimateAll(times, state.opened?.maxWorkers ?? 1),
	};
}

function estimateLane(state: RunState, lane: LaneState, overallMs: number | null, now: number): number | null {
	const left = state.draining || state.stopping || state.closed ? 0 : lane.waiting;
	const stage = lane.running === null ? undefined : getAt(state.experiments, lane.running)?.stage;
	const since = stage && sinceOf(stage);
	if (left === 0 && since === undefined) return 0;
	const perExperimentMs = meanMs([lane]) ?? overallMs;
	if (perExperimentMs === null) return null;
	const currentMs = since === undefined ? 0 : Math.max(0, perExperimentMs - (now - since));
	return currentMs + left * perExperimentMs;
}

function estimateAll(times: readonly (number | null)[], maxWorkers: number): number | null {
	const known = times.filter((time) => time !== null);
	if (known.length === 0 || known.length < times.length) return null;
	const sum = known.reduce((total, time) => total + time, 0);
	const workers = Math.max(1, Math.min(maxWorkers, known.length));
	return Math.max(...known, sum / workers);
}

function meanMs(lanes: readonly LaneState[]): number | null {
	const count = lanes.reduce((total, lane) => total + lane.measuredCount, 0);
	if (count === 0) return null;
	return (lanes.reduce((total, lane) => total + lane.measuredS, 0) / count) * 1000;
}

const sinceOf = (stage: Stage): number | undefined =>
	stage.kind === 'launching' || stage.kind === 'running' ? stage.since : undefined;
