import type {CellRecord} from './cells.ts';
import {computeWilson} from './statistics.ts';
import type {Interval, Summary} from './summary.ts';

type CellCounts = Pick<
	Summary,
	| 'succeeded'
	| 'degraded'
	| 'failed'
	| 'postponed'
	| 'skipped'
	| 'unfinished'
	| 'successRatePercent'
	| 'triedRatePercent'
	| 'interval'
>;

/** How cells stand, with both rates: of what was planned, and of what came to an end. */
export function countCells(cells: readonly CellRecord[]): CellCounts {
	const count = {waiting: 0, running: 0, postponed: 0, skipped: 0, succeeded: 0, degraded: 0, failed: 0};
	const own = {good: 0, failed: 0};
	for (const {status, shared} of cells) {
		count[status]++;
		if (shared) continue;
		if (status === 'failed') own.failed++;
		if (status === 'succeeded' || status === 'degraded') own.good++;
	}
	const {waiting, running, postponed, skipped, succeeded, degraded, failed} = count;
	const good = succeeded + degraded;
	return {
		succeeded,
		degraded,
		failed,
		postponed,
		skipped,
		unfinished: waiting + running,
		successRatePercent: share(good, cells.length),
		triedRatePercent: share(good, good + failed),
		interval: findInterval(own.good, own.good + own.failed),
	};
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : (part / whole) * 100);

/** A repeated cell is no trial of its own, so only those that ran themselves narrow the interval. */
function findInterval(good: number, tried: number): Interval | null {
	const interval = computeWilson(good, tried);
	return interval && {lowPercent: interval.low * 100, highPercent: interval.high * 100};
}
