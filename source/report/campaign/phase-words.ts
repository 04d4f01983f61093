import type {CampaignPhase} from '../../domain/campaign.ts';
import type {CampaignView} from '../../journal/campaign-view.ts';
import type {CampaignSummary, PhaseSummary} from './campaign-summary.ts';

type PhaseView = CampaignView['phases'][number];
export type PhaseStatus = PhaseView['status'];

const WORDS: {readonly [kind in PhaseStatus['kind']]: string} = {
	waiting: 'waiting',
	running: 'running',
	'awaits-approval': 'needs an OK',
	refused: 'gate failed',
	pausing: 'paused',
	passed: 'passed',
};

/** Where a phase stands, in the words that every screen and file has for it. */
export const nameStatus = ({kind}: Pick<PhaseStatus, 'kind'>): string => WORDS[kind];

/** What is waited for, or why it does not pass; empty where nothing is in its way. */
export function explainStatus(status: PhaseStatus): string {
	switch (status.kind) {
		case 'waiting':
		case 'pausing':
			return status.why;
		case 'awaits-approval':
			return status.what;
		case 'refused':
			return status.reasons.join('; ');
		case 'running':
		case 'passed':
			return '';
	}
}

/** What a person has to answer comes first, then what goes on, then what waits; the last one where all have passed. */
const URGENCY: readonly PhaseStatus['kind'][] = ['awaits-approval', 'refused', 'pausing', 'running', 'waiting'];

/** Position of the phase that one would ask about; 0 without any. */
export function findCurrent(phases: readonly Pick<PhaseView, 'status'>[]): number {
	for (const kind of URGENCY) {
		const found = phases.findIndex(({status}) => status.kind === kind);
		if (found >= 0) return found;
	}
	return Math.max(0, phases.length - 1);
}

/** Experiments that ended, of those that are to run. */
export const countEnded = ({counts: {succeeded, failed, invalid}}: PhaseView): number => succeeded + failed + invalid;
export const countToRun = ({counts: {planned, postponed, skipped}}: PhaseView): number => planned - postponed - skipped;

/** `12 min`, `2.1 h`. */
export function formatHours(hours: number): string {
	if (hours > 0 && hours < 1 / 60) return '<1 min';
	return hours < 1 ? `${Math.round(hours * 60)} min` : `${hours.toFixed(1)} h`;
}

/** `2 to 4 h`; empty where its author expects nothing. */
export function formatExpectedHours({hours}: Pick<CampaignPhase, 'hours'>): string {
	if (!hours) return '';
	return hours.least === hours.most ? `${hours.least} h` : `${hours.least} to ${hours.most} h`;
}

/** `2.1 h of 2 to 4 h`. */
export function describeHours({laneHours, phase}: PhaseView): string {
	const expected = formatExpectedHours(phase);
	return expected === '' ? formatHours(laneHours) : `${formatHours(laneHours)} of ${expected}`;
}

export const formatUsd = (usd: number): string => `$${usd.toFixed(2)}`;

type Cost = {readonly costUsd: number | null; readonly stopUsd: number | null};

/** `$12.40 of $119.00`; without a budget nothing is known. */
export function describeCost({costUsd, stopUsd}: Cost): string {
	if (costUsd === null) return '';
	return stopUsd === null ? formatUsd(costUsd) : `${formatUsd(costUsd)} of ${formatUsd(stopUsd)}`;
}

type Group = PhaseView['groups'][number];

export const countThere = ({succeeded, elsewhere}: Group): number => succeeded + elsewhere;

/** `core 18/20, extra 4`; what its author expects stands behind the stroke. */
export const describeGroups = ({groups}: PhaseView): string =>
	groups
		.map((group) => `${group.name} ${countThere(group)}${group.expected === null ? '' : `/${group.expected}`}`)
		.join(', ');

/** `18 + 4 + 8 = 30 of 40 expected`, over the groups of which a number is expected; null without any. */
export function sumGroups(phases: readonly Pick<PhaseView, 'groups'>[]): string | null {
	const groups = phases.flatMap((phase) => phase.groups.filter(({expected}) => expected !== null));
	if (groups.length === 0) return null;
	const there = groups.map(countThere);
	const sum = there.reduce((all, one) => all + one, 0);
	const expected = groups.reduce((all, one) => all + (one.expected ?? 0), 0);
	return `${there.length === 1 ? '' : `${there.join(' + ')} = `}${sum} of ${expected} expected`;
}

/** How many conditions hold of those that there are; empty without a gate. */
export function describeGate({conditions, status}: PhaseSummary): string {
	if (conditions.length === 0) return '';
	if (status.kind === 'passed' || status.kind === 'pausing') return 'held';
	if (status.kind === 'refused') return 'failed';
	return `${conditions.filter(({holds}) => holds === true).length} of ${conditions.length} hold`;
}

/** Whether a condition holds; what does not may do so still, as long as the phase is not over. */
export function nameHolding({holds}: PhaseSummary['conditions'][number], {kind}: PhaseStatus): string {
	if (holds === null) return 'open';
	if (holds) return 'holds';
	return kind === 'waiting' || kind === 'running' ? 'not yet' : 'FAILS';
}

/** `2 of 6 phases passed`. */
export const describePassed = ({phases}: Pick<CampaignSummary, 'phases'>): string =>
	`${phases.filter(({status}) => status.kind === 'passed').length} of ${phases.length} phases passed`;
