import type {CampaignState} from '../journal/campaign-state.ts';
import {findStanding} from '../journal/phase-order.ts';
import type {RunState} from '../journal/state.ts';
import {quoteForShell} from './override-text.ts';

/** The command that runs what failed, is invalid or is missing of a run that is over; null when there is nothing to run. */
export function suggestResume(state: RunState, folder: string): string | null {
	const {closed, counts, simulated, opened} = state;
	if (closed === null || simulated || opened?.foreign) return null;
	const run = quoteForShell(folder);
	const before = state.campaign === null ? null : suggestBefore(state.campaign, run);
	const left = counts.failed + counts.invalid + counts.waiting + counts.active;
	if (left === 0 && before === null) return null;
	return `${before === null ? '' : `${before} && `}warpdeck resume ${run}`;
}

/** What somebody has to say before a resume of a campaign gets further than this run did. */
function suggestBefore(campaign: CampaignState, run: string): string | null {
	if (campaign.stopped !== null) {
		const {stopUsd} = campaign.budget ?? {};
		return `warpdeck set budget.${stopUsd === undefined ? 'stop_hours' : 'stop_usd'}=N --run ${run}`;
	}
	const held = [...campaign.phases.values()].find((state) => {
		const {kind} = findStanding(campaign, state);
		return kind === 'refused' || kind === 'awaits-approval';
	});
	return held ? `warpdeck approve ${quoteForShell(held.phase.name)} ${run}` : null;
}
