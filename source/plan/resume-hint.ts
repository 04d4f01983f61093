import type {RunState} from '../journal/state.ts';
import {quoteForShell} from './override-text.ts';

/** The command that runs what failed, is invalid or is missing of a run that is over; null when there is nothing to run. */
export function suggestResume({closed, counts, simulated, opened}: RunState, folder: string): string | null {
	const left = counts.failed + counts.invalid + counts.waiting + counts.active;
	return closed === null || left === 0 || simulated || opened?.foreign
		? null
		: `warpdeck resume ${quoteForShell(folder)}`;
}
