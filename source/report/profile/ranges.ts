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
	readonly offset: number;
	readonly bounds: Float64Array;
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
	let offset = 0;
	for (const [thread, own] of Map.groupBy(ranges, (range) => range.thread)) {
		const sections = {offset, bounds: listBounds(own), cursor: 0};
		threads.set(thread, sections);
		const [counting, excluding] = [0, 0].map(() => new Int32Array(sections.bounds.length + 1)) as [
			Int32Array,
			Int32Array,
		];
		for (const range of own) {
			const [first, last] = [searchBound(sections.bounds, range.start), searchBound(sections.bounds, range.end)];
			[range.first, range.last] = [offset + first, offset + last];
			if (counts(range)) mark(counting, first, last);
			if (excludes(range)) mark(excluding, first, last);
		}
		for (let index = 0, open = 0, excluded = 0; index < sections.bounds.length; index++) {
			open += counting[index] ?? 0;
			excluded += excluding[index] ?? 0;
			measured.push(open > 0 && excluded === 0 ? 1 : 0);
		}
		offset += sections.bounds.length;
	}
	return {count: offset, find: createFinder(threads), isMeasured: Uint8Array.from(measured)};
}

function mark(depth: Int32Array, first: number, last: number): void {
	depth[first] = (depth[first] ?? 0) + 1;
	depth[last] = (depth[last] ?? 0) - 1;
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
		const {bounds, offset} = sections;
		if (!isAt(bounds, sections.cursor, time)) {
			const next = sections.cursor + 1;
			sections.cursor = isAt(bounds, next, time) ? next : Math.max(0, searchBound(bounds, time));
		}
		// The last bound ends the last range: behind it there is no section.
		if (!isAt(bounds, sections.cursor, time) || sections.cursor === bounds.length - 1) return -1;
		return offset + sections.cursor;
	};
}

const isAt = (bounds: Float64Array, index: number, time: number): boolean =>
	(bounds[index] ?? Number.POSITIVE_INFINITY) <= time && time < (bounds[index + 1] ?? Number.POSITIVE_INFINITY);
