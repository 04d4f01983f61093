import type {CampaignBudget} from '../domain/campaign.ts';
import type {CampaignState} from './campaign-state.ts';
import type {RunState} from './state.ts';
import {getAt} from './vector.ts';

const MS_PER_HOUR = 3_600_000;

/** Time that the budget counts: of the machine while somebody works on the run, or of its GPUs while something runs on them. */
export function measureSpent(state: RunState, campaign: CampaignState, now: number): number {
	const {budget, spending} = campaign;
	if (budget?.per === 'gpu') return spending.ms + listRunning(state).reduce((sum, since) => sum + span(since, now), 0);
	return spending.ms + (spending.since === null ? 0 : span(spending.since, now));
}

export const toHours = (ms: number): number => ms / MS_PER_HOUR;

export const toUsd = (ms: number, {usdPerHour}: CampaignBudget): number => toHours(ms) * usdPerHour;

const span = (since: number, now: number): number => Math.max(0, now - since);

/** Since when something runs, for each GPU on which something does. */
const listRunning = ({lanes, experiments}: RunState): readonly number[] =>
	[...lanes.values()].flatMap(({lane, running}) => {
		const stage = running === null || lane.gpuId === null ? undefined : getAt(experiments, running)?.stage;
		return stage?.kind === 'running' ? [stage.since] : [];
	});

type Bound = {readonly ms: number; readonly reason: string};

/** Which bound comes first, in time that the budget counts; null without any. */
export function findBound(budget: CampaignBudget | null): Bound | null {
	if (budget === null) return null;
	const {usdPerHour, stopUsd, stopHours} = budget;
	const bounds: readonly Bound[] = [
		...(stopUsd === undefined || usdPerHour <= 0
			? []
			: [{ms: (stopUsd / usdPerHour) * MS_PER_HOUR, reason: `the budget of ${stopUsd} USD is used up`}]),
		...(stopHours === undefined
			? []
			: [{ms: stopHours * MS_PER_HOUR, reason: `the budget of ${stopHours} hours is used up`}]),
	];
	return bounds.toSorted((a, b) => a.ms - b.ms)[0] ?? null;
}

/** When the budget will be reached if all goes on as it does now, epoch ms; null for never. */
export function findBudgetEnd(state: RunState, campaign: CampaignState, now: number): number | null {
	const bound = findBound(campaign.budget);
	if (bound === null || campaign.stopped !== null) return null;
	const rate = campaign.budget?.per === 'gpu' ? listRunning(state).length : 1;
	return rate === 0 ? null : now + Math.ceil((bound.ms - measureSpent(state, campaign, now)) / rate);
}
