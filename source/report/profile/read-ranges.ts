import type {Capture} from './capture.ts';
import {createNameReader} from './range-name.ts';
import {cutIntoSections, type PlacedRange, type Range, type Sections} from './ranges.ts';

export type ReadRanges = {
	readonly sections: Sections;
	/** Ranges that a report lists, in the order of their beginnings, the outer one first. */
	readonly shown: readonly PlacedRange[];
	readonly isCounted: (range: Range) => boolean;
	readonly scope: {
		/** `test`: ranges named test…; `ranges`: all that are no warm-up; `capture`: there is none, so everything counts. */
		readonly from: 'test' | 'ranges' | 'capture';
		readonly ranges: number;
		readonly warmUpRanges: number;
	};
	/** The id in the range that a workload opens around what a run of warpdeck captures; null without one. */
	readonly experiment: string | null;
	/** Ranges that never ended. */
	readonly unclosed: number;
	/** Ranges that are no batch's, of a capture that has too many to keep. */
	readonly leftOut: number;
};

/** Beyond this a capture has a range for each operator, which would take a gigabyte and tell nothing of batches. */
const MOST_RANGES = 500_000;

/** Begins the name of that range. */
const CAPTURED = 'warpdeck ';

export function readRanges(capture: Capture, {includeWarmUp}: {readonly includeWarmUp: boolean}): ReadRanges {
	const readName = createNameReader();
	const kept: PlacedRange[] = [];
	let [unclosed, leftOut] = [0, 0];
	let experiment: string | null = null;
	capture.eachRange((start, end, thread, text) => {
		if (thread === null || text === null) return;
		if (text.startsWith(CAPTURED)) experiment = text.slice(CAPTURED.length);
		const {name, number} = readName(text);
		if (end === null) unclosed++;
		else if (kept.length >= MOST_RANGES && name.group === null && !name.isTest) leftOut++;
		else kept.push({name, number, start, end, thread, first: 0, last: 0});
	});
	const warmUp = kept.filter(({name}) => name.isWarmUp);
	const isCounted = chooseCounted(kept, includeWarmUp);
	const counted = kept.filter(isCounted).length;
	// Without the option, what runs in a warm-up does not count, even inside of a range that does.
	const sections = cutIntoSections(kept, isCounted, includeWarmUp ? () => false : ({name}) => name.isWarmUp);
	const from = counted === 0 ? 'capture' : kept.some(({name}) => name.isTest) ? 'test' : 'ranges';
	return {
		sections,
		isCounted,
		shown: kept.filter(({name}) => includeWarmUp || !name.isWarmUp).sort(byStart),
		scope: {from, ranges: counted, warmUpRanges: warmUp.length},
		experiment,
		unclosed,
		leftOut,
	};
}

function chooseCounted(ranges: readonly Range[], includeWarmUp: boolean): (range: Range) => boolean {
	const hasTest = ranges.some(({name}) => name.isTest);
	return ({name}) => (name.isWarmUp ? includeWarmUp : !hasTest || name.isTest);
}

const byStart = (left: PlacedRange, right: PlacedRange): number => left.start - right.start || right.end - left.end;
