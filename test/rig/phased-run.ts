import type {CampaignBudget, CampaignPhase} from '../../source/domain/campaign.ts';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {cell, opened, planned} from './story.ts';

export const phase = (name: string, changes: Partial<CampaignPhase> = {}): CampaignPhase => ({
	name,
	title: name,
	priority: 2,
	after: [],
	...changes,
});

type Run = {
	readonly phase: CampaignPhase;
	/** Names of its experiments, with the number of their GPU behind a colon: `a:0`. */
	readonly runs: readonly string[];
	readonly change?: Partial<Experiment>;
};

/** The first facts of a campaign on a host of four GPUs: each phase with experiments of its own. */
export const phasedRun = (runs: readonly Run[], budget?: CampaignBudget): readonly Fact[] => [
	opened({campaign: {phases: runs.map((run) => run.phase), ...(budget ? {budget} : {})}}),
	...runs.map((run) =>
		planned(
			run.runs.map((name) => {
				const [runId = '', gpuId] = name.split(':');
				return cell({runId, gpuId: Number(gpuId), numaNode: null});
			}),
			{change: {phase: run.phase.name, ...run.change}},
		),
	),
];

export const judged = (name: string, ...reasons: readonly string[]): Fact => ({
	type: 'phase-judged',
	phase: name,
	reasons,
});
export const approved = (name: string): Fact => ({type: 'phase-approved', phase: name, by: 'alice'});
