import {type CostOutlook, foreseeCost} from '../plan/campaign-cost.ts';
import {foreseePhases, type PhaseOutlook} from '../plan/campaign-outlook.ts';
import type {Composition} from '../plan/compose.ts';
import type {Plan} from '../plan/plan.ts';
import {type Durations, estimateTimes, type TimeEstimate} from './estimate-time.ts';

export type Foreseen = {
	readonly phases: readonly (PhaseOutlook & {readonly time: TimeEstimate})[];
	readonly cost: CostOutlook;
};

/** What a campaign comes to, phase by phase; null where the plan is none. */
export function foreseeCampaign(plan: Plan, composition: Composition, durations: Durations): Foreseen | null {
	const {campaign, otherRates} = plan;
	if (!campaign) return null;
	const outlooks = foreseePhases({...plan, phases: campaign.phases});
	const times = new Map(
		outlooks.map((outlook) => {
			const own = {...plan, experiments: outlook.started};
			return [outlook.phase.name, estimateTimes(own, composition, durations).planned] as const;
		}),
	);
	const timeOf = ({phase}: PhaseOutlook): TimeEstimate => times.get(phase.name) ?? {wallS: null, known: 0, guessed: 0};
	const measure = (outlook: PhaseOutlook): number | null => {
		const {wallS, known, guessed} = timeOf(outlook);
		const isWhole = known + guessed === outlook.started.filter(({role}) => role !== 'profile').length;
		return wallS === null || !isWhole ? null : wallS / 3600;
	};
	const cost = foreseeCost(outlooks, {...campaign, ...(otherRates ? {otherRates} : {}), measure});
	return {phases: outlooks.map((outlook) => ({...outlook, time: timeOf(outlook)})), cost};
}

/** What of a plan takes time and disk: what its author has not postponed. */
export function leaveOutPostponed<T extends Pick<Plan, 'experiments' | 'campaign'>>(plan: T): T {
	if (!plan.campaign) return plan;
	return {...plan, experiments: plan.experiments.filter(({postponed}) => postponed === undefined)};
}

/** Suites whose earlier runs say how long experiments take: the campaign's own, and those that its phases run. */
export const listTimedSuites = ({suite}: Pick<Plan, 'suite'>, {campaign, jobs}: Composition): readonly string[] =>
	campaign ? [...new Set([suite, ...jobs.map((job) => job.suite.experiment.name)])] : [suite];
