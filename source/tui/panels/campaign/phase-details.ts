import type {CampaignSummary, PhaseSummary} from '../../../report/campaign/campaign-summary.ts';
import {
	countThere,
	describeHours,
	explainStatus,
	nameHolding,
	nameStatus,
	sumGroups,
} from '../../../report/campaign/phase-words.ts';
import {groupBy} from '../../../report/cells.ts';
import {wrapText} from '../../../report/text.ts';
import {clean} from '../../parts/fit.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import {formatGiB} from '../../parts/units.ts';
import type {Glyphs, Tone} from '../../theme.ts';
import {toneOfStatus} from './tones.ts';

type Said = {readonly text: string; readonly tone: Tone};

const say = (text: string, tone: Tone = 'plain'): Said => ({text, tone});

/** All that is known of one phase, none of it cut: what it waits for, its counts, gate, results, and what is left for later. */
export function layPhaseDetails(
	shown: PhaseSummary,
	campaign: CampaignSummary,
	{width, glyphs}: {readonly width: number; readonly glyphs: Glyphs},
): readonly Line[] {
	const all = [
		...sayStatus(shown, campaign),
		sayCounts(shown),
		...shown.conditions.map((condition) => sayCondition(condition, shown.status)),
		...sayGroups(shown),
		...sayPostponed(shown),
		...sayPlan(shown, campaign),
		...sayBackup(shown),
	];
	return all.flatMap(({text, tone}) => {
		const safe = clean(text, glyphs.ascii);
		const indent = /^ */.exec(safe)?.[0] ?? '';
		return wrapText(safe.trim(), Math.max(10, width - indent.length - 2)).map((line) =>
			pack([part(`  ${indent}${line}`, tone)], width, glyphs),
		);
	});
}

function sayStatus({phase, status}: PhaseSummary, {stopped}: CampaignSummary): readonly Said[] {
	const why = explainStatus(status);
	const passed = status.kind === 'passed' && status.by !== null ? `: ${status.by} let it pass` : '';
	return [
		say(`${nameStatus(status)}${why === '' ? passed : `: ${why}`}`, toneOfStatus(status)),
		...(HINTS[status.kind] === undefined ? [] : [say(`  ${HINTS[status.kind]}`, 'strong')]),
		...(stopped !== null && status.kind !== 'passed' ? [say(`nothing more starts: ${stopped}`, 'degraded')] : []),
		...(phase.pause !== undefined && status.kind !== 'pausing' && status.kind !== 'passed'
			? [say(`pauses behind it: ${phase.pause}`, 'dim')]
			: []),
	];
}

const HINTS: {readonly [kind in PhaseSummary['status']['kind']]?: string} = {
	'awaits-approval': 'a gives the OK, after a question',
	pausing: 'a goes on, after a question',
	refused: 'a goes on all the same, after a question; what failed can be tried again: R on the results',
};

function sayCounts({counts}: PhaseSummary): Said {
	const {planned, succeeded, failed, invalid, active, waiting, postponed, skipped} = counts;
	const parts = [
		`${succeeded} ok`,
		`${failed} failed`,
		invalid > 0 ? `${invalid} invalid` : null,
		active > 0 ? `${active} running` : null,
		waiting > 0 ? `${waiting} waiting` : null,
		postponed > 0 ? `${postponed} left for later` : null,
		skipped > 0 ? `${skipped} skipped` : null,
	].filter((one) => one !== null);
	return say(`${planned} planned: ${parts.join(', ')}`);
}

function sayCondition(condition: PhaseSummary['conditions'][number], status: PhaseSummary['status']): Said {
	const {what, wanted, present} = condition;
	const word = nameHolding(condition, status);
	return say(`gate ${word}: ${what}${wanted && `, ${wanted}`}: ${present ?? 'not known yet'}`, HOLDING_TONES[word]);
}

const HOLDING_TONES: {readonly [word: string]: Tone} = {holds: 'ok', 'not yet': 'degraded', FAILS: 'failed'};

function sayGroups({phase, groups}: PhaseSummary): readonly Said[] {
	const sum = sumGroups([{groups}]);
	const tells = groups.filter(({expected, elsewhere}) => expected !== null || elsewhere > 0);
	return [
		...(sum === null ? [] : [say(`results: ${sum}`, 'strong')]),
		...tells.map((group) => {
			const {name, succeeded, elsewhere, expected} = group;
			const where = (phase.done ?? []).filter(({group: one}) => one === name).map((done) => done.where);
			const other = elsewhere > 0 ? ` + ${elsewhere} elsewhere (${where.join('; ')})` : '';
			const of = expected === null ? '' : ` of ${expected}`;
			return say(`  ${name}: ${succeeded} here${other} = ${countThere(group)}${of}`);
		}),
	];
}

const sayPostponed = ({postponed}: PhaseSummary): readonly Said[] =>
	[...groupBy(postponed, ({reason}) => reason)].map(([reason, members]) =>
		say(
			`left for later: ${members.length}: ${reason} (${members[0]?.id ?? ''}${members.length > 1 ? ' and others' : ''})`,
			'degraded',
		),
	);

function sayPlan(shown: PhaseSummary, {phases}: CampaignSummary): readonly Said[] {
	const {phase} = shown;
	const after = phase.after.map((name) => {
		const before = phases.find((one) => one.phase.name === name);
		return before ? `${name} (${nameStatus(before.status)})` : name;
	});
	return [
		...(after.length === 0 ? [] : [say(`comes after: ${after.join(', ')}`)]),
		say(`ran ${describeHours(shown)}${phase.hours ? ' expected' : ''}; priority ${phase.priority}`),
		...(phase.gpuMiB === undefined ? [] : [say(`needs a GPU of ${formatGiB(phase.gpuMiB)}`)]),
	];
}

const sayBackup = ({phase, backup}: PhaseSummary): readonly Said[] =>
	backup === null ? (phase.backup ? [say('backup: made when it has passed', 'dim')] : []) : [say(`backup: ${backup}`)];
