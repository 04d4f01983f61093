import type {CampaignPhase} from '../domain/campaign.ts';
import type {CampaignState, PhaseState} from './campaign-state.ts';
import type {CampaignView} from './campaign-view.ts';
import {findStanding, listReady} from './phase-order.ts';
import {measureSpent, toHours, toUsd} from './spending.ts';
import type {RunState} from './state.ts';

type PhaseView = CampaignView['phases'][number];

/** Whatever a screen or a summary says of a campaign; null outside of one. Only its time and cost change without a fact. */
export function selectCampaign(state: RunState, now: number): CampaignView | null {
	const {campaign, closed} = state;
	if (campaign === null) return null;
	const {budget, stopped, spending} = campaign;
	const spentMs = measureSpent(state, campaign, closed || spending.since === null ? campaign.lastAt : now);
	return {
		phases: remember(campaign),
		budget,
		costUsd: budget && toUsd(spentMs, budget),
		hours: toHours(spentMs),
		stopped,
	};
}

const known = new WeakMap<CampaignState['phases'], CampaignView['phases']>();

/** Phases are the same objects as long as no fact has touched one of them. */
function remember(campaign: CampaignState): CampaignView['phases'] {
	const before = known.get(campaign.phases);
	if (before) return before;
	const ready = new Set(listReady(campaign));
	const views = [...campaign.phases.values()]
		.filter(({phase}) => phase.name !== '')
		.map((state) => describe(campaign, state, ready));
	known.set(campaign.phases, views);
	return views;
}

function describe(campaign: CampaignState, state: PhaseState, ready: ReadonlySet<PhaseState>): PhaseView {
	const {phase, counts, kept, ranMs, postponed} = state;
	const {degraded, ...others} = counts;
	const planned = Object.values(counts).reduce((sum, count) => sum + count, 0);
	return {
		phase,
		status: describeStatus(campaign, state, ready),
		counts: {...others, planned, succeeded: counts.succeeded + degraded},
		groups: listGroups(phase, state.groups),
		laneHours: toHours(ranMs),
		backup: kept?.path ?? null,
		postponed: [...postponed].map(([id, {reason}]) => ({id, reason})),
	};
}

function describeStatus(
	campaign: CampaignState,
	state: PhaseState,
	ready: ReadonlySet<PhaseState>,
): PhaseView['status'] {
	const standing = findStanding(campaign, state);
	switch (standing.kind) {
		case 'behind':
			return {kind: 'waiting', why: `phase ${standing.of} has not passed`};
		case 'open':
			if (state.counts.active > 0 || ready.has(state)) return {kind: 'running'};
			return {kind: 'waiting', why: 'a more urgent phase uses its GPUs'};
		case 'over':
			return {kind: 'waiting', why: 'its gate is about to be judged'};
		case 'cut-off':
			return {
				kind: 'waiting',
				why: [...state.postponed.values()].find(({by}) => by)?.reason ?? 'the rest is postponed',
			};
		case 'keeping':
			return {kind: 'waiting', why: 'its results are being kept'};
		case 'refused':
		case 'awaits-approval':
		case 'pausing':
		case 'passed':
			return standing;
		default:
			return standing satisfies never;
	}
}

/** What was expected, what is done elsewhere and what succeeded here, each group once. */
function listGroups({expected = {}, done = []}: CampaignPhase, succeeded: PhaseState['groups']): PhaseView['groups'] {
	const names = new Set([...Object.keys(expected), ...done.map(({group}) => group), ...succeeded.keys()]);
	return [...names].map((name) => ({
		name,
		succeeded: succeeded.get(name) ?? 0,
		elsewhere: done.filter(({group}) => group === name).reduce((sum, {count}) => sum + count, 0),
		expected: expected[name] ?? null,
	}));
}
