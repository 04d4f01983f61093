/** What happens to a campaign as a whole; absent in the journals of other runs. */
export type CampaignFact =
	/** Nothing of the phase is left to run; `reasons` say why its gate does not hold, none: it holds. */
	| {readonly type: 'phase-judged'; readonly phase: string; readonly reasons: readonly string[]}
	/** Somebody said yes: to what its gate asks a person, or to going on although the gate does not hold. */
	| {readonly type: 'phase-approved'; readonly phase: string; readonly by: string}
	/** Somebody went on behind the pause that follows it. */
	| {readonly type: 'phase-continued'; readonly phase: string; readonly by: string}
	/** Its results stand as one file; `path` is absolute. */
	| {readonly type: 'phase-kept'; readonly phase: string; readonly path: string; readonly sha256: string}
	/** They could not be kept; nothing waits for them any longer. */
	| {readonly type: 'phase-not-kept'; readonly phase: string; readonly problem: string}
	/** From now on nothing more starts. */
	| {readonly type: 'budget-reached'; readonly reason: string}
	/** Other bounds; null: none, absent: as before. */
	| {
			readonly type: 'budget-set';
			readonly stopUsd?: number | null;
			readonly stopHours?: number | null;
			readonly by: string;
	  };

/** `by` of what the author of a campaign leaves for later: no resume takes it up by itself. */
export const AUTHOR = 'the suite';

/** `by` of what a rule of the run postponed before its phase was over. */
export const CUT_OFF = {
	budget: 'experiment.budget',
	deadline: 'experiment.deadline',
	phases: 'experiment.phases',
} as const;
