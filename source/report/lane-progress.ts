import type {LaneId} from '../domain/experiment.ts';
import type {JournalEvent} from '../journal/event.ts';
import {findPosition} from '../journal/positions.ts';
import {selectRemaining} from '../journal/select-remaining.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';

type LaneProgress = {
	readonly lane: LaneId;
	readonly text: string;
	/** When the lane is expected to have done all that waits there, epoch ms; null while nobody knows. */
	readonly endsAt: number | null;
};

/** What a start or an end means for its lane; null for every other event, and outside of a campaign. */
export function describeLaneProgress(event: JournalEvent, state: RunState): LaneProgress | null {
	if (state.campaign === null || (event.type !== 'launching' && event.type !== 'committed')) return null;
	const record = getAt(state.experiments, findPosition(state.positions, event.id) ?? -1);
	const lane = record && state.lanes.get(record.experiment.lane);
	if (!record || !lane) return null;
	const {experiment} = record;
	const what = `${experiment.phase === undefined ? '' : `[${experiment.phase}] `}${event.id}`;
	const word = event.type === 'launching' ? 'start' : event.result.status;
	const took = event.type === 'committed' ? ` in ${event.result.durationS.toFixed(1)} s` : '';
	const elapsed = formatElapsed(event.at - (state.opened?.at ?? event.at));
	const remaining = selectRemaining(state, event.at).byLane.get(lane.lane.id) ?? null;
	return {
		lane: lane.lane.id,
		text: `${word} ${what}${took} | ${describeCount(lane)} | elapsed ${elapsed}`,
		endsAt: remaining === null ? null : event.at + remaining.ms,
	};
}

function describeCount({succeeded, invalid, failed, queue, postponed, skipped}: LaneState): string {
	const bad = failed + invalid;
	const left = postponed + skipped;
	const aside = left === 0 ? '' : `, ${left} left out`;
	return `${succeeded + bad} of ${queue.length} done${bad === 0 ? '' : `, ${bad} of them not well`}${aside}`;
}

/** `0:12:03`. */
function formatElapsed(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
	return `${Math.floor(seconds / 3600)}:${String(minutes).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
