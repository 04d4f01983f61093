import type {GlobalId} from './capture.ts';

const BITS = 9;
const PAGE = 1 << BITS;
const MASK = PAGE - 1;

type Page = {
	/** Section of the call plus 2, so that 1 is outside of all ranges and 0 no call at all. */
	readonly sections: Int32Array;
	readonly starts: Float64Array;
};

export type Calls = {
	readonly add: (process: GlobalId, correlation: number, section: number, start: number) => void;
	/** Sets what `section` and `start` say; false where the capture has no such call. */
	readonly find: (process: GlobalId | null, correlation: number) => boolean;
	/** Of the call that was found last; -1 outside of all ranges. */
	readonly section: () => number;
	readonly start: () => number;
	/** Gives their memory back: nothing is found any more. */
	readonly clear: () => void;
};

/**
 * Calls by correlation id. A process counts its ids up, with few gaps: pages of them take 12 bytes a call, where a map
 * would take 60 for each of millions.
 */
export function createCalls(): Calls {
	const processes = new Map<GlobalId, Map<number, Page>>();
	let [lastProcess, lastNumber, page]: [GlobalId | null, number, Page | undefined] = [null, -1, undefined];
	let found = 0;
	let foundStart = 0;

	function turnTo(process: GlobalId, correlation: number): void {
		const number = Math.floor(correlation / PAGE);
		if (process === lastProcess && number === lastNumber) return;
		page = processes.get(process)?.get(number);
		[lastProcess, lastNumber] = [process, number];
	}

	function make(process: GlobalId, correlation: number): Page {
		const pages = processes.get(process) ?? new Map<number, Page>();
		processes.set(process, pages);
		const made = {sections: new Int32Array(PAGE), starts: new Float64Array(PAGE)};
		pages.set(Math.floor(correlation / PAGE), made);
		return made;
	}

	return {
		add: (process, correlation, section, start) => {
			turnTo(process, correlation);
			page ??= make(process, correlation);
			page.sections[correlation & MASK] = section + 2;
			page.starts[correlation & MASK] = start;
		},
		find: (process, correlation) => {
			// Exports of old versions do not say the process of an operation; then there is one, or nobody knows.
			const owner = process ?? (processes.size === 1 ? [...processes.keys()][0] : null) ?? null;
			if (owner === null) return false;
			turnTo(owner, correlation);
			found = page?.sections[correlation & MASK] ?? 0;
			foundStart = page?.starts[correlation & MASK] ?? 0;
			return found > 0;
		},
		section: () => found - 2,
		start: () => foundStart,
		clear: () => {
			processes.clear();
			[lastProcess, lastNumber, page] = [null, -1, undefined];
		},
	};
}
