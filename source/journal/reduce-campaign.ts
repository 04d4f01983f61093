import type {CampaignBudget} from '../domain/campaign.ts';
import type {CampaignFact} from './campaign-facts.ts';
import type {CampaignState, PhaseState} from './campaign-state.ts';
import {findStanding, type Standing} from './phase-order.ts';
import {noteAnomaly, type RunState} from './state.ts';

type Stamped = CampaignFact & {readonly at: number};
type PhaseFact = Extract<Stamped, {phase: string}>;

/** What is said of a phase must follow from where it stands, so that no phase is judged, passed or kept twice. */
export function reduceCampaign(state: RunState, event: Stamped): RunState {
	const {campaign} = state;
	if (campaign === null) return noteAnomaly(state, `${event.type}: this run is no campaign`);
	switch (event.type) {
		case 'budget-reached':
			return {...state, campaign: {...campaign, stopped: event.reason}};
		case 'budget-set':
			return setBudget(state, campaign, event);
		default:
			return turnPhase(state, campaign, event);
	}
}

function turnPhase(state: RunState, campaign: CampaignState, event: PhaseFact): RunState {
	const known = campaign.phases.get(event.phase);
	if (!known || event.phase === '') return noteAnomaly(state, `${event.type}: no phase ${event.phase}`);
	const standing = findStanding(campaign, known);
	if (!FOLLOWS[event.type].includes(standing.kind)) {
		return noteAnomaly(state, `phase ${event.phase} ${event.type}: cannot follow ${standing.kind}`);
	}
	return {...state, campaign: {...campaign, phases: new Map(campaign.phases).set(event.phase, turn(known, event))}};
}

/** Where a phase must stand for each of them. */
const FOLLOWS: {readonly [type in PhaseFact['type']]: readonly Standing['kind'][]} = {
	'phase-judged': ['over'],
	'phase-approved': ['refused', 'awaits-approval'],
	'phase-continued': ['pausing'],
	'phase-kept': ['keeping'],
	'phase-not-kept': ['keeping'],
};

function turn(phase: PhaseState, event: PhaseFact): PhaseState {
	const {at} = event;
	switch (event.type) {
		case 'phase-judged':
			return {...phase, judged: {at, reasons: event.reasons}};
		case 'phase-approved':
			return {...phase, approved: {at, by: event.by}};
		case 'phase-continued':
			return {...phase, wentOn: {at, by: event.by}};
		case 'phase-kept':
			return {...phase, kept: {at, path: event.path, problem: null}};
		case 'phase-not-kept':
			return {...phase, kept: {at, path: null, problem: event.problem}};
		default:
			return event satisfies never;
	}
}

/** What was stopped may go on: whether the new bounds are reached is decided anew. */
function setBudget(
	state: RunState,
	campaign: CampaignState,
	{stopUsd, stopHours}: Extract<Stamped, {type: 'budget-set'}>,
): RunState {
	const {budget} = campaign;
	if (budget === null) return noteAnomaly(state, 'budget-set: this campaign has no budget');
	return {...state, campaign: {...campaign, budget: bound(budget, {stopUsd, stopHours}), stopped: null}};
}

type Bounds = {readonly [name in 'stopUsd' | 'stopHours']: number | null | undefined};

/** undefined: as before; null: none. */
function bound({usdPerHour, per, ...before}: CampaignBudget, {stopUsd, stopHours}: Bounds): CampaignBudget {
	const usd = stopUsd === undefined ? (before.stopUsd ?? null) : stopUsd;
	const hours = stopHours === undefined ? (before.stopHours ?? null) : stopHours;
	return {
		...{usdPerHour, per},
		...(usd === null ? {} : {stopUsd: usd}),
		...(hours === null ? {} : {stopHours: hours}),
	};
}
