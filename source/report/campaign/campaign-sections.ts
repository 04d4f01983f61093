import {groupBy} from '../cells.ts';
import {buildSection, type Read, type Section} from '../section.ts';
import type {Summary} from '../summary.ts';
import {describeBudget} from './budget-words.ts';
import type {CampaignSummary, PhaseSummary} from './campaign-summary.ts';
import {
	countThere,
	describeGate,
	describePassed,
	explainStatus,
	formatExpectedHours,
	formatHours,
	nameHolding,
	nameStatus,
	sumGroups,
} from './phase-words.ts';

const right = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({
	title,
	side: 'right',
	keep,
	read,
});
const left = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({title, side: 'left', keep, read});

/** What a summary says of phases, groups, gates and what is left for later; nothing outside of a campaign. */
export function listCampaignSections({campaign}: Pick<Summary, 'campaign'>): readonly Section[] {
	if (!campaign) return [];
	const all = [
		sectionOfPhases(campaign),
		sectionOfConditions(campaign),
		sectionOfGroups(campaign),
		sectionOfPostponed(campaign),
	];
	return all.filter((section) => section !== null);
}

const count = (title: string, keep: number, what: keyof PhaseSummary['counts']): Read<PhaseSummary> =>
	right(title, keep, ({counts}) => `${counts[what]}`);

const PHASE: readonly Read<PhaseSummary>[] = [
	left('phase', 9, ({phase}) => phase.name),
	left('state', 9, ({status}) => nameStatus(status)),
	count('planned', 8, 'planned'),
	count('ok', 9, 'succeeded'),
	count('failed', 8, 'failed'),
	count('invalid', 6, 'invalid'),
	count('postponed', 7, 'postponed'),
	count('skipped', 4, 'skipped'),
	right('left', 6, ({counts}) => `${counts.waiting + counts.active}`),
	left('gate', 7, (phase) => describeGate(phase) || '-'),
	right('ran', 7, ({laneHours}) => formatHours(laneHours)),
	right('expected', 6, ({phase}) => formatExpectedHours(phase) || '-'),
	left('backup', 3, ({backup, phase}) => backup ?? (phase.backup ? 'not yet' : '-')),
];

/** Counts that are zero of every phase are left out, as elsewhere. */
const OPTIONAL: readonly (keyof PhaseSummary['counts'])[] = ['invalid', 'postponed', 'skipped'];

function sectionOfPhases(campaign: CampaignSummary): Section | null {
	const {phases, stopped} = campaign;
	const budget = describeBudget(campaign);
	const unused = new Set<string>(OPTIONAL.filter((what) => phases.every(({counts}) => counts[what] === 0)));
	return buildSection(
		'phases of the campaign',
		[
			describePassed(campaign),
			...(budget === null ? [] : [budget]),
			...(stopped === null ? [] : [`Stopped: ${stopped}`]),
			...phases.flatMap((phase) => sayStatus(phase)),
		],
		PHASE.filter(({title}) => !unused.has(title)),
		phases,
	);
}

const sayStatus = ({phase, status}: PhaseSummary): readonly string[] => {
	const why = explainStatus(status);
	return why === '' ? [] : [`${phase.name}: ${nameStatus(status)}: ${why}`];
};

type ConditionRow = PhaseSummary['conditions'][number] & {readonly phase: PhaseSummary};

const CONDITION: readonly Read<ConditionRow>[] = [
	left('phase', 9, ({phase}) => phase.phase.name),
	{title: 'condition', side: 'left', keep: 9, min: 12, read: ({what}) => what},
	left('wanted', 9, ({wanted}) => wanted || 'yes'),
	left('is', 9, ({present}) => present ?? 'not known yet'),
	left('so it', 9, (row) => nameHolding(row, row.phase.status)),
];

const sectionOfConditions = ({phases}: CampaignSummary): Section | null =>
	buildSection(
		'gates',
		['Each condition of a gate beside what it is now; of the successes of its phase'],
		CONDITION,
		phases.flatMap((phase) => phase.conditions.map((condition) => ({...condition, phase}))),
	);

type GroupRow = PhaseSummary['groups'][number] & {readonly phase: PhaseSummary['phase']};

const GROUP: readonly Read<GroupRow>[] = [
	left('phase', 8, ({phase}) => phase.name),
	left('group', 9, ({name}) => name),
	right('ran here', 7, ({succeeded}) => `${succeeded}`),
	right('done elsewhere', 7, ({elsewhere}) => `${elsewhere}`),
	right('there', 9, (group) => `${countThere(group)}`),
	right('expected', 9, ({expected}) => (expected === null ? '-' : `${expected}`)),
	left('where', 3, ({phase, name}) =>
		(phase.done ?? []).flatMap(({group, where}) => (group === name ? [where] : [])).join('; '),
	),
];

/** Only where an author expects something, or counts what ran elsewhere; else the phases say all of it. */
function sectionOfGroups({phases}: CampaignSummary): Section | null {
	const rows = phases.flatMap(({phase, groups}) => groups.map((group) => ({...group, phase})));
	const tells = rows.some(({expected, elsewhere}) => expected !== null || elsewhere > 0);
	const sum = sumGroups(phases);
	return buildSection('results by group', sum === null ? [] : [sum], GROUP, tells ? rows : []);
}

const LATER =
	'What its suite leaves for later runs when somebody asks for it, with: warpdeck retry ID; warpdeck resume tries the rest';

type PostponedRow = {readonly phase: string; readonly reason: string; readonly ids: readonly string[]};

const POSTPONED: readonly Read<PostponedRow>[] = [
	right('experiments', 9, ({ids}) => `${ids.length}`),
	left('phase', 8, ({phase}) => phase),
	{title: 'reason', side: 'left', keep: 9, min: 20, read: ({reason}) => reason},
	{title: 'first', side: 'left', keep: 3, min: 12, read: ({ids}) => ids[0] ?? ''},
];

const sectionOfPostponed = ({phases}: CampaignSummary): Section | null =>
	buildSection('left for later, by reason', [LATER], POSTPONED, listPostponed(phases));

/** What of the phases does not run, by reason, in the order of the plan. */
export const listPostponed = (phases: CampaignSummary['phases']): readonly PostponedRow[] =>
	phases.flatMap(({phase, postponed}) =>
		[...groupBy(postponed, ({reason}) => reason)].map(([reason, members]) => ({
			phase: phase.name,
			reason,
			ids: members.map(({id}) => id),
		})),
	);
