import {AUTHOR} from './campaign-facts.ts';
import {findStanding} from './phase-order.ts';
import type {RunState} from './state.ts';

/** How many a resume would take up of those that are postponed. */
export const countPostponed = ({counts, campaign}: RunState): number =>
	[...(campaign?.phases.values() ?? [])].reduce(
		(left, {postponed}) => left - [...postponed.values()].filter(({by}) => by === AUTHOR).length,
		counts.postponed,
	);

/** A phase of a campaign that is over has not passed; one that only pauses has. */
export const hasUnpassed = (state: RunState): boolean =>
	listKinds(state).some((kind) => kind !== 'passed' && kind !== 'pausing');

/** Something of the campaign would still be judged or kept by a resume. */
export const isHeldBack = (state: RunState): boolean =>
	listKinds(state).some((kind) => kind === 'over' || kind === 'keeping');

const listKinds = ({campaign}: RunState) =>
	campaign === null ? [] : [...campaign.phases.values()].map((state) => findStanding(campaign, state).kind);
