import type {Clock} from '../../source/engine/ports.ts';
import {STORY_START} from './story.ts';

export type FakeClock = Clock & {
	/** Lets time pass, calls back whatever is due in order, and lets promises settle after each call. */
	readonly advance: (ms: number) => Promise<void>;
	/** How many callbacks are planned. */
	readonly waiting: () => number;
};

type Timer = {readonly at: number; readonly call: () => void};

/** Time that stands still until a test moves it; for code between whose timers promises must settle. */
export function createFakeClock(startAt = STORY_START): FakeClock {
	let now = startAt;
	const timers = new Set<Timer>();
	const takeDue = (until: number): Timer | undefined => {
		const due = [...timers].filter(({at}) => at <= until).sort((a, b) => a.at - b.at)[0];
		if (due) timers.delete(due);
		return due;
	};
	return {
		now: () => now,
		after: (ms, call) => {
			const timer = {at: now + Math.max(0, ms), call};
			timers.add(timer);
			return () => timers.delete(timer);
		},
		advance: async (ms) => {
			const until = now + ms;
			await settle();
			for (let due = takeDue(until); due; due = takeDue(until)) {
				now = due.at;
				due.call();
				await settle();
			}
			now = until;
		},
		waiting: () => timers.size,
	};
}

/** What a busy machine's clock does: its timers come a millisecond early, and one passes between two looks in a call. */
export function createHastyClock(): FakeClock {
	const clock = createFakeClock();
	let looks: number | null = null;
	const after = (ms: number, call: () => void) =>
		clock.after(Math.max(ms - 1, 1), () => {
			looks = 0;
			call();
			looks = null;
		});
	return {...clock, after, now: () => clock.now() + (looks === null ? 0 : looks++)};
}

/** A fake clock that knows the delays that were asked for and are still to come. */
export function createPlannedClock() {
	const clock = createFakeClock();
	const delays = new Set<{readonly ms: number}>();
	const after = (ms: number, call: () => void) => {
		const delay = {ms};
		delays.add(delay);
		const cancel = clock.after(ms, () => {
			delays.delete(delay);
			call();
		});
		return () => {
			delays.delete(delay);
			cancel();
		};
	};
	return {clock: {...clock, after}, planned: () => [...delays].map(({ms}) => ms)};
}

/** The value of a promise that needs neither time nor disk any more; fails instead of waiting for ever. */
export async function takeSettled<Value>(promise: Promise<Value>): Promise<Value> {
	let isOpen = true;
	const value = promise.finally(() => {
		isOpen = false;
	});
	value.catch(() => {});
	await settle();
	if (isOpen) throw new Error('the promise is still open');
	return value;
}

/** Every promise that waits for no timer and no disk has settled when an immediate callback runs. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
