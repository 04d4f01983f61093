import type {RunState} from '../journal/state.ts';
import type {Store} from '../journal/store.ts';

export type Frame = {readonly state: RunState; readonly now: number};

/** What the screen draws from; it changes only in `tick`, so that a storm of events costs no more than a tick. */
export type Frames = {
	readonly get: () => Frame;
	readonly subscribe: (listener: () => void) => () => void;
	readonly tick: () => void;
};

type FrameSource = {
	readonly store: Pick<Store, 'get'>;
	/** The run's time, epoch ms; a replay's may jump. */
	readonly clock: {readonly now: () => number};
	/** The viewer's time, ms. */
	readonly viewer: {readonly now: () => number};
};

/** Measurements and the clock are drawn once a second: lanes out of step would otherwise cost four frames in it. */
const BEAT_MS = 1000;
/** A fact is worth a frame of its own, but eight lanes that end together are worth one. */
const FACT_MS = 500;

export function createFrames({store, clock, viewer}: FrameSource): Frames {
	let frame: Frame = {state: store.get(), now: clock.now()};
	let drawnAt = viewer.now();
	const listeners = new Set<() => void>();
	return {
		get: () => frame,
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		tick: () => {
			const next = {state: store.get(), now: clock.now()};
			if (!isWorthDrawing(frame, next, viewer.now() - drawnAt)) return;
			frame = next;
			drawnAt = viewer.now();
			for (const listener of listeners) listener();
		},
	};
}

function isWorthDrawing(drawn: Frame, next: Frame, sinceMs: number): boolean {
	if (next.state.seq !== drawn.state.seq) return sinceMs >= FACT_MS;
	const isOther = next.state !== drawn.state || Math.abs(next.now - drawn.now) >= BEAT_MS;
	return isOther && sinceMs >= BEAT_MS - TICK_SLACK_MS;
}

/** A timer that fires a little early must not turn one second into one and a quarter. */
const TICK_SLACK_MS = 50;
