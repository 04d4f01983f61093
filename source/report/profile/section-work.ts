import {TIMELINE_CLASSES} from './operations.ts';
import type {PlacedRange} from './ranges.ts';

const CLASSES = TIMELINE_CLASSES.length;

/** What the calls of a stretch of a thread's time made a GPU do. */
export type ClassWork = {
	readonly operations: number;
	readonly bytes: number;
	readonly busyNs: number;
	readonly firstNs: number;
	readonly lastNs: number;
};

export type Work = {
	readonly operations: number;
	/** First beginning and last end on the GPU. */
	readonly firstNs: number;
	readonly lastNs: number;
	readonly busyNs: number;
	/** When the first call that did something began. */
	readonly launchedNs: number;
	/** In the order of {@link TIMELINE_CLASSES}. */
	readonly byClass: readonly (ClassWork | null)[];
};

type SectionWork = {
	readonly add: (
		section: number,
		timelineClass: number,
		start: number,
		end: number,
		bytes: number,
		launchedAt: number,
	) => void;
	/** Of all sections of a range together; null when they launched nothing. */
	readonly sum: (range: PlacedRange) => Work | null;
};

export function createSectionWork(sections: number): SectionWork {
	const counts = new Uint32Array(sections * CLASSES);
	const bytesOf = new Float64Array(sections * CLASSES);
	const busy = new Float64Array(sections * CLASSES);
	const lasts = new Float64Array(sections * CLASSES).fill(Number.NEGATIVE_INFINITY);
	const firsts = new Float64Array(sections * CLASSES).fill(Number.POSITIVE_INFINITY);
	const launched = new Float64Array(sections).fill(Number.POSITIVE_INFINITY);

	function sumClass({first, last}: PlacedRange, timelineClass: number): ClassWork | null {
		let [operations, bytes, busyNs, firstNs, lastNs] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
		for (let cell = first * CLASSES + timelineClass; cell < last * CLASSES; cell += CLASSES) {
			operations += counts[cell] ?? 0;
			bytes += bytesOf[cell] ?? 0;
			busyNs += busy[cell] ?? 0;
			firstNs = Math.min(firstNs, firsts[cell] ?? firstNs);
			lastNs = Math.max(lastNs, lasts[cell] ?? lastNs);
		}
		return operations === 0 ? null : {operations, bytes, busyNs, firstNs, lastNs};
	}

	return {
		add: (section, timelineClass, start, end, bytes, launchedAt) => {
			const cell = section * CLASSES + timelineClass;
			counts[cell] = (counts[cell] ?? 0) + 1;
			bytesOf[cell] = (bytesOf[cell] ?? 0) + bytes;
			busy[cell] = (busy[cell] ?? 0) + end - start;
			if (start < (firsts[cell] ?? 0)) firsts[cell] = start;
			if (end > (lasts[cell] ?? 0)) lasts[cell] = end;
			if (launchedAt < (launched[section] ?? 0)) launched[section] = launchedAt;
		},
		sum: (range) => {
			const byClass = TIMELINE_CLASSES.map((_, timelineClass) => sumClass(range, timelineClass));
			const present = byClass.filter((work) => work !== null);
			if (present.length === 0) return null;
			return {
				operations: present.reduce((sum, {operations}) => sum + operations, 0),
				firstNs: Math.min(...present.map(({firstNs}) => firstNs)),
				lastNs: Math.max(...present.map(({lastNs}) => lastNs)),
				busyNs: present.reduce((sum, {busyNs}) => sum + busyNs, 0),
				launchedNs: launched.subarray(range.first, range.last).reduce((least, at) => Math.min(least, at)),
				byClass,
			};
		},
	};
}
