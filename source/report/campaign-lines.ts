import type {CampaignFact} from '../journal/campaign-facts.ts';
import type {RunState} from '../journal/state.ts';

/** What has become of a campaign, and what to type where it waits for somebody; one fact, one line and its advice. */
export function describeCampaignFact(event: CampaignFact, state: RunState): readonly string[] {
	switch (event.type) {
		case 'phase-judged':
			return describeJudgement(event, state);
		case 'phase-approved':
			return [`phase ${event.phase} is approved by ${event.by}`, ...advisePause(event.phase, state)];
		case 'phase-continued':
			return [`what comes after phase ${event.phase} may start (${event.by})`];
		case 'phase-kept':
			return [`phase ${event.phase} is kept in ${event.path} (sha256 ${event.sha256})`];
		case 'phase-not-kept':
			return [`phase ${event.phase} could not be kept: ${event.problem}`];
		case 'budget-reached':
			return [`nothing more starts: ${event.reason}`, 'to raise it: warpdeck set budget.stop_usd=N'];
		case 'budget-set':
			return [`the campaign ${describeBudget(event)} (${event.by})`];
		default:
			return event satisfies never;
	}
}

function describeJudgement({phase, reasons}: Extract<CampaignFact, {type: 'phase-judged'}>, state: RunState) {
	const approve = `warpdeck approve ${phase}`;
	const [first] = reasons;
	if (first !== undefined) {
		return [`phase ${phase} did not pass: ${reasons.join('; ')}`, `lets it pass all the same: ${approve}`];
	}
	const asked = state.campaign?.phases.get(phase)?.phase.gate?.approval;
	if (asked !== undefined && state.campaign?.phases.get(phase)?.approved === null) {
		return [`phase ${phase} is over and asks a person: ${asked}`, `says yes: ${approve}`];
	}
	return [`phase ${phase} passed`, ...advisePause(phase, state)];
}

function advisePause(name: string, {campaign}: RunState): readonly string[] {
	const state = campaign?.phases.get(name);
	if (state?.phase.pause === undefined || state.wentOn !== null) return [];
	return [`nothing behind it starts before somebody goes on (${state.phase.pause}): warpdeck approve ${name}`];
}

function describeBudget({stopUsd, stopHours}: Extract<CampaignFact, {type: 'budget-set'}>): string {
	const bounds = [
		...(stopUsd === undefined ? [] : [stopUsd === null ? 'has no bound in USD' : `stops at ${stopUsd} USD`]),
		...(stopHours === undefined
			? []
			: [stopHours === null ? 'has no bound in hours' : `stops after ${stopHours} hours`]),
	];
	return bounds.join(' and ');
}
