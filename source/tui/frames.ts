import type {RunState} from '../journal/state.ts';
import type {Store} from '../journal/store.ts';

export type Frame = {readonly state: RunState; readonly now: number};

/** What the screen draws from; it changes only in `tick`, so that a storm of events costs no more than a tick. */
export type Frames = {
	readonly get: () => Frame;
	readonly subscribe: (listener: () => void) => () => void;
	readonly tick: () => void;
};

type FrameSource = {readonly store: Pick<Store, 'get'>; readonly clock: {readonly now: () => number}};

/** Without events a new frame comes once a second, for the times on it. */
const IDLE_MS = 1000;

export function createFrames({store, clock}: FrameSource): Frames {
	let frame: Frame = {state: store.get(), now: clock.now()};
	const listeners = new Set<() => void>();
	return {
		get: () => frame,
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		tick: () => {
			const next = {state: store.get(), now: clock.now()};
			if (next.state === frame.state && Math.abs(next.now - frame.now) < IDLE_MS) return;
			frame = next;
			for (const listener of listeners) listener();
		},
	};
}
