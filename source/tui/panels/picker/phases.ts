import type {Campaign, CampaignPhase} from '../../../domain/campaign.ts';
import {type BudgetOutlook, type CostOutlook, foreseeCost, type Hours} from '../../../plan/campaign-cost.ts';
import {foreseePhases, type PhaseOutlook} from '../../../plan/campaign-outlook.ts';
import type {Plan} from '../../../plan/plan.ts';
import {formatExpectedHours, formatUsd} from '../../../report/campaign/phase-words.ts';
import {layColumns, type ToneColumn} from '../../parts/columns.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import type {Glyphs} from '../../theme.ts';

type PhasesLayout = {readonly width: number; readonly glyphs: Glyphs};

const LEFT = {align: 'left'} as const;

/** The phases of a campaign as they start, each with how much it is; then hours and cost, as `warpdeck plan` has them too. */
export function layPlannedPhases(plan: Plan, campaign: Campaign, {width, glyphs}: PhasesLayout): readonly Line[] {
	const outlooks = foreseePhases({...plan, phases: campaign.phases});
	const column = (
		title: string,
		keep: number,
		read: (outlook: PhaseOutlook, position: number) => string,
		more: Partial<ToneColumn> = {},
	): ToneColumn => ({
		title,
		keep,
		align: 'right',
		cells: outlooks.map((outlook, index) => ({text: read(outlook, index)})),
		...more,
	});
	const columns = [
		column('  phase', 10, ({phase}, position) => `  ${position + 1} ${phase.name}`, {
			...LEFT,
			shrinks: {min: 20, keep: 3},
		}),
		column('cells', 9, ({cells}) => `${cells}`),
		column('executions', 6, ({started}) => `${started.length}`),
		column('later', 8, ({postponed}) => formatCount(postponed.reduce((sum, {count}) => sum + count, 0))),
		column('hours', 8, ({phase}) => formatExpectedHours(phase)),
		column('gate', 6, ({phase}) => describeGate(phase), LEFT),
		column('after', 5, ({phase}) => phase.after.join(', '), {...LEFT, shrinks: {min: 12, keep: 4}}),
		column('pause', 4, ({phase}) => phase.pause ?? '', {...LEFT, shrinks: {min: 12, keep: 2}}),
	];
	const cost = foreseeCost(outlooks, {...campaign, measure: () => null});
	return [
		...layColumns(columns, outlooks.length, width, glyphs),
		...describeCost(cost).map((text) => pack([part(`  ${text}`)], width, glyphs)),
	];
}

const formatCount = (count: number): string => (count === 0 ? '' : `${count}`);

function describeGate({gate}: CampaignPhase): string {
	if (!gate) return '';
	const {successRate, metrics, approval} = gate;
	const parts = [
		...(successRate === undefined ? [] : [`${Number((successRate * 100).toFixed(1))} %`]),
		...(metrics ? [`${metrics.length} metric${metrics.length === 1 ? '' : 's'}`] : []),
		...(approval === undefined ? [] : ['an OK']),
	];
	return parts.join(' + ');
}

/** Hours that its phases declare, and what those cost; what nobody has declared is not made up. */
function describeCost({declared, elapsed, budget}: CostOutlook): readonly string[] {
	const hours = [
		...(declared ? [`${formatRange(declared, formatNumber)} h declared for all phases`] : []),
		...(elapsed && !isSame(elapsed, declared) ? [`${formatRange(elapsed, formatNumber)} h for what would start`] : []),
	];
	return [...(hours.length === 0 ? [] : [hours.join('; ')]), ...(budget ? [describeBudget(budget)] : [])];
}

function describeBudget({per, rates: [rate], stopHours}: BudgetOutlook): string {
	const {usdPerHour = 0, plannedUsd = null, stopUsd = null} = rate ?? {};
	return [
		...(plannedUsd ? [`would cost ${formatRange(plannedUsd, formatUsd)}`] : []),
		`${formatUsd(usdPerHour)} an hour${per === 'gpu' ? ' of each GPU that works' : ''}`,
		stopHours === null || stopUsd === null
			? 'nothing stops it'
			: `stops at ${formatUsd(stopUsd)}, after ${formatNumber(stopHours)} h`,
	].join('; ');
}

const formatRange = ({least, most}: Hours, format: (value: number) => string): string =>
	least === most ? format(least) : `${format(least)} to ${format(most)}`;

const isSame = (one: Hours, other: Hours | null): boolean => one.least === other?.least && one.most === other.most;

const formatNumber = (value: number): string => `${Number(value.toFixed(1))}`;
