import type {GpuTelemetry} from '../domain/experiment.ts';
import type {GpuSample} from '../journal/event.ts';

export type Counters = Pick<GpuTelemetry, 'countersS' | 'energyJ' | 'throttledMs'>;

/** Differences of the driver's counters over one window; times in epoch ms. */
export type CounterSpan = {
	/** A second beginning after an end widens the window. */
	readonly begin: (at: number) => void;
	readonly end: (at: number) => void;
	/** Samples without counters say nothing here. */
	readonly take: (sample: GpuSample, at: number) => void;
	/** Unknown where the counters that were read do not cover the window. */
	readonly read: () => Counters;
};

type Stamped = {readonly sample: GpuSample; readonly at: number};

/** How much later than its two edges the counters may be read, as a share of the window. */
const MOST_LAG_SHARE = 0.1;
const UNKNOWN: Counters = {countersS: null, energyJ: null, throttledMs: {}};

export const hasCounters = ({energyJ, violationMs}: GpuSample): boolean =>
	energyJ !== undefined || violationMs !== undefined;

/** From the first counters behind the beginning to the first ones behind the end, so that both come equally late. */
export function createCounterSpan(): CounterSpan {
	let beginsAt: number | null = null;
	let endsAt: number | null = null;
	let first: Stamped | null = null;
	let last: Stamped | null = null;
	return {
		begin: (at) => {
			beginsAt ??= at;
			endsAt = null;
			last = null;
		},
		end: (at) => {
			endsAt = at;
		},
		take: (sample, at) => {
			if (beginsAt === null || !hasCounters(sample)) return;
			if (endsAt === null) first ??= {sample, at};
			else last ??= {sample, at};
		},
		read: () => {
			if (beginsAt === null || endsAt === null || !first || !last) return UNKNOWN;
			const lagMs = first.at - beginsAt + last.at - endsAt;
			return lagMs > MOST_LAG_SHARE * (endsAt - beginsAt) ? UNKNOWN : compare(first, last);
		},
	};
}

type Counts = {readonly [reason: string]: number | null};

function compare(first: Stamped, last: Stamped): Counters {
	const before: Counts = first.sample.violationMs ?? {};
	const after: Counts = last.sample.violationMs ?? {};
	const throttled = Object.entries(after).flatMap(([reason, ms]): readonly (readonly [string, number])[] => {
		const spent = subtract(ms, before[reason]);
		return spent === null ? [] : [[reason, spent]];
	});
	return {
		countersS: (last.at - first.at) / 1000,
		energyJ: subtract(last.sample.energyJ, first.sample.energyJ),
		throttledMs: Object.fromEntries(throttled),
	};
}

/** null where a counter is missing, or began anew because the driver was loaded again. */
function subtract(after: number | null | undefined, before: number | null | undefined): number | null {
	if (typeof after !== 'number' || typeof before !== 'number' || after < before) return null;
	return after - before;
}
