import type {Campaign, CampaignPhase} from '../../../domain/campaign.ts';
import type {Experiment} from '../../../domain/experiment.ts';
import type {Plan} from '../../../plan/plan.ts';
import {formatExpectedHours, formatUsd} from '../../../report/campaign/phase-words.ts';
import {type Cell, layColumns, type ToneColumn} from '../../parts/columns.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import type {Glyphs} from '../../theme.ts';

type PhasesLayout = {readonly width: number; readonly glyphs: Glyphs};

type Row = {readonly phase: CampaignPhase; readonly planned: number; readonly later: number};

const LEFT = {align: 'left'} as const;

/** The phases of a campaign, each with how much it is; then what the hours that their authors expect would cost. */
export function layPlannedPhases(
	{experiments}: Pick<Plan, 'experiments'>,
	campaign: Campaign,
	{width, glyphs}: PhasesLayout,
): readonly Line[] {
	const byPhase = Map.groupBy(experiments, ({phase}) => phase);
	const rows = campaign.phases.map((phase) => countPhase(phase, byPhase.get(phase.name) ?? []));
	const column = (
		title: string,
		keep: number,
		read: (row: Row, position: number) => string,
		more: Partial<ToneColumn> = {},
	): ToneColumn => ({title, keep, align: 'right', cells: rows.map((row, index) => toCell(read(row, index))), ...more});
	const columns = [
		column('  phase', 10, ({phase}, position) => `  ${position + 1} ${phase.name}`, {
			...LEFT,
			shrinks: {min: 20, keep: 3},
		}),
		column('runs', 9, ({planned}) => `${planned}`),
		column('later', 8, ({later}) => (later > 0 ? `${later}` : '')),
		column('hours', 8, ({phase}) => formatExpectedHours(phase)),
		column('gate', 6, ({phase}) => describeGate(phase), LEFT),
		column('after', 5, ({phase}) => phase.after.join(', '), {...LEFT, shrinks: {min: 12, keep: 4}}),
		column('pause', 4, ({phase}) => phase.pause ?? '', {...LEFT, shrinks: {min: 12, keep: 2}}),
	];
	const cost = describeCost(campaign);
	return [
		...layColumns(columns, rows.length, width, glyphs),
		...(cost === null ? [] : [pack([part(`  ${cost}`)], width, glyphs)]),
	];
}

const toCell = (text: string): Cell => ({text});

/** What its author leaves for later is planned, and does not run. */
function countPhase(phase: CampaignPhase, own: readonly Experiment[]): Row {
	const later = own.filter(({postponed}) => postponed !== undefined).length;
	return {phase, planned: own.length - later, later};
}

function describeGate({gate}: CampaignPhase): string {
	if (!gate) return '';
	const parts = [
		gate.successRate === undefined ? null : `${Number((gate.successRate * 100).toFixed(1))} %`,
		gate.metrics ? `${gate.metrics.length} metric${gate.metrics.length === 1 ? '' : 's'}` : null,
		gate.approval === undefined ? null : 'an OK',
	];
	return parts.filter((one) => one !== null).join(' + ');
}

/** What the hours come to; those of a part of the phases say so. */
function describeCost({phases, budget}: Campaign): string | null {
	const expected = expectHours(phases, budget?.usdPerHour ?? null);
	if (!budget) return expected;
	const {usdPerHour, per, stopUsd, stopHours} = budget;
	const stops = [stopUsd === undefined ? null : formatUsd(stopUsd), stopHours === undefined ? null : `${stopHours} h`];
	const limits = stops.filter((one) => one !== null).join(' or ');
	return [
		expected,
		`${formatUsd(usdPerHour)} an hour${per === 'gpu' ? ' of a GPU' : ''}`,
		limits === '' ? null : `stops at ${limits}`,
	]
		.filter((one) => one !== null)
		.join('; ');
}

/** `expects 20 to 30 h: $39.80 to $59.70`. */
function expectHours(phases: Campaign['phases'], usdPerHour: number | null): string | null {
	const hours = phases.flatMap(({hours: own}) => own ?? []);
	const least = hours.reduce((sum, one) => sum + one.least, 0);
	const most = hours.reduce((sum, one) => sum + one.most, 0);
	const known = hours.length === phases.length ? '' : ` of the ${hours.length} phases that say so`;
	const range = (format: (value: number) => string) =>
		least === most ? format(least) : `${format(least)} to ${format(most)}`;
	if (hours.length === 0) return null;
	const cost = usdPerHour === null ? '' : `: ${range((value) => formatUsd(value * usdPerHour))}`;
	return `expects ${range((value) => `${Number(value.toFixed(2))}`)} h${known}${cost}`;
}
