import type {Campaign, CampaignBudget, CampaignPhase} from '../domain/campaign.ts';
import type {LaneId} from '../domain/experiment.ts';
import {type Counts, NO_COUNTS} from './counts.ts';

type Word = {readonly at: number; readonly by: string};

/** Where the experiments of a phase stand, counted fact by fact, because it is asked with every decision. */
export type PhaseState = {
	readonly phase: CampaignPhase;
	/** Of its experiments. */
	readonly counts: Counts;
	/** Successes by group. */
	readonly groups: ReadonlyMap<string, number>;
	/** Every lane that it was planned for: how many of it wait there, and the place of the lane's queue before which none does. */
	readonly lanes: ReadonlyMap<LaneId, {readonly waiting: number; readonly first: number}>;
	readonly postponed: ReadonlyMap<string, {readonly reason: string; readonly by: string | undefined}>;
	/** How many of those a rule of the run postponed: it is not over. */
	readonly cutOff: number;
	/** For how long its experiments ran, added up over lanes. */
	readonly ranMs: number;
	/** Since it was last over; `reasons` say why its gate does not hold. */
	readonly judged: {readonly at: number; readonly reasons: readonly string[]} | null;
	readonly approved: Word | null;
	readonly wentOn: Word | null;
	readonly kept: {readonly at: number; readonly path: string | null; readonly problem: string | null} | null;
};

/** What the budget counts. */
export type Spending = {
	/** Of sessions and experiments that are over. */
	readonly ms: number;
	/** When the session began that goes on; null while nobody works on the run. */
	readonly since: number | null;
	/** Of the last fact of the session before, when that was not closed; else null. */
	readonly cutAt: number | null;
	/** Time between that fact and the resume, until it is known whether something ran on; else 0. */
	readonly gapMs: number;
};

export type CampaignState = {
	/** By name, in the order of the suite; the last one, without a name, holds what belongs to none. */
	readonly phases: ReadonlyMap<string, PhaseState>;
	readonly budget: CampaignBudget | null;
	readonly spending: Spending;
	/** Why nothing more starts; null while the budget is not reached. */
	readonly stopped: string | null;
	/** Of the last fact. */
	readonly lastAt: number;
};

const LEAST_URGENT = Number.MAX_SAFE_INTEGER;

export function createCampaign({phases, budget}: Campaign, at: number): CampaignState {
	const others: CampaignPhase = {name: '', title: '', priority: LEAST_URGENT, after: []};
	return {
		phases: new Map([...phases, others].map((phase) => [phase.name, createPhase(phase)])),
		budget: budget ?? null,
		spending: {ms: 0, since: at, cutAt: null, gapMs: 0},
		stopped: null,
		lastAt: at,
	};
}

export const createPhase = (phase: CampaignPhase): PhaseState => ({
	phase,
	counts: NO_COUNTS,
	groups: new Map(),
	lanes: new Map(),
	postponed: new Map(),
	cutOff: 0,
	ranMs: 0,
	judged: null,
	approved: null,
	wentOn: null,
	kept: null,
});

/** The phase of an experiment; what names none that is known belongs to the one without a name. */
export const nameOf = ({phases}: CampaignState, phase: string | undefined): string =>
	phase !== undefined && phases.has(phase) ? phase : '';
