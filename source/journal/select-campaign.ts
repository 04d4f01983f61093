import type {CampaignView} from './campaign-view.ts';
import type {RunState} from './state.ts';
import {iterate} from './vector.ts';

/** A placeholder until the real one is merged. */
export function selectCampaign(state: RunState, now: number): CampaignView | null {
	const campaign = state.opened?.campaign;
	if (!campaign) return null;
	const all = [...iterate(state.experiments)];
	const hours = ((state.closed?.at ?? now) - (state.opened?.at ?? now)) / 3_600_000;
	return {
		phases: campaign.phases.map((phase) => {
			const own = all.filter(({experiment}) => experiment.phase === phase.name);
			const count = (test: (record: (typeof own)[number]) => boolean) => own.filter(test).length;
			const active = count(({stage}) => ['launching', 'running', 'ended'].includes(stage.kind));
			const waiting = count(({stage}) => stage.kind === 'waiting');
			const ended = (status: string) =>
				count(({stage}) => stage.kind === 'committed' && stage.result.status === status);
			return {
				phase,
				status:
					active > 0
						? {kind: 'running'}
						: waiting > 0
							? {kind: 'waiting', why: 'waits'}
							: {kind: 'passed', at: state.at, by: null},
				counts: {
					planned: own.length,
					waiting,
					active,
					succeeded: ended('succeeded') + ended('degraded'),
					failed: ended('failed'),
					invalid: ended('invalid'),
					postponed: count(({stage}) => stage.kind === 'postponed'),
					skipped: count(({stage}) => stage.kind === 'skipped'),
				},
				groups: [],
				laneHours: 0,
				backup: null,
				postponed: own.flatMap(({experiment: {id}, stage}) =>
					stage.kind === 'postponed' ? [{id, reason: stage.reason}] : [],
				),
			};
		}),
		budget: campaign.budget ?? null,
		costUsd: campaign.budget ? campaign.budget.usdPerHour * hours : null,
		hours,
		stopped: null,
	};
}
