import type {CampaignState, PhaseState} from './campaign-state.ts';
import {findStanding} from './phase-order.ts';
import type {Message} from './select-messages.ts';
import type {RunState} from './state.ts';

/** What phases of a campaign have come to, and what one says to those that wait; none outside of a campaign. */
export function listPhaseMessages({campaign, at}: RunState): readonly Message[] {
	if (campaign === null) return [];
	const {phases, stopped} = campaign;
	return [
		...[...phases.values()].flatMap((state) => [...describeKeeping(state), ...describe(campaign, state)]),
		...(stopped === null
			? []
			: [
					{
						at,
						level: 'warning' as const,
						text: `nothing more starts: ${stopped}`,
						advice: 'warpdeck set budget.stop_usd=N',
					},
				]),
	];
}

function describe(campaign: CampaignState, state: PhaseState): readonly Message[] {
	const {name} = state.phase;
	const standing = findStanding(campaign, state);
	const at = state.judged?.at ?? null;
	const yes = `warpdeck approve ${name}; or c on the screen, then a`;
	switch (standing.kind) {
		case 'refused': {
			const text = `phase ${name} did not pass: ${standing.reasons.join('; ')}`;
			return [{at, level: 'failed', text, advice: `${yes}: it passes all the same`}];
		}
		case 'awaits-approval':
			return [{at, level: 'warning', text: `phase ${name} asks a person: ${standing.what}`, advice: yes}];
		case 'pausing':
			return [{at, level: 'warning', text: `a pause follows phase ${name}: ${standing.why}`, advice: yes}];
		case 'passed':
			return name === '' ? [] : [{at: standing.at, level: 'ok', text: `phase ${name} passed`, advice: null}];
		default:
			return [];
	}
}

/** What could not be kept holds nobody up, and is said for that very reason. */
const describeKeeping = ({phase, kept}: PhaseState): readonly Message[] =>
	kept === null || kept.problem === null
		? []
		: [{at: kept.at, level: 'warning', text: `phase ${phase.name} is kept nowhere: ${kept.problem}`, advice: null}];
