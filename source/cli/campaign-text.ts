import type {CampaignPhase} from '../domain/campaign.ts';
import {findGpu, type Topology} from '../domain/topology.ts';
import type {Lane} from '../journal/event.ts';
import type {BudgetOutlook, CostOutlook, Day, Hours} from '../plan/campaign-cost.ts';
import type {GroupOutlook} from '../plan/campaign-outlook.ts';
import {countNoun} from '../report/figures.ts';
import {formatTable} from '../report/text-table.ts';
import {formatTime} from './describe-time.ts';
import type {Foreseen} from './foresee-campaign.ts';

type Outlook = Foreseen['phases'][number];

/** Wide enough for every cost, and for a terminal. */
const COLUMNS = 100;

/** A campaign as a person reads it before it starts: what each phase does, waits for, takes and costs. */
export function describeCampaign(
	{phases, cost}: Foreseen,
	lanes: readonly Lane[],
	topology: Topology,
): readonly string[] {
	return [
		'',
		`${countNoun(phases.length, 'phase')}, in the order in which they start:`,
		...phases.flatMap((outlook) => describePhase(outlook, lanes, topology)),
		...describeGroups(phases),
		...describeDays(cost.days),
		...describeHours(cost),
		...(cost.budget ? describeBudget(cost.budget) : []),
	];
}

function describePhase(outlook: Outlook, lanes: readonly Lane[], topology: Topology): readonly string[] {
	const {phase, postponed} = outlook;
	const details = [
		describeSize(outlook, lanes),
		...postponed.map(({reason, count}) => `${count} postponed: ${reason}`),
		`priority ${phase.priority}${phase.after.length > 0 ? `, after ${phase.after.join(', ')}` : ''}${describeBeside(outlook)}`,
		`hours: ${describePhaseHours(outlook)}`,
		...describeMemory(phase, outlook.lanes, lanes, topology),
		...(phase.gate ? [`gate: ${describeGate(phase.gate)}`] : []),
		...(phase.pause === undefined ? [] : [`pauses behind it: ${phase.pause}`]),
		...(phase.backup ? ['its results are kept as a file when it has passed'] : []),
	];
	return [
		`  ${phase.name}${phase.title === phase.name ? '' : `: ${phase.title}`}`,
		...details.map((line) => `    ${line}`),
	];
}

function describeSize({cells, started, lanes: used}: Outlook, lanes: readonly Lane[]): string {
	const places = lanes.flatMap(({id, gpuId, label}) =>
		used.includes(id) ? [gpuId === null ? label : `GPU ${gpuId}`] : [],
	);
	const where = places.length === 0 ? '' : ` on ${places.join(', ')}`;
	return `${countNoun(cells, 'cell')}, ${countNoun(started.length, 'execution')}${where}`;
}

const describeBeside = ({beside, apart}: Outlook): string =>
	[
		...(beside.length > 0 ? [`; may run beside ${beside.join(', ')}`] : []),
		...apart.map(({name, why}) => `; not beside ${name}, because ${why}`),
	].join('');

function describePhaseHours({phase, time, started}: Outlook): string {
	const declared = phase.hours ? `${formatHours(phase.hours)} declared` : 'none declared';
	return started.length === 0 ? declared : `${declared}; by earlier runs ${formatTime(time, started.length)}`;
}

function describeMemory(
	{gpuMiB}: CampaignPhase,
	used: readonly string[],
	lanes: readonly Lane[],
	topology: Topology,
): readonly string[] {
	if (gpuMiB === undefined) return [];
	const gpus = lanes.filter(({id, gpuId}) => used.includes(id) && gpuId !== null);
	const found = gpus.map(({gpuId}) => {
		const total = gpuId === null ? null : (findGpu(topology, gpuId)?.memoryTotalMiB ?? null);
		return `GPU ${gpuId} has ${total === null ? 'an unknown amount' : formatGiB(total)}`;
	});
	return [[`GPU memory: ${formatGiB(gpuMiB)}`, ...found].join(', ')];
}

const formatGiB = (mib: number): string => `${Number((mib / 1024).toFixed(1))} GiB`;

function describeGate({successRate, metrics = [], approval}: NonNullable<CampaignPhase['gate']>): string {
	const bounds = metrics.map(({metric, of, min, max}) =>
		[
			`${of} of ${metric}`,
			...(min === undefined ? [] : [`at least ${min}`]),
			...(max === undefined ? [] : [`at most ${max}`]),
		].join(' '),
	);
	return [
		...(successRate === undefined ? [] : [`${Number((successRate * 100).toFixed(1))} % succeed`]),
		...bounds,
		...(approval === undefined ? [] : [`somebody approves: ${approval}`]),
	].join('; ');
}

type Sum = Omit<GroupOutlook, 'name'> & {readonly isExpected: boolean};

/** Only where somebody expects a number, or counts what is done elsewhere. */
function describeGroups(phases: readonly Outlook[]): readonly string[] {
	const groups = phases.flatMap((outlook) => outlook.groups);
	if (!groups.some(({expected, elsewhere}) => expected !== null || elsewhere > 0)) return [];
	const byName = [...Map.groupBy(groups, ({name}) => name)].map(([name, own]) => [name, sumGroups(own)] as const);
	const all = sumGroups(groups);
	const rows = [...byName, ...(byName.length > 1 ? ([['all', all]] as const) : [])];
	const where = new Set(
		phases.flatMap(({phase: {done = []}}) => done.map((part) => `${part.count} ${part.group}: ${part.where}`)),
	);
	return [
		'',
		...formatTable(
			[
				{title: 'group', side: 'left', read: ([name]) => name},
				{title: 'expected', side: 'right', read: ([, {expected, isExpected}]) => (isExpected ? `${expected}` : '-')},
				{title: 'planned', side: 'right', read: ([, {planned}]) => `${planned}`},
				{title: 'done elsewhere', side: 'right', read: ([, {elsewhere}]) => `${elsewhere}`},
				{title: 'postponed', side: 'right', read: ([, {postponed}]) => `${postponed}`},
				{
					title: 'in all',
					side: 'right',
					read: ([, {planned, elsewhere, postponed}]) => `${planned + elsewhere + postponed}`,
				},
			],
			rows,
			COLUMNS,
		).map((line) => `  ${line}`),
		...[...where].map((line) => `  done elsewhere: ${line}`),
	];
}

const sumGroups = (groups: readonly GroupOutlook[]): Sum => ({
	planned: groups.reduce((sum, {planned}) => sum + planned, 0),
	postponed: groups.reduce((sum, {postponed}) => sum + postponed, 0),
	elsewhere: groups.reduce((sum, {elsewhere}) => sum + elsewhere, 0),
	expected: groups.reduce((sum, {expected}) => sum + (expected ?? 0), 0),
	isExpected: groups.some(({expected}) => expected !== null),
});

const describeDays = (days: readonly Day[]): readonly string[] =>
	days.map(({phases, until, hours}, index) => {
		const end = until === null ? '' : `, until ${until}`;
		return `${index === 0 ? 'from pause to pause: ' : '                     '}${phases.join(', ')} (${hours ? formatHours(hours) : 'hours unknown'})${end}`;
	});

function describeHours({declared, elapsed, measured}: CostOutlook): readonly string[] {
	const parts = [
		...(declared ? [`${formatHours(declared)} declared for all phases, one after the other`] : []),
		...(elapsed ? [`${formatHours(elapsed)} from start to end for what would start`] : []),
		measured === null ? 'by earlier runs not known' : `by earlier runs ${formatNumber(measured)} h`,
	];
	return [`hours: ${parts.join('; ')}`];
}

function describeBudget({per, stopHours, stopsIn, rates}: BudgetOutlook): readonly string[] {
	const end = stopHours === null ? 'nothing stops it' : `nothing starts after ${formatNumber(stopHours)} h`;
	const isOver = stopHours !== null && stopsIn === null && rates[0]?.plannedUsd;
	const where = stopsIn === null ? '' : `, which is in phase ${stopsIn} if all take the most of their hours`;
	const over = isOver ? ', and by its declared hours all that would start is over by then' : '';
	const of = per === 'machine' ? 'the machine from start to end' : 'a GPU while something runs on it';
	return [
		`budget: an hour of ${of}; ${end}${where}${over}`,
		...formatTable(
			[
				{title: 'machine', side: 'left', read: ({machine}) => machine ?? 'this campaign'},
				{title: 'an hour', side: 'right', read: ({usdPerHour}) => `$${usdPerHour.toFixed(2)}`},
				{title: 'declared hours', side: 'right', read: ({declaredUsd}) => formatUsd(declaredUsd)},
				{title: 'what would start', side: 'right', read: ({plannedUsd}) => formatUsd(plannedUsd)},
				{
					title: 'by earlier runs',
					side: 'right',
					read: ({measuredUsd}) => (measuredUsd === null ? '-' : formatUsd({least: measuredUsd, most: measuredUsd})),
				},
				{
					title: 'when it stops',
					side: 'right',
					read: ({stopUsd}) => (stopUsd === null ? '-' : formatUsd({least: stopUsd, most: stopUsd})),
				},
			],
			rates,
			COLUMNS,
		).map((line) => `  ${line}`),
	];
}

/** Whole dollars from ten on, because hours are guesses. */
function formatUsd(cost: Hours | null): string {
	if (!cost) return '-';
	const one = (usd: number) => `$${usd < 10 ? usd.toFixed(2) : usd.toFixed(0)}`;
	return cost.least === cost.most ? one(cost.least) : `${one(cost.least)}–${one(cost.most).slice(1)}`;
}

const formatHours = ({least, most}: Hours): string =>
	least === most ? `${formatNumber(least)} h` : `${formatNumber(least)}–${formatNumber(most)} h`;

const formatNumber = (value: number): string => `${Number(value.toFixed(2))}`;
