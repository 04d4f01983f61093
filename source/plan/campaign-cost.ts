import type {Campaign, CampaignBudget} from '../domain/campaign.ts';
import type {PhaseOutlook} from './campaign-outlook.ts';

export type Hours = {readonly least: number; readonly most: number};

/** What a campaign takes and costs before anything of it has run. */
export type CostOutlook = {
	/** Of all phases, one after the other, also of what is postponed; null where no phase has hours. */
	readonly declared: Hours | null;
	/** From start to end, of the phases that start something, side by side where they can be; null without hours of one of them. */
	readonly elapsed: Hours | null;
	/** The same by measured durations. */
	readonly measured: number | null;
	readonly days: readonly Day[];
	readonly budget: BudgetOutlook | null;
};

/** Phases up to a point where somebody has to go on. */
export type Day = {readonly phases: readonly string[]; readonly until: string | null; readonly hours: Hours | null};

export type BudgetOutlook = {
	readonly per: CampaignBudget['per'];
	/** Hours after which nothing more starts; null without a bound. */
	readonly stopHours: number | null;
	/** Phase in which they pass if all take the most of their hours; null where they never do, or nobody knows. */
	readonly stopsIn: string | null;
	/** The campaign's own machine first, without a name. */
	readonly rates: readonly Rate[];
};

export type Rate = {
	readonly machine: string | null;
	readonly usdPerHour: number;
	readonly declaredUsd: Hours | null;
	readonly plannedUsd: Hours | null;
	readonly measuredUsd: number | null;
	/** What it has cost when it stops. */
	readonly stopUsd: number | null;
};

type Costing = Campaign & {
	readonly otherRates?: {readonly [machine: string]: number};
	/** Hours of a phase by measured durations, null where some are unknown. */
	readonly measure: (outlook: PhaseOutlook) => number | null;
};

/** `outlooks` in the order in which they start. */
export function foreseeCost(outlooks: readonly PhaseOutlook[], costing: Costing): CostOutlook {
	const declaredOf = ({phase}: PhaseOutlook): Hours | null => phase.hours ?? null;
	const measuredOf = (outlook: PhaseOutlook): Hours | null => {
		const hours = costing.measure(outlook);
		return hours === null ? null : {least: hours, most: hours};
	};
	const hours = outlooks.flatMap((outlook) => declaredOf(outlook) ?? []);
	const declared = hours.length === 0 ? null : hours.reduce(add, NOTHING);
	const planned = layOut(outlooks, declaredOf);
	const elapsed = planned && findEnd(planned);
	const measured = findEnd(layOut(outlooks, measuredOf) ?? [])?.most ?? null;
	const {budget} = costing;
	return {
		...{declared, elapsed, measured},
		days: listDays(outlooks, planned),
		budget: budget
			? foreseeBudget(budget, {
					declared,
					elapsed,
					measured,
					planned,
					outlooks,
					measuredOf,
					otherRates: costing.otherRates ?? {},
				})
			: null,
	};
}

/** From when to when a phase lasts. */
type Span = {readonly outlook: PhaseOutlook; readonly from: Hours; readonly to: Hours};

/** Each phase behind all that it cannot run beside; null without hours of one that starts something. */
function layOut(
	outlooks: readonly PhaseOutlook[],
	hoursOf: (outlook: PhaseOutlook) => Hours | null,
): readonly Span[] | null {
	const spans: Span[] = [];
	for (const outlook of outlooks) {
		if (outlook.started.length === 0) continue;
		const hours = hoursOf(outlook);
		if (!hours) return null;
		const before = spans.filter(({outlook: {phase}}) => !outlook.beside.includes(phase.name));
		const from = findEnd(before) ?? NOTHING;
		spans.push({outlook, from, to: add(from, hours)});
	}
	return spans;
}

const NOTHING: Hours = {least: 0, most: 0};

const add = (one: Hours, other: Hours): Hours => ({least: one.least + other.least, most: one.most + other.most});

/** The end of the last one; null where there is none. */
function findEnd(spans: readonly Span[]): Hours | null {
	if (spans.length === 0) return null;
	return {
		least: Math.max(...spans.map(({to}) => to.least)),
		most: Math.max(...spans.map(({to}) => to.most)),
	};
}

/** What runs from one pause to the next; behind the last one there is nothing to wait for. */
function listDays(outlooks: readonly PhaseOutlook[], planned: readonly Span[] | null): readonly Day[] {
	if (outlooks.every(({phase}) => phase.pause === undefined)) return [];
	const days: Day[] = [];
	let own: PhaseOutlook[] = [];
	for (const outlook of outlooks) {
		own.push(outlook);
		if (outlook.phase.pause === undefined && outlook !== outlooks.at(-1)) continue;
		days.push(describeDay(own, planned));
		own = [];
	}
	return days;
}

function describeDay(outlooks: readonly PhaseOutlook[], planned: readonly Span[] | null): Day {
	const hours = outlooks.map(({phase}) => phase.hours ?? null);
	const spans = (planned ?? []).filter(({outlook}) => outlooks.includes(outlook));
	const isBeside = spans.length === outlooks.length;
	return {
		phases: outlooks.map(({phase}) => phase.name),
		until: outlooks.at(-1)?.phase.pause ?? null,
		hours: isBeside ? measureSpans(spans) : sumHours(hours),
	};
}

function measureSpans(spans: readonly Span[]): Hours {
	const start = {
		least: Math.min(...spans.map(({from}) => from.least)),
		most: Math.min(...spans.map(({from}) => from.most)),
	};
	const end = findEnd(spans) ?? NOTHING;
	return {least: end.least - start.least, most: end.most - start.most};
}

/** Null where one of them is unknown. */
const sumHours = (hours: readonly (Hours | null)[]): Hours | null =>
	hours.includes(null) ? null : hours.flatMap((one) => one ?? []).reduce(add, NOTHING);

type Known = Pick<CostOutlook, 'declared' | 'elapsed' | 'measured'> & {
	readonly planned: readonly Span[] | null;
	readonly outlooks: readonly PhaseOutlook[];
	readonly measuredOf: (outlook: PhaseOutlook) => Hours | null;
	readonly otherRates: {readonly [machine: string]: number};
};

/** A machine costs from start to end; a GPU costs while something runs on it, so that there all hours are added up. */
function foreseeBudget({usdPerHour, per, stopUsd, stopHours}: CampaignBudget, known: Known): BudgetOutlook {
	const started = known.outlooks.filter(({started}) => started.length > 0);
	const isMachine = per === 'machine';
	const planned = isMachine ? known.elapsed : sumHours(started.map(({phase}) => phase.hours ?? null));
	const measured = isMachine ? known.measured : (sumHours(started.map(known.measuredOf))?.most ?? null);
	const bounds = [
		...(stopHours === undefined ? [] : [stopHours]),
		...(stopUsd === undefined ? [] : [stopUsd / usdPerHour]),
	];
	const stop = bounds.length === 0 ? null : Math.min(...bounds);
	const price = (machine: string | null, rate: number): Rate => ({
		...{machine, usdPerHour: rate},
		declaredUsd: times(known.declared, rate),
		plannedUsd: times(planned, rate),
		measuredUsd: measured === null ? null : measured * rate,
		stopUsd: stop === null ? null : stop * rate,
	});
	return {
		per,
		stopHours: stop,
		stopsIn: stop === null ? null : findStop(known.planned ?? [], stop, isMachine),
		rates: [price(null, usdPerHour), ...Object.entries(known.otherRates).map(([name, rate]) => price(name, rate))],
	};
}

const times = (hours: Hours | null, rate: number): Hours | null =>
	hours && {least: hours.least * rate, most: hours.most * rate};

function findStop(spans: readonly Span[], stop: number, isMachine: boolean): string | null {
	let used = 0;
	for (const {outlook, to} of spans) {
		used += outlook.phase.hours?.most ?? 0;
		if ((isMachine ? to.most : used) > stop) return outlook.phase.name;
	}
	return null;
}
