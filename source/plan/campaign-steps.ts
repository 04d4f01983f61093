import {CUT_OFF} from '../journal/campaign-facts.ts';
import {type CampaignState, nameOf, type PhaseState} from '../journal/campaign-state.ts';
import {findStanding, listAwaiting, listReady} from '../journal/phase-order.ts';
import {findBound, measureSpent} from '../journal/spending.ts';
import type {RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';

/** What a campaign has to have done beside its experiments. */
export type CampaignStep =
	/** Whether its gate holds must be found out from its results. */
	| {readonly kind: 'judge'; readonly phase: string}
	/** Its results must be kept as a file; said until they are. */
	| {readonly kind: 'keep'; readonly phase: string}
	| StopSpending;

export type StopSpending = {readonly kind: 'stop-spending'; readonly reason: string};

type Postponement = {readonly kind: 'postpone'; readonly id: string; readonly reason: string; readonly by: string};

/** Phases of which nothing is left to run. */
export const findJudgements = (state: RunState): readonly CampaignStep[] =>
	listStanding(state, 'over').map((phase) => ({kind: 'judge', phase}));

export const findKeeping = (state: RunState): readonly CampaignStep[] =>
	listStanding(state, 'keeping').map((phase) => ({kind: 'keep', phase}));

const listStanding = ({campaign}: RunState, kind: string): readonly string[] =>
	campaign === null
		? []
		: [...campaign.phases.values()]
				.filter((state) => findStanding(campaign, state).kind === kind)
				.map(({phase}) => phase.name);

/** From the budget's end on nothing starts; what still waits is left to whoever raises it. */
export function findBudgetStop(state: RunState, now: number): readonly (StopSpending | Postponement)[] {
	const {campaign} = state;
	if (campaign === null) return [];
	if (campaign.stopped !== null) return postponeAll(state, () => campaign.stopped, CUT_OFF.budget);
	const bound = findBound(campaign.budget);
	if (bound === null || measureSpent(state, campaign, now) < bound.ms) return [];
	return [{kind: 'stop-spending', reason: bound.reason}];
}

/** What would wait for ever: nothing runs or may start, and nobody is waited for. */
export function findBlocked(state: RunState): readonly Postponement[] {
	const {campaign} = state;
	if (campaign === null || listReady(campaign).length > 0) return [];
	const awaited = new Set(listAwaiting(campaign).map(({phase}) => phase.name));
	const waiting = [...campaign.phases.values()].filter(({counts}) => counts.waiting > 0);
	if (waiting.some((state) => dependsOn(campaign, state, awaited))) return [];
	const reasons = new Map(waiting.map((state) => [state.phase.name, explainBlock(campaign, state)]));
	return postponeAll(state, (phase) => reasons.get(nameOf(campaign, phase)) ?? null, CUT_OFF.phases);
}

function postponeAll(
	{experiments}: RunState,
	explain: (phase: string | undefined) => string | null,
	by: string,
): readonly Postponement[] {
	return [...iterate(experiments)].flatMap(({experiment: {id, phase}, stage}): readonly Postponement[] => {
		const reason = stage.kind === 'waiting' ? explain(phase) : null;
		return reason === null ? [] : [{kind: 'postpone', id, reason, by}];
	});
}

/** Whether one of them stands before it, at whatever distance. */
function dependsOn(campaign: CampaignState, {phase}: PhaseState, names: ReadonlySet<string>): boolean {
	return listBefore(campaign, phase.name).some((name) => names.has(name));
}

/** Every phase before it; one that stands before itself is not gone through twice. */
function listBefore({phases}: CampaignState, name: string): readonly string[] {
	const found = new Set<string>();
	const visit = (one: string): void => {
		for (const before of phases.get(one)?.phase.after ?? []) {
			if (found.has(before)) continue;
			found.add(before);
			visit(before);
		}
	};
	visit(name);
	return [...found];
}

function explainBlock(campaign: CampaignState, {phase}: PhaseState): string {
	const before = listBefore(campaign, phase.name).flatMap((name) => campaign.phases.get(name) ?? []);
	for (const other of before) {
		const standing = findStanding(campaign, other);
		if (standing.kind === 'refused') return `phase ${other.phase.name} did not pass: ${standing.reasons.join('; ')}`;
	}
	const open = before.find((other) => findStanding(campaign, other).kind !== 'passed');
	return open ? `phase ${open.phase.name}, which it comes after, has not passed` : 'nothing lets it start';
}
