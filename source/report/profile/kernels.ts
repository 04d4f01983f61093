import {addToTally, closeTally, type OpenTally, openTally, type Tally} from './tally.ts';

export type KernelFigures = {
	readonly all: Tally | null;
	readonly distinct: number;
	/** Those that took most of the time, the longest first. */
	readonly top: readonly (Tally & {readonly name: string; readonly sharePercent: number})[];
};

const LISTED = 20;

type Kernels = {
	readonly add: (nameId: number, ns: number) => void;
	readonly close: (readNames: (ids: readonly number[]) => ReadonlyMap<number, string>) => KernelFigures;
};

export function createKernels(): Kernels {
	const all = openTally();
	const byName = new Map<number, OpenTally>();
	return {
		add: (nameId, ns) => {
			addToTally(all, ns);
			let tally = byName.get(nameId);
			if (!tally) {
				tally = openTally();
				byName.set(nameId, tally);
			}
			addToTally(tally, ns);
		},
		close: (readNames) => {
			const longest = [...byName].toSorted(([, left], [, right]) => right.totalNs - left.totalNs).slice(0, LISTED);
			const names = readNames(longest.map(([id]) => id));
			const top = longest.flatMap(([id, open]) => {
				const tally = closeTally(open);
				const sharePercent = all.totalNs > 0 ? (100 * open.totalNs) / all.totalNs : 0;
				return tally ? [{name: names.get(id) ?? `kernel ${id}`, ...tally, sharePercent}] : [];
			});
			return {all: closeTally(all), distinct: byName.size, top};
		},
	};
}
