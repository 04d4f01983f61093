/** Operations of one GPU, in columns because there are millions. Streams are numbered from 0. */
export type Operations = {
	readonly count: () => number;
	readonly starts: () => Float64Array;
	readonly ends: () => Float64Array;
	readonly streams: () => Int32Array;
	/** Positions in {@link TIMELINE_CLASSES}. */
	readonly classes: () => Uint8Array;
	/** When the call that launched it began; NaN where no call is known. */
	readonly launches: () => Float64Array;
	readonly add: (start: number, end: number, stream: number, timelineClass: number, launchedAt: number) => void;
	/** Stream ids by their numbers. */
	readonly streamIds: () => readonly number[];
};

/** What is told apart on a GPU's time line. */
export const TIMELINE_CLASSES = ['h2d', 'kernel', 'd2h', 'other'] as const;
export const [H2D_CLASS, KERNEL_CLASS, D2H_CLASS, OTHER_CLASS] = [0, 1, 2, 3] as const;

const LEAST_CAPACITY = 1024;

/** `expected` is how many may come; memory that is not used is not taken. */
export function createOperations(expected: number): Operations {
	let count = 0;
	const capacity = Math.max(LEAST_CAPACITY, expected);
	let starts = new Float64Array(capacity);
	let ends = new Float64Array(capacity);
	let launches = new Float64Array(capacity);
	let streams = new Int32Array(capacity);
	let classes = new Uint8Array(capacity);
	const numbers = new Map<number, number>();

	function grow(): void {
		const capacity = Math.ceil(starts.length * 1.5);
		[starts, ends, launches] = [widen(starts, capacity), widen(ends, capacity), widen(launches, capacity)];
		const [wideStreams, wideClasses] = [new Int32Array(capacity), new Uint8Array(capacity)];
		wideStreams.set(streams);
		wideClasses.set(classes);
		[streams, classes] = [wideStreams, wideClasses];
	}

	return {
		count: () => count,
		starts: () => starts.subarray(0, count),
		ends: () => ends.subarray(0, count),
		streams: () => streams.subarray(0, count),
		classes: () => classes.subarray(0, count),
		launches: () => launches.subarray(0, count),
		streamIds: () => [...numbers.keys()],
		add: (start, end, stream, timelineClass, launchedAt) => {
			if (count === starts.length) grow();
			let number = numbers.get(stream);
			if (number === undefined) {
				number = numbers.size;
				numbers.set(stream, number);
			}
			starts[count] = start;
			ends[count] = end;
			launches[count] = launchedAt;
			streams[count] = number;
			classes[count] = timelineClass;
			count++;
		},
	};
}

function widen(column: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
	const wide = new Float64Array(capacity);
	wide.set(column);
	return wide;
}

/**
 * Positions in the order of `starts`. Each table of an export is in order or nearly so: the runs that are there are
 * merged, which a sort with a comparing function would take ten times as long for.
 */
export function orderByStart(starts: Float64Array): Uint32Array {
	let order = new Uint32Array(starts.length);
	for (let index = 0; index < order.length; index++) order[index] = index;
	let runs = listRuns(starts);
	let spare = new Uint32Array(order.length);
	while (runs.length > 2) {
		const merged = [0];
		for (let run = 0; run + 1 < runs.length; run += 2) {
			const [low = 0, middle = 0, high = middle] = [runs[run], runs[run + 1], runs[run + 2]];
			mergeRuns(starts, order, spare, low, middle, high);
			merged.push(high);
		}
		[order, spare] = [spare, order];
		runs = merged;
	}
	return order;
}

/** Where ascending runs begin, and the end of the last one. */
function listRuns(starts: Float64Array): readonly number[] {
	const runs = [0];
	for (let index = 1; index < starts.length; index++) {
		if ((starts[index] ?? 0) < (starts[index - 1] ?? 0)) runs.push(index);
	}
	return [...runs, starts.length];
}

function mergeRuns(
	starts: Float64Array,
	from: Uint32Array,
	to: Uint32Array,
	low: number,
	middle: number,
	high: number,
): void {
	let [left, right] = [low, middle];
	for (let index = low; index < high; index++) {
		const takesLeft =
			left < middle && (right >= high || (starts[from[left] ?? 0] ?? 0) <= (starts[from[right] ?? 0] ?? 0));
		to[index] = from[takesLeft ? left++ : right++] ?? 0;
	}
}
