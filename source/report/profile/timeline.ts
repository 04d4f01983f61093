import {
	D2H_CLASS,
	H2D_CLASS,
	KERNEL_CLASS,
	type Operations,
	OTHER_CLASS,
	orderByStart,
	TIMELINE_CLASSES,
} from './operations.ts';

/** A pause of a stream shorter than this is the hardware's own. */
const LEAST_GAP_NS = 1000;

type StreamFigures = {
	readonly stream: number;
	readonly operations: number;
	readonly busyNs: number;
	/** From its first beginning to its last end. */
	readonly spanNs: number;
	readonly utilizationPercent: number;
	/** Pauses of the stream longer than 1, 10 and 100 us, and the length of all of them. */
	readonly gaps: {
		readonly over1Us: number;
		readonly over10Us: number;
		readonly over100Us: number;
		readonly totalNs: number;
		readonly longestNs: number;
		/** Part of `totalNs` before the next launch had even begun: the GPU waited for the host. */
		readonly waitingForHostNs: number;
	};
};

export type DeviceFigures = {
	readonly device: number;
	readonly operations: number;
	/** The measured window: first beginning to last end of what was measured. */
	readonly windowNs: number;
	/** At least one operation ran. */
	readonly busyNs: number;
	readonly idleNs: number;
	readonly idlePercent: number;
	/** Sum of all durations / window: above 1, operations ran side by side. */
	readonly temporalCompression: number;
	readonly busyByClassNs: {readonly [name in (typeof TIMELINE_CLASSES)[number]]: number};
	/** Copies between host and device ran. */
	readonly copyNs: number;
	readonly overlap: {
		/** A copy and a kernel ran at the same time. */
		readonly copyAndKernelNs: number;
		/** Of the time in which copies ran; null without copies. */
		readonly ofCopiesPercent: number | null;
		readonly h2dAndKernelNs: number;
		readonly d2hAndKernelNs: number;
		readonly h2dAndD2hNs: number;
	};
	readonly streams: readonly StreamFigures[];
};

type Window = {readonly from: number; readonly to: number};

/** Walks over everything that the GPU did in the window, in order of time. */
export function measureTimeline(device: number, operations: Operations, {from, to}: Window): DeviceFigures {
	const {starts, ends, streams, classes, launches} = readColumns(operations);
	const clock = createOverlapClock();
	const tracks = operations.streamIds().map(openTrack);
	let [count, total] = [0, 0];
	for (const index of orderByStart(starts)) {
		const start = Math.max(starts[index] ?? 0, from);
		const end = Math.min(ends[index] ?? 0, to);
		if (end < start || (starts[index] ?? 0) > to) continue;
		count++;
		total += end - start;
		clock.add(classes[index] ?? 0, start, end);
		addToTrack(tracks[streams[index] ?? 0], start, end, launches[index] ?? Number.NaN);
	}
	const {active, pairs} = clock.close();
	const windowNs = to - from;
	const busyNs = active.any;
	return {
		device,
		operations: count,
		windowNs,
		busyNs,
		idleNs: windowNs - busyNs,
		idlePercent: percentOf(windowNs - busyNs, windowNs) ?? 0,
		temporalCompression: windowNs > 0 ? total / windowNs : 0,
		busyByClassNs: {h2d: active.h2d, kernel: active.kernel, d2h: active.d2h, other: active.other},
		copyNs: active.copy,
		overlap: {
			copyAndKernelNs: pairs.copyAndKernel,
			ofCopiesPercent: percentOf(pairs.copyAndKernel, active.copy),
			h2dAndKernelNs: pairs.h2dAndKernel,
			d2hAndKernelNs: pairs.d2hAndKernel,
			h2dAndD2hNs: pairs.h2dAndD2h,
		},
		streams: tracks.filter((track) => track.operations > 0).map(closeTrack),
	};
}

const readColumns = (operations: Operations) => ({
	starts: operations.starts(),
	ends: operations.ends(),
	streams: operations.streams(),
	classes: operations.classes(),
	launches: operations.launches(),
});

const percentOf = (part: number, whole: number): number | null => (whole > 0 ? (100 * part) / whole : null);

/**
 * Between two beginnings, what runs can only end: so a class runs until the latest end of what has begun, and two
 * classes run together until the first of both ends.
 */
function createOverlapClock() {
	const until = new Float64Array(TIMELINE_CLASSES.length).fill(Number.NEGATIVE_INFINITY);
	const active = {h2d: 0, kernel: 0, d2h: 0, other: 0, copy: 0, any: 0};
	const pairs = {copyAndKernel: 0, h2dAndKernel: 0, d2hAndKernel: 0, h2dAndD2h: 0};
	let now = Number.NEGATIVE_INFINITY;

	function passTo(time: number): void {
		if (now === Number.NEGATIVE_INFINITY) now = time;
		if (time === now) return;
		// Not destructured: this runs once for each of millions of operations.
		const h2d = Math.min(until[H2D_CLASS] ?? 0, time) - now;
		const kernel = Math.min(until[KERNEL_CLASS] ?? 0, time) - now;
		const d2h = Math.min(until[D2H_CLASS] ?? 0, time) - now;
		const other = Math.min(until[OTHER_CLASS] ?? 0, time) - now;
		const copy = Math.max(h2d, d2h);
		if (h2d > 0) active.h2d += h2d;
		if (kernel > 0) active.kernel += kernel;
		if (d2h > 0) active.d2h += d2h;
		if (other > 0) active.other += other;
		if (copy > 0) active.copy += copy;
		active.any += Math.max(0, copy, kernel, other);
		if (copy > 0 && kernel > 0) addPairs(h2d, kernel, d2h, copy);
		if (h2d > 0 && d2h > 0) pairs.h2dAndD2h += Math.min(h2d, d2h);
		now = time;
	}

	function addPairs(h2d: number, kernel: number, d2h: number, copy: number): void {
		pairs.copyAndKernel += Math.min(copy, kernel);
		pairs.h2dAndKernel += Math.max(0, Math.min(h2d, kernel));
		pairs.d2hAndKernel += Math.max(0, Math.min(d2h, kernel));
	}

	return {
		add: (timelineClass: number, start: number, end: number) => {
			passTo(start);
			if (end > (until[timelineClass] ?? 0)) until[timelineClass] = end;
		},
		close: () => {
			passTo(Math.max(now, ...until));
			return {active, pairs};
		},
	};
}

type Track = {
	readonly stream: number;
	operations: number;
	busyNs: number;
	firstNs: number;
	lastNs: number;
	over1Us: number;
	over10Us: number;
	over100Us: number;
	gapNs: number;
	longestNs: number;
	waitingNs: number;
};

const openTrack = (stream: number): Track => ({
	stream,
	operations: 0,
	busyNs: 0,
	firstNs: 0,
	lastNs: Number.NEGATIVE_INFINITY,
	over1Us: 0,
	over10Us: 0,
	over100Us: 0,
	gapNs: 0,
	longestNs: 0,
	waitingNs: 0,
});

function addToTrack(track: Track | undefined, start: number, end: number, launchedAt: number): void {
	if (!track) return;
	if (track.operations === 0) track.firstNs = start;
	else if (start - track.lastNs > LEAST_GAP_NS) addGap(track, start - track.lastNs, launchedAt);
	track.operations++;
	track.busyNs += Math.max(0, end - Math.max(start, track.lastNs));
	track.lastNs = Math.max(track.lastNs, end);
}

function addGap(track: Track, gapNs: number, launchedAt: number): void {
	track.over1Us++;
	if (gapNs > 10_000) track.over10Us++;
	if (gapNs > 100_000) track.over100Us++;
	track.gapNs += gapNs;
	track.longestNs = Math.max(track.longestNs, gapNs);
	if (launchedAt > track.lastNs) track.waitingNs += Math.min(gapNs, launchedAt - track.lastNs);
}

const closeTrack = (track: Track): StreamFigures => ({
	stream: track.stream,
	operations: track.operations,
	busyNs: track.busyNs,
	spanNs: track.lastNs - track.firstNs,
	utilizationPercent: percentOf(track.busyNs, track.lastNs - track.firstNs) ?? 100,
	gaps: {
		over1Us: track.over1Us,
		over10Us: track.over10Us,
		over100Us: track.over100Us,
		totalNs: track.gapNs,
		longestNs: track.longestNs,
		waitingForHostNs: track.waitingNs,
	},
});
