import type {CampaignView} from '../../journal/campaign-view.ts';
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
