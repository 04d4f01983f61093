import type {EncodedSweep, EncodedValue} from './override-encoding.ts';
import {resolveRange, valueAt} from './override-range.ts';

/** The values of a sweep in the order in which they are written, one at a time: a range may have no end. */
export function* listSweep(sweep: EncodedSweep): Generator<EncodedValue, void> {
	if (sweep.$sweep === 'choice') {
		yield* sweep.list;
		return;
	}
	const range = resolveRange(sweep);
	if (range.kind === 'invalid') return;
	for (let index = 0; index < range.count; index++) yield valueAt(range, index);
}

/** How many values a sweep has, without making them; Infinity for a range without an end. */
export function countSweep(sweep: EncodedSweep): number {
	if (sweep.$sweep === 'choice') return sweep.list.length;
	const range = resolveRange(sweep);
	return range.kind === 'invalid' ? 0 : range.count;
}
