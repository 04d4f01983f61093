import type {CampaignView} from '../../journal/campaign-view.ts';
import type {RunState} from '../../journal/state.ts';
import {formatHours, formatUsd} from './phase-words.ts';

type Money = Pick<CampaignView, 'budget' | 'costUsd' | 'hours'>;

/** `$12.40 so far: 6.2 h at $1.99 an hour of the machine; it stops at $119.00 or 60 h`; null without a budget. */
export function describeBudget({budget, costUsd, hours}: Money): string | null {
	if (budget === null || costUsd === null) return null;
	const whose = budget.per === 'machine' ? 'of the machine' : 'of each GPU that works';
	const limits = [
		budget.stopUsd === undefined ? null : formatUsd(budget.stopUsd),
		budget.stopHours === undefined ? null : `${budget.stopHours} h`,
	].filter((limit) => limit !== null);
	const stop = limits.length === 0 ? 'nothing stops it' : `nothing more starts from ${limits.join(' or ')} on`;
	return `${formatUsd(costUsd)} so far: ${formatHours(hours)} at ${formatUsd(budget.usdPerHour)} an hour ${whose}; ${stop}`;
}

/** Hours of the clock until the budget stops it, at the rate of this moment; null where it does not, or nobody knows. */
export function estimateStop({budget, costUsd, hours}: Money, gpusAtWork: number): number | null {
	if (budget === null || costUsd === null) return null;
	const {usdPerHour, stopUsd, stopHours, per} = budget;
	const byUsd = stopUsd === undefined ? Number.POSITIVE_INFINITY : (stopUsd - costUsd) / usdPerHour;
	const byHours = stopHours === undefined ? Number.POSITIVE_INFINITY : stopHours - hours;
	const left = Math.max(0, Math.min(byUsd, byHours) / (per === 'machine' ? 1 : gpusAtWork));
	return Number.isFinite(left) ? left : null;
}

/** GPUs on which something runs. */
export const countGpusAtWork = ({lanes}: RunState): number =>
	new Set(
		[...lanes.values()].flatMap(({lane, running}) => (running === null || lane.gpuId === null ? [] : [lane.gpuId])),
	).size;
