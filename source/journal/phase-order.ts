import type {CampaignState, PhaseState} from './campaign-state.ts';

/** How far a phase is; those behind it start once it has passed. */
export type Standing =
	/** Of one that has not passed. */
	| {readonly kind: 'behind'; readonly of: string}
	/** Something of it is left to run. */
	| {readonly kind: 'open'}
	/** Nothing is, and its gate has to be judged. */
	| {readonly kind: 'over'}
	/** What was left of it was postponed by a rule of the run. */
	| {readonly kind: 'cut-off'}
	| {readonly kind: 'refused'; readonly reasons: readonly string[]}
	| {readonly kind: 'awaits-approval'; readonly what: string}
	/** Its results have to be kept first. */
	| {readonly kind: 'keeping'}
	| {readonly kind: 'pausing'; readonly why: string}
	| {readonly kind: 'passed'; readonly at: number; readonly by: string | null};

export function findStanding({phases}: CampaignState, state: PhaseState): Standing {
	const own = judgeAlone(state);
	if (own.kind !== 'open' && own.kind !== 'over') return own;
	const before = state.phase.after.find((name) => {
		const other = phases.get(name);
		return other !== undefined && judgeAlone(other).kind !== 'passed';
	});
	return before === undefined ? own : {kind: 'behind', of: before};
}

function judgeAlone({phase, counts, cutOff, judged, approved, kept, wentOn}: PhaseState): Standing {
	if (counts.waiting + counts.active > 0) return {kind: 'open'};
	if (cutOff > 0) return {kind: 'cut-off'};
	if (phase.name === '') return {kind: 'passed', at: 0, by: null};
	if (judged === null) return {kind: 'over'};
	if (judged.reasons.length > 0 && approved === null) return {kind: 'refused', reasons: judged.reasons};
	const what = phase.gate?.approval;
	if (what !== undefined && approved === null) return {kind: 'awaits-approval', what};
	if (phase.backup && kept === null) return {kind: 'keeping'};
	if (phase.pause !== undefined && wentOn === null) return {kind: 'pausing', why: phase.pause};
	const at = Math.max(judged.at, approved?.at ?? 0, kept?.at ?? 0, wentOn?.at ?? 0);
	return {kind: 'passed', at, by: approved?.by ?? null};
}

/** Phases whose experiments may start, the most urgent first. Of those that share a lane only the most urgent one may. */
export function listReady(campaign: CampaignState): readonly PhaseState[] {
	const claimed = new Set<string>();
	const ready: PhaseState[] = [];
	for (const state of sortByUrgency(campaign)) {
		if (findStanding(campaign, state).kind !== 'open') continue;
		const lanes = [...state.lanes.keys()];
		if (lanes.some((lane) => claimed.has(lane))) continue;
		for (const lane of lanes) claimed.add(lane);
		if (state.counts.waiting > 0) ready.push(state);
	}
	return ready;
}

/** The order of the suite decides between equally urgent ones. */
const sortByUrgency = ({phases}: CampaignState): readonly PhaseState[] =>
	[...phases.values()].toSorted((a, b) => a.phase.priority - b.phase.priority);

/** Phases that wait for somebody. */
export const listAwaiting = (campaign: CampaignState): readonly PhaseState[] =>
	[...campaign.phases.values()].filter((state) => {
		const {kind} = findStanding(campaign, state);
		return kind === 'awaits-approval' || kind === 'pausing';
	});
