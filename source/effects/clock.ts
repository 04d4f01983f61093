import type {Clock} from '../engine/ports.ts';

/** A longer setTimeout would fire at once, with a warning. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whole epoch milliseconds: the system's clock is read once, at the start of this process, and only counted on from there. */
export function createClock(): Clock {
	const origin = performance.timeOrigin;
	return {now: () => Math.floor(origin + performance.now()), after: callAfter};
}

function callAfter(ms: number, call: () => void): () => void {
	const nowMs = Math.min(ms, LONGEST_TIMER_MS);
	const restMs = ms - nowMs;
	let cancelRest = () => {};
	const timer = setTimeout(() => {
		if (restMs > 0) cancelRest = callAfter(restMs, call);
		else call();
	}, nowMs);
	return () => {
		clearTimeout(timer);
		cancelRest();
	};
}
