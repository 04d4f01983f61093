import {readFacts} from '../effects/run-folder.ts';
import type {FactEvent} from '../journal/event.ts';
import {reduce} from '../journal/reduce.ts';
import {initialState, type RunState} from '../journal/state.ts';

type LoadedRun = {
	readonly path: string;
	readonly facts: readonly FactEvent[];
	readonly state: RunState;
	/** What was wrong with the file, for people. */
	readonly warnings: readonly string[];
};

/** The state of a run on disk, folded as the runner itself folded it; changes nothing. */
export function loadRun(path: string): LoadedRun {
	const {state: facts, ...reading} = readFacts(path);
	return {path, facts, state: facts.reduce(reduce, initialState), warnings: describeReading(reading)};
}

export function describeReading(reading: Omit<ReturnType<typeof readFacts>, 'state'>): readonly string[] {
	const {damages, damageCount, unknown} = reading;
	return [
		...damages.slice(0, 3).map(({offset, reason}) => `journal.jsonl is damaged at byte ${offset}: ${reason}`),
		...(damageCount > 3 ? [`journal.jsonl has ${damageCount} damaged places`] : []),
		...[...unknown].map(([type, count]) => `${count} facts of the unknown type ${type} were passed over`),
	];
}
