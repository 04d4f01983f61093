import type {CampaignView} from '../../journal/campaign-view.ts';
import {selectCampaign} from '../../journal/select-campaign.ts';
import type {RunState} from '../../journal/state.ts';
import {toOneLine} from '../text.ts';
import {describeCost, explainStatus, findCurrent, nameStatus, type PhaseStatus} from './phase-words.ts';

/** The phase that one would ask about, and the cost so far: few enough for `status` and `list`. */
export type CampaignStatus = {
	readonly phase: {
		readonly name: string;
		/** From 1. */
		readonly number: number;
		readonly of: number;
		readonly state: PhaseStatus['kind'];
		/** What is waited for; null where nothing is in its way. */
		readonly why: string | null;
	} | null;
	/** null without a budget. */
	readonly costUsd: number | null;
	readonly stopUsd: number | null;
	/** What stopped it; null while nothing did. */
	readonly stopped: string | null;
};

/** null outside of a campaign. */
export function describeCampaignStatus(state: RunState, now: number): CampaignStatus | null {
	const view = selectCampaign(state, now);
	if (!view) return null;
	const {phases, costUsd, budget, stopped} = view;
	return {phase: describePhase(phases), costUsd, stopUsd: budget?.stopUsd ?? null, stopped};
}

function describePhase(phases: CampaignView['phases']): CampaignStatus['phase'] {
	const position = findCurrent(phases);
	const current = phases[position];
	if (!current) return null;
	const {phase, status} = current;
	const why = explainStatus(status) || null;
	return {name: phase.name, number: position + 1, of: phases.length, state: status.kind, why};
}

/** `phase 2/6 penalties: needs an OK: look at them`, and `$12.40 of $119.00`. */
export function listStatusLines({phase, costUsd, stopUsd, stopped}: CampaignStatus): readonly string[] {
	const cost = describeCost({costUsd, stopUsd});
	return [
		...(phase === null
			? []
			: [
					[
						`phase ${phase.number}/${phase.of} ${toOneLine(phase.name)}`,
						nameStatus({kind: phase.state}),
						...(phase.why === null ? [] : [toOneLine(phase.why)]),
					].join(': '),
				]),
		...(cost === '' ? [] : [stopped === null ? cost : `${cost}, stopped: ${toOneLine(stopped)}`]),
	];
}
