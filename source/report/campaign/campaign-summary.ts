import type {CampaignView} from '../../journal/campaign-view.ts';
import {selectCampaign} from '../../journal/select-campaign.ts';
import type {RunState} from '../../journal/state.ts';
import {type Condition, selectConditions} from './conditions.ts';

/** Where a campaign stands, with each condition of its gates beside what it is now. */
export type CampaignSummary = Omit<CampaignView, 'phases'> & {readonly phases: readonly PhaseSummary[]};

export type PhaseSummary = CampaignView['phases'][number] & {readonly conditions: readonly Condition[]};

/** null outside of a campaign. */
export function summarizeCampaign(state: RunState, now: number): CampaignSummary | null {
	const view = selectCampaign(state, now);
	return (
		view && {...view, phases: view.phases.map((phase) => ({...phase, conditions: selectConditions(state, phase)}))}
	);
}
