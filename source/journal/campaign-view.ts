import type {CampaignBudget, CampaignPhase} from '../domain/campaign.ts';

/** Where a phase stands, for screens and summaries. */
type PhaseStatus =
	/** `why` names what is waited for. */
	| {readonly kind: 'waiting'; readonly why: string}
	| {readonly kind: 'running'}
	/** Nothing of it is left to run, and its gate wants a person. */
	| {readonly kind: 'awaits-approval'; readonly what: string}
	/** Its gate did not hold: those behind it stay where they are. */
	| {readonly kind: 'refused'; readonly reasons: readonly string[]}
	/** Passed, and nothing behind it starts before somebody goes on. */
	| {readonly kind: 'pausing'; readonly why: string}
	| {readonly kind: 'passed'; readonly at: number; readonly by: string | null};

type PhaseView = {
	readonly phase: CampaignPhase;
	readonly status: PhaseStatus;
	/** Of its experiments; `planned` is their sum. */
	readonly counts: {
		readonly planned: number;
		readonly waiting: number;
		readonly active: number;
		readonly succeeded: number;
		readonly failed: number;
		readonly invalid: number;
		readonly postponed: number;
		readonly skipped: number;
	};
	/** Successes and what counts as done elsewhere, by group, beside what was expected. */
	readonly groups: readonly {
		readonly name: string;
		readonly succeeded: number;
		readonly elsewhere: number;
		readonly expected: number | null;
	}[];
	/** Hours that its experiments ran, added up over lanes. */
	readonly laneHours: number;
	/** Where its results were kept when it passed; null while they are not. */
	readonly backup: string | null;
	/** What of it does not run, and why. */
	readonly postponed: readonly {readonly id: string; readonly reason: string}[];
};

export type CampaignView = {
	readonly phases: readonly PhaseView[];
	readonly budget: CampaignBudget | null;
	/** Dollars so far; null without a budget. */
	readonly costUsd: number | null;
	/** Hours that the budget counts. */
	readonly hours: number;
	/** What stopped it, in words; null while nothing did. */
	readonly stopped: string | null;
};
