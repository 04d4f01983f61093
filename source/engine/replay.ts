import {UserError} from '../domain/errors.ts';
import type {FactEvent, JournalEvent, MeasurementEvent} from '../journal/event.ts';
import type {Store} from '../journal/store.ts';
import type {Clock} from './ports.ts';

export type ReplayOptions = {
	/** In the order in which they were written. */
	readonly facts: Iterable<FactEvent>;
	readonly measurements: Iterable<MeasurementEvent>;
	readonly store: Pick<Store, 'accept'>;
	readonly clock: Clock;
	/** Journal seconds in one of the clock's; Infinity plays everything at once. */
	readonly speed: number;
	/** Ends the replay where it is. */
	readonly signal?: AbortSignal;
};

/** Plays a journal with its own gaps, long idle ones too, divided by `speed`; resolves at its end or when aborted. */
export async function replay({facts, measurements, store, clock, speed, signal}: ReplayOptions): Promise<void> {
	let time: Clock | null = null;
	for (const event of mergeByTime(facts, measurements)) {
		if (signal?.aborted) return;
		time ??= createReplayClock({clock, startAt: event.at, speed});
		const waitMs = event.at - time.now();
		if (speed !== Number.POSITIVE_INFINITY && waitMs > 0) await wait(time, waitMs, signal);
		if (signal?.aborted) return;
		store.accept(event);
	}
}

type ReplayClockOptions = {
	readonly clock: Clock;
	/** The journal's first moment, epoch ms. */
	readonly startAt: number;
	/** Its last moment, at which time stands still: whatever ran then must not seem to run on. */
	readonly endAt?: number;
	readonly speed: number;
};

/** The journal's time, which begins at `startAt` now; at speed Infinity it has already ended. */
export function createReplayClock({clock, startAt, endAt, speed}: ReplayClockOptions): Clock {
	if (!(speed > 0)) throw refuseSpeed(speed);
	const origin = clock.now();
	const last = endAt ?? Number.POSITIVE_INFINITY;
	return {
		now: () => (Number.isFinite(speed) ? Math.min(last, startAt + (clock.now() - origin) * speed) : (endAt ?? startAt)),
		after: (ms, call) => clock.after(ms / speed, call),
	};
}

/** Neither input is reordered in itself; of two events of the same moment the fact comes first. */
export function* mergeByTime(
	facts: Iterable<FactEvent>,
	measurements: Iterable<MeasurementEvent>,
): Generator<JournalEvent, void, undefined> {
	const measured = measurements[Symbol.iterator]();
	let next = measured.next();
	for (const fact of facts) {
		for (; !next.done && next.value.at < fact.at; next = measured.next()) yield next.value;
		yield fact;
	}
	for (; !next.done; next = measured.next()) yield next.value;
}

function wait(time: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
	const {promise, resolve} = Promise.withResolvers<void>();
	const cancel = time.after(ms, resolve);
	const abort = (): void => {
		cancel();
		resolve();
	};
	signal?.addEventListener('abort', abort, {once: true});
	return promise.finally(() => signal?.removeEventListener('abort', abort));
}

const refuseSpeed = (speed: number): UserError =>
	new UserError(`A journal cannot be replayed at speed ${speed}.`, {
		tryThis: ['warpdeck replay --speed 60   # a minute of the run in each second', 'warpdeck replay --speed 1'],
	});
