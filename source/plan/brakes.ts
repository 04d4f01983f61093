import type {LaneId} from '../domain/experiment.ts';
import type {ExperimentRecord, LaneState, RunState} from '../journal/state.ts';
import {getAt, iterate} from '../journal/vector.ts';
import {findBudgetStop, type StopSpending} from './campaign-steps.ts';

/** What ends a night early, or holds it until a person has looked: each with the rule that says so. */
export type Brake =
	| {readonly kind: 'drain'; readonly by: string}
	| StopSpending
	| {readonly kind: 'hold'; readonly lane: LaneId | null; readonly reason: string}
	| {readonly kind: 'postpone'; readonly id: string; readonly reason: string; readonly by: string};

/** Only what still waits can be braked. */
export function findBrakes(state: RunState, now: number): readonly Brake[] {
	if (state.counts.waiting === 0) return [];
	const late = postponeLate(state, now);
	if (late.length > 0) return late;
	const spent = findBudgetStop(state, now);
	if (spent.length > 0) return spent;
	const stop = findStop(state);
	return stop.length > 0 ? stop : breakCircuit(state);
}

/** From the deadline on nothing starts, so that whoever planned for it finds the machine free soon. */
function postponeLate(state: RunState, now: number): readonly Brake[] {
	const {deadline} = state;
	if (deadline === null || now < deadline.at) return [];
	const reason = `the deadline ${deadline.said} has passed`;
	return [...iterate(state.experiments)].flatMap(({experiment: {id}, stage}): readonly Brake[] =>
		stage.kind === 'waiting' ? [{kind: 'postpone', id, reason, by: 'experiment.deadline'}] : [],
	);
}

function findStop({opened, counts, experiments}: RunState): readonly Brake[] {
	const {failures, percent} = opened?.policy?.stopAfter ?? {};
	const {failed} = counts;
	if (failures !== undefined && failed >= failures) {
		return [{kind: 'drain', by: `experiment.stop_after.failures=${failures}: ${failed} failed`}];
	}
	const share = (100 * failed) / experiments.length;
	if (percent === undefined || failed === 0 || share < percent) return [];
	return [{kind: 'drain', by: `experiment.stop_after.percent=${percent}: ${failed} of ${experiments.length} failed`}];
}

/** Ten thousand experiments must not fail in a row while everybody sleeps, for a reason that one would have told. */
function breakCircuit(state: RunState): readonly Brake[] {
	const breaker = state.opened?.policy?.breaker;
	if (!breaker || state.paused) return [];
	const ends = listEnds(state);
	const everywhere = findStreak(ends, breaker);
	const brake = (lane: LaneId | null, reason: string): Brake =>
		breaker.action === 'drain' ? {kind: 'drain', by: `experiment.breaker: ${reason}`} : {kind: 'hold', lane, reason};
	if (everywhere?.lanes.size && everywhere.lanes.size > 1) return [brake(null, everywhere.reason)];
	return [...state.lanes.values()].filter(canStart).flatMap(({lane: {id}}) => {
		const streak = findStreak(
			ends.filter(({experiment}) => experiment.lane === id),
			breaker,
		);
		return streak ? [brake(id, streak.reason)] : [];
	});
}

const canStart = ({paused, quarantined, waiting}: LaneState): boolean =>
	paused === null && quarantined === null && waiting > 0;

/** The newest last, without what ended before somebody let its lane go on. */
const listEnds = ({ends, experiments, lanes}: RunState): readonly ExperimentRecord[] =>
	ends.flatMap((position) => {
		const record = getAt(experiments, position);
		if (record?.stage.kind !== 'committed') return [];
		const continuedAt = lanes.get(record.experiment.lane)?.continuedAt ?? null;
		return continuedAt !== null && record.stage.endedAt < continuedAt ? [] : [record];
	});

type Streak = {readonly lanes: ReadonlySet<LaneId>; readonly reason: string};

/** The last ones, when they all failed at once and for the same reason. */
function findStreak(
	ends: readonly ExperimentRecord[],
	{failures, withinS}: {readonly failures: number; readonly withinS: number},
): Streak | null {
	const last = ends.slice(-failures);
	const reasons = last.map((record) => readInstantFailure(record, withinS));
	const [reason] = reasons;
	if (last.length < failures || reason === undefined || reason === null) return null;
	if (reasons.some((other) => other !== reason)) return null;
	const lanes = new Set(last.map(({experiment}) => experiment.lane));
	return {lanes, reason: `${failures} experiments in a row failed within ${withinS} s: ${reason}`};
}

/** What a person stopped is no failure of the experiment. */
function readInstantFailure({stage}: ExperimentRecord, withinS: number): string | null {
	if (stage.kind !== 'committed' || stage.outcome.kind === 'stopped') return null;
	const {failure, durationS} = stage.result;
	return failure && durationS <= withinS ? failure.message : null;
}
