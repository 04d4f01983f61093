import type {LaneId} from '../domain/experiment.ts';
import type {CampaignView} from './campaign-view.ts';
import {selectCampaign} from './select-campaign.ts';
import type {LaneState, RunState} from './state.ts';
import {getAt} from './vector.ts';

/** What a campaign has to do with one lane. */
export type LanePhases = {
	/** Name of the phase whose experiment runs, and of the one that waits first. */
	readonly running: string | null;
	readonly next: string | null;
	/** Why nothing that waits here may start, in one line; null where something may, or nothing waits. */
	readonly hold: string | null;
	/** What stopped the campaign, where something of this lane was left to run; null while nothing did. */
	readonly stopped: string | null;
};

/** By lane; empty outside of a campaign. */
export function selectLanePhases(state: RunState, now: number): ReadonlyMap<LaneId, LanePhases> {
	const view = state.opened?.campaign ? selectCampaign(state, now) : null;
	if (!view) return NONE;
	return new Map([...state.lanes].map(([id, lane]) => [id, describeLane(state, lane, view)]));
}

const NONE: ReadonlyMap<LaneId, LanePhases> = new Map();

function describeLane(state: RunState, lane: LaneState, view: CampaignView): LanePhases {
	const running = lane.running === null ? null : (getAt(state.experiments, lane.running)?.experiment.phase ?? null);
	const waiting = lane.waiting === 0 ? [] : listWaitingPhases(state, lane);
	return {
		running,
		next: waiting[0] ?? null,
		hold: lane.running === null && lane.waiting > 0 ? explainHold(waiting, view) : null,
		stopped: lane.postponed > 0 ? view.stopped : null,
	};
}

/** Names of the phases of what waits here, each once, in the order of the queue. */
function listWaitingPhases({experiments}: RunState, {queue, next}: LaneState): readonly string[] {
	const names = new Set<string>();
	for (let index = next; index < queue.length; index++) {
		const record = getAt(experiments, queue[index] ?? -1);
		const phase = record?.stage.kind === 'waiting' ? record.experiment.phase : undefined;
		if (phase !== undefined) names.add(phase);
	}
	return [...names];
}

/** One phase that runs is enough: then no campaign holds the lane. */
function explainHold(names: readonly string[], {phases, stopped}: CampaignView): string | null {
	if (stopped !== null) return stopped;
	const waiting = phases.filter(({phase}) => names.includes(phase.name));
	if (waiting.some(({status}) => status.kind === 'running')) return null;
	const [first] = waiting;
	return first?.status.kind === 'waiting' ? `phase ${first.phase.name}: ${first.status.why}` : null;
}
