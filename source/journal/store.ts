import type {JournalEvent} from './event.ts';
import {reduce} from './reduce.ts';
import {initialState, type RunState} from './state.ts';

/** Holds the current state and tells who asked to know; it decides nothing. */
export type Store = {
	readonly get: () => RunState;
	readonly accept: (event: JournalEvent) => void;
	/** Calls back after every accepted event; the returned function ends that. */
	readonly subscribe: (listener: () => void) => () => void;
};

export function createStore(start: RunState = initialState): Store {
	let state = start;
	const listeners = new Set<() => void>();
	return {
		get: () => state,
		accept: (event) => {
			state = reduce(state, event);
			for (const listener of listeners) listener();
		},
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
