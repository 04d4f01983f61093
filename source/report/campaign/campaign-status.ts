import type {CampaignView} from '../../journal/campaign-view.ts';
import {selectCampaign} from '../../journal/select-campaign.ts';
import type {RunState} from '../../journal/state.ts';
import {toOneLine} from '../text.ts';
import {describeCost, explainStatus, findCurrent, nameStatus} from './phase-words.ts';

/** The phase that one would ask about and the cost so far, for a line of text and its JSON. */
export type CampaignStatus = {
	readonly phase: {
		readonly name: string;
		/** From 1. */
		readonly number: number;
		readonly of: number;
		readonly state: CampaignView['phases'][number]['status']['kind'];
		/** What is waited for; null where nothing is in its way. */
		readonly why: string | null;
	} | null;
	readonly costUsd: number | null;
	readonly stopped: string | null;
	/** `phase 2/6 penalties: needs an OK: look at them`, and `$12.40 of $119.00`. */
	readonly lines: readonly string[];
};

/** null outside of a campaign. */
export function describeCampaignStatus(state: RunState, now: number): CampaignStatus | null {
	const view = selectCampaign(state, now);
	if (!view) return null;
	const {phases, costUsd, stopped} = view;
	const position = findCurrent(phases);
	const current = phases[position];
	const phase = current && {
		name: current.phase.name,
		number: position + 1,
		of: phases.length,
		state: current.status.kind,
		why: explainStatus(current.status) || null,
	};
	const cost = describeCost(view);
	const place = `phase ${position + 1}/${phases.length}`;
	return {
		phase: phase ?? null,
		costUsd,
		stopped,
		lines: [
			...(current ? [`${place} ${toOneLine(current.phase.name)}: ${describeState(current.status)}`] : []),
			...(cost === '' ? [] : [stopped === null ? cost : `${cost}, stopped: ${toOneLine(stopped)}`]),
		],
	};
}

const describeState = (status: CampaignView['phases'][number]['status']): string =>
	[nameStatus(status), toOneLine(explainStatus(status))].filter((text) => text !== '').join(': ');
