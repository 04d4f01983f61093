import type {JsonObject} from '../../domain/json.ts';
import type {ExperimentRecord} from '../../journal/state.ts';
import {toSnakeCase} from '../snake-case.ts';
import {listPostponed} from './campaign-sections.ts';
import type {CampaignSummary, PhaseSummary} from './campaign-summary.ts';
import {countThere, explainStatus} from './phase-words.ts';

/** What experiment_summary.json says of a campaign; nothing outside of one. */
export const describeCampaign = (campaign: CampaignSummary | undefined): JsonObject =>
	campaign
		? {
				phases: campaign.phases.map(describePhase),
				cost_usd: campaign.costUsd,
				cost_hours: campaign.hours,
				budget: toSnakeCase(campaign.budget),
				budget_stopped: campaign.stopped,
			}
		: {};

const describePhase = (shown: PhaseSummary): JsonObject => {
	const {phase, status, counts, groups, conditions, laneHours, backup, postponed} = shown;
	return {
		name: phase.name,
		title: phase.title,
		state: status.kind,
		why: explainStatus(status) || null,
		...(status.kind === 'passed' ? {passed_by: status.by} : {}),
		...counts,
		hours: laneHours,
		hours_expected: phase.hours ? {...phase.hours} : null,
		groups: groups.map((group) => ({...group, there: countThere(group)})),
		gate: conditions.map((condition) => ({...condition})),
		backup,
		postponed_experiments: postponed.map((one) => ({...one})),
	};
};

/** Reasons for which experiments of phases do not run. */
export const countPostponed = (campaign: CampaignSummary | undefined): readonly JsonObject[] =>
	campaign ? listPostponed(campaign.phases).map(({reason, ids}) => ({reason, count: ids.length})) : [];

/** What stands in the records of results.json beside the rest; nothing outside of a campaign. */
export function describePlaceInCampaign(records: readonly ExperimentRecord[]): JsonObject {
	const [first] = records;
	if (first?.experiment.phase === undefined) return {};
	return {phase: first.experiment.phase, group: first.experiment.group ?? first.experiment.phase};
}
