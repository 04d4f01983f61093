import type {GlobalId} from './capture.ts';
import {D2H_CLASS, H2D_CLASS, KERNEL_CLASS} from './operations.ts';
import {measureSpread, type Spread} from './tally.ts';

export type GraphFigures = {
	readonly launches: number;
	readonly operationsEach: number;
	readonly kernelsEach: number;
	/** First beginning to last end of a launch. */
	readonly span: Spread;
	/** Sums of a launch; null where it has none. */
	readonly h2d: Spread | null;
	readonly compute: Spread | null;
	readonly d2h: Spread | null;
	/** Copies to the device in a launch, which is its batches where each batch has one; null when launches differ. */
	readonly h2dCopiesEach: number | null;
	/**
	 * From the n-th copy to the device to the end of the n-th copy back, where a launch has as many of both: a batch
	 * of a graph has no range of its own.
	 */
	readonly batchLatency: Spread | null;
};

type Launch = {
	operations: number;
	kernels: number;
	firstNs: number;
	lastNs: number;
	readonly busyNs: [number, number, number, number];
	readonly arrivals: number[];
	readonly departures: number[];
};

export type GraphLaunches = {
	readonly open: (process: GlobalId, correlation: number) => void;
	readonly add: (
		process: GlobalId | null,
		correlation: number,
		timelineClass: number,
		start: number,
		end: number,
	) => void;
	readonly isEmpty: () => boolean;
	/** null when no graph was launched. */
	readonly close: () => GraphFigures | null;
};

export function createGraphLaunches(): GraphLaunches {
	const launches = new Map<string, Launch>();
	const keyOf = (process: GlobalId | null, correlation: number) => `${process} ${correlation}`;
	return {
		open: (process, correlation) => launches.set(keyOf(process, correlation), openLaunch()),
		add: (process, correlation, timelineClass, start, end) => {
			if (launches.size === 0) return;
			const launch = launches.get(keyOf(process, correlation));
			if (!launch) return;
			launch.operations++;
			if (timelineClass === KERNEL_CLASS) launch.kernels++;
			launch.firstNs = Math.min(launch.firstNs, start);
			launch.lastNs = Math.max(launch.lastNs, end);
			launch.busyNs[timelineClass as 0] += end - start;
			if (timelineClass === H2D_CLASS) launch.arrivals.push(start);
			if (timelineClass === D2H_CLASS) launch.departures.push(end);
		},
		isEmpty: () => launches.size === 0,
		close: () => describe([...launches.values()].filter(({operations}) => operations > 0)),
	};
}

const openLaunch = (): Launch => ({
	operations: 0,
	kernels: 0,
	firstNs: Number.POSITIVE_INFINITY,
	lastNs: Number.NEGATIVE_INFINITY,
	busyNs: [0, 0, 0, 0],
	arrivals: [],
	departures: [],
});

function describe(launches: readonly Launch[]): GraphFigures | null {
	const span = measureSpread(launches.map(({firstNs, lastNs}) => lastNs - firstNs));
	if (!span) return null;
	const busy = (timelineClass: number) =>
		measureSpread(launches.map(({busyNs}) => busyNs[timelineClass] ?? 0).filter((ns) => ns > 0));
	const sum = (read: (launch: Launch) => number) => launches.reduce((total, launch) => total + read(launch), 0);
	return {
		launches: launches.length,
		operationsEach: sum(({operations}) => operations) / launches.length,
		kernelsEach: sum(({kernels}) => kernels) / launches.length,
		span,
		h2d: busy(H2D_CLASS),
		compute: busy(KERNEL_CLASS),
		d2h: busy(D2H_CLASS),
		h2dCopiesEach: findCommon(launches.map(({arrivals}) => arrivals.length)),
		batchLatency: measureSpread(launches.flatMap(pairCopies)),
	};
}

const findCommon = (counts: readonly number[]): number | null => {
	const [first = 0, ...others] = new Set(counts);
	return others.length === 0 ? first : null;
};

function pairCopies({arrivals, departures}: Launch): readonly number[] {
	if (arrivals.length !== departures.length) return [];
	const [begun, ended] = [arrivals.toSorted((a, b) => a - b), departures.toSorted((a, b) => a - b)];
	return ended.map((end, index) => end - (begun[index] ?? end));
}
