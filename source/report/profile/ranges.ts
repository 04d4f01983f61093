import type {GlobalId} from './capture.ts';
import type {RangeName} from './range-name.ts';

export type Range = {
	readonly name: RangeName;
	readonly number: number | null;
	readonly start: number;
	readonly end: number;
	readonly thread: GlobalId;
};

export type PlacedRange = Range & {
	/** Sections `first` to `last` (exclusive) of its thread's time lie inside of it; set by {@link cutIntoSections}. */
	first: number;
	last: number;
};

export type Sections = {
	readonly count: number;
	/** The section of the thread that the time lies in; -1 before, between and after ranges. */
	readonly find: (thread: GlobalId, time: number) => number;
	/** 1 where what is launched counts. */
	readonly isMeasured: Uint8Array;
};

type ThreadSections = {
	readonly bounds: Float64Array;
	/** The section that begins at each bound; -1 where no range is open behind it. */
	readonly numbers: Int32Array;
	/** Calls come in order, mostly: the next one lies here or just behind. */
	cursor: number;
};

/**
 * Cuts the time of each thread at every beginning and end of a range. Whatever way ranges nest or overlap, a range is
 * a run of sections, and what a call did needs to be added to one section only.
 */
export function cutIntoSections(
	ranges: readonly PlacedRange[],
	counts: (range: Range) => boolean,
	excludes: (range: Range) => boolean = () => false,
): Sections {
	const threads = new Map<GlobalId, ThreadSections>();
	const measured: number[] = [];
	for (const [thread, own] of Map.groupBy(ranges, (range) => range.thread)) {
		const bounds = listBounds(own);
		const [open, counting, excluding] = [own, own.filter(counts), own.filter(excludes)].map((some) =>
			measureDepth(some, bounds),
		);
		const offset = measured.length;
		const numbers = new Int32Array(bounds.length).fill(-1);
		for (let index = 0; index < bounds.length; index++) {
			if (open?.[index] === 0) continue;
			numbers[index] = measured.length;
			measured.push(counting?.[index] !== 0 && excluding?.[index] === 0 ? 1 : 0);
		}
		for (const range of own) {
			// No range begins in a gap, and the sections inside of one follow each other.
			range.first = numbers[searchBound(bounds, range.start)] ?? offset;
			range.last = range.first + countSections(bounds, range);
		}
		threads.set(thread, {bounds, numbers, cursor: 0});
	}
	return {count: measured.length, find: createFinder(threads), isMeasured: Uint8Array.from(measured)};
}

const countSections = (bounds: Float64Array, {start, end}: Range): number =>
	searchBound(bounds, end) - searchBound(bounds, start);

/** How many of the ranges are open behind each bound. */
function measureDepth(ranges: readonly Range[], bounds: Float64Array): Int32Array {
	const depth = new Int32Array(bounds.length);
	for (const {start, end} of ranges) {
		const [first, last] = [searchBound(bounds, start), searchBound(bounds, end)];
		depth[first] = (depth[first] ?? 0) + 1;
		depth[last] = (depth[last] ?? 0) - 1;
	}
	for (let index = 1; index < depth.length; index++) depth[index] = (depth[index] ?? 0) + (depth[index - 1] ?? 0);
	return depth;
}

function listBounds(ranges: readonly Range[]): Float64Array {
	const all = new Float64Array(2 * ranges.length);
	ranges.forEach(({start, end}, index) => {
		all[2 * index] = start;
		all[2 * index + 1] = end;
	});
	return all.sort().filter((bound, index) => index === 0 || bound !== all[index - 1]);
}

/** Index of the last bound that is at most `time`; -1 when all are later. */
function searchBound(bounds: Float64Array, time: number): number {
	let [low, high] = [0, bounds.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((bounds[middle] ?? 0) <= time) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

function createFinder(threads: ReadonlyMap<GlobalId, ThreadSections>): Sections['find'] {
	let last: GlobalId | null = null;
	let sections: ThreadSections | undefined;
	return (thread, time) => {
		if (thread !== last) {
			sections = threads.get(thread);
			last = thread;
		}
		if (!sections) return -1;
		const {bounds, numbers} = sections;
		if (!isAt(bounds, sections.cursor, time)) {
			const next = sections.cursor + 1;
			sections.cursor = isAt(bounds, next, time) ? next : Math.max(0, searchBound(bounds, time));
		}
		return isAt(bounds, sections.cursor, time) ? (numbers[sections.cursor] ?? -1) : -1;
	};
}

const isAt = (bounds: Float64Array, index: number, time: number): boolean =>
	(bounds[index] ?? Number.POSITIVE_INFINITY) <= time && time < (bounds[index + 1] ?? Number.POSITIVE_INFINITY);
