import {countNoun} from '../figures.ts';
import type {ReadRanges} from './read-ranges.ts';
import type {Tally} from './tally.ts';

type Doubts = Pick<ReadRanges, 'scope' | 'unclosed' | 'leftOut'> & {
	readonly diagnostics: readonly string[];
	readonly measured: number;
	/** Operations whose launching call is not in the capture. */
	readonly unlinked: number;
	readonly wholeGraphs: Tally | null;
};

/** What a reader of the figures must know, each in one sentence. */
export function describeWarnings(doubts: Doubts): readonly string[] {
	const {scope, unclosed, leftOut, diagnostics, measured, unlinked, wholeGraphs} = doubts;
	return [
		...diagnostics.map((text) => `The profiler says: ${text}`),
		scope.from === 'capture' ? 'No NVTX range says what was measured: everything captured counts, warm-up too.' : null,
		scope.from !== 'capture' && measured === 0 ? 'No operation on a GPU was launched inside of the ranges.' : null,
		unclosed > 0 ? `${countNoun(unclosed, 'NVTX range')} never ended and did not count.` : null,
		leftOut > 0 ? `${countNoun(leftOut, 'NVTX range')} that are no batches were left out: there are too many.` : null,
		unlinked > 0 && scope.from !== 'capture'
			? `${countNoun(unlinked, 'operation')} cannot be traced to a call, so no range has them.`
			: null,
		wholeGraphs
			? 'CUDA graphs were traced whole: their kernels are hidden. Capture with --cuda-graph-trace=node to see them.'
			: null,
	].filter((text) => text !== null);
}
