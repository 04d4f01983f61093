import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {createReplayClock, mergeByTime, type ReplayOptions, replay} from '../../source/engine/replay.ts';
import {
	type Fact,
	type FactEvent,
	isMeasurement,
	type JournalEvent,
	type Measurement,
	type MeasurementEvent,
} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState} from '../../source/journal/state.ts';
import {createStore} from '../../source/journal/store.ts';
import {createFakeClock, takeSettled} from '../rig/fake-clock.ts';
import {cell, failed, launching, opened, planned, ran, STORY_START, stamp, started} from '../rig/story.ts';

const FIRST = 'gpu0_numa0_vit32x2x256';
const SECOND = 'gpu1_numa2_vit32x2x256';
const THIRD = 'gpu2_numa2_vit32x2x256';

const GPU: Measurement = {type: 'telemetry-lost', reason: 'the driver hangs'};

const TOLD: readonly (Fact | Measurement)[] = [
	opened(),
	planned([cell(), cell({gpuId: 1, numaNode: 2}), cell({gpuId: 2, numaNode: 2})]),
	...ran(FIRST),
	GPU,
	...failed(SECOND),
	launching(THIRD),
	started(THIRD),
	{type: 'phase', id: THIRD, name: 'measure'},
	{type: 'progress', id: THIRD, done: 20, total: 1000},
	{type: 'samples', id: THIRD, latencyMs: [1, 2, 3]},
	{type: 'progress', id: THIRD, done: 40, total: 1000},
];

/** A second between events, and the night between the fifth and the sixth. */
const EVENTS: readonly JournalEvent[] = stamp(TOLD).map((event, index) =>
	index < 5 ? event : {...event, at: event.at + 8 * 3_600_000},
);
const END = EVENTS.at(-1)?.at ?? 0;
const FACTS = EVENTS.filter((event): event is FactEvent => !isMeasurement(event));
const MEASUREMENTS = EVENTS.filter((event): event is MeasurementEvent => isMeasurement(event));

function begin(options: Partial<ReplayOptions> = {}) {
	const clock = createFakeClock(0);
	const store = createStore();
	const seen: [at: number, type: string][] = [];
	const accept = (event: JournalEvent): void => {
		seen.push([clock.now(), event.type]);
		store.accept(event);
	};
	let isOver = false;
	const base = {facts: FACTS, measurements: MEASUREMENTS, store: {accept}, clock, speed: 60};
	const done = replay({...base, ...options}).then(() => {
		isOver = true;
	});
	return {clock, store, seen, done, isOver: () => isOver};
}

suite('a replay', () => {
	for (const speed of [0.5, 1, 60, 3600, Number.POSITIVE_INFINITY]) {
		test(`at speed ${speed} ends in the state that the journal folds to`, async () => {
			const {clock, store, done} = begin({speed});

			await clock.advance(1 + (END - STORY_START) / speed);
			await takeSettled(done);

			assert.deepEqual(store.get(), EVENTS.reduce(reduce, initialState));
		});
	}

	test('keeps the gaps of the journal, the idle night too, divided by the speed', async () => {
		const {clock, seen} = begin({speed: 10});

		await clock.advance(400);
		const early = seen.map(([at]) => at);
		await clock.advance(8 * 360_000 + 99);
		const beforeNightEnds = seen.length;
		await clock.advance(1);

		assert.deepEqual(early, [0, 100, 200, 300, 400]);
		assert.equal(beforeNightEnds, 5);
		assert.equal(seen.length, 6);
	});

	test('does not fall behind when its timers are late, because it looks at the time and does not add up waits', async () => {
		const late = createFakeClock(0);
		const lateBy7: ReplayOptions['clock'] = {...late, after: (ms, call) => late.after(ms + 7, call)};
		const {seen} = begin({
			clock: lateBy7,
			speed: 10,
			facts: stamp([opened(), ...Array(9).fill(GPU)]) as FactEvent[],
			measurements: [],
		});

		await late.advance(907);

		assert.equal(seen.length, 10);
	});

	test('needs no time at all at infinite speed', async () => {
		const {clock, seen, done} = begin({speed: Number.POSITIVE_INFINITY});

		await takeSettled(done);

		assert.equal(seen.length, EVENTS.length);
		assert.equal(clock.now(), 0);
	});

	test('ends where it is when it is aborted, and leaves no timer', async () => {
		const stop = new AbortController();
		const {clock, seen, done, isOver} = begin({speed: 1, signal: stop.signal});

		await clock.advance(2500);
		const before = isOver();
		stop.abort();
		await takeSettled(done);
		const waiting = clock.waiting();
		await clock.advance(60_000);

		assert.equal(before, false);
		assert.equal(waiting, 0);
		assert.equal(seen.length, 3);
	});

	test('of an empty journal is over at once', async () => {
		const {seen, done} = begin({facts: [], measurements: []});

		await takeSettled(done);

		assert.deepEqual(seen, []);
	});

	for (const speed of [0, -1, Number.NaN]) {
		test(`at speed ${speed} is refused with one that can be typed`, async () => {
			await assert.rejects(takeSettled(begin({speed}).done), (error) => {
				assert.ok(error instanceof UserError);
				assert.match(error.tryThis[0], /--speed 60/);
				return true;
			});
		});
	}
});

suite('facts and measurements', () => {
	const at = (seconds: number, event: Fact | Measurement): JournalEvent => ({...event, seq: 1, at: 1000 * seconds});
	const note = (message: string): Fact => ({type: 'noted', level: 'info', message});
	const merge = (facts: readonly JournalEvent[], measured: readonly JournalEvent[]) =>
		[...mergeByTime(facts as FactEvent[], measured as MeasurementEvent[])].map((event) => [
			event.at / 1000,
			event.type,
		]);

	test('are told in the order of their times, the fact first when both came at once', () => {
		assert.deepEqual(merge([at(2, note('a')), at(4, note('b'))], [at(1, GPU), at(2, GPU), at(3, GPU), at(5, GPU)]), [
			[1, 'telemetry-lost'],
			[2, 'noted'],
			[2, 'telemetry-lost'],
			[3, 'telemetry-lost'],
			[4, 'noted'],
			[5, 'telemetry-lost'],
		]);
	});

	test('keep the order in which the facts were written, also after the clock of a resumed run went back', () => {
		assert.deepEqual(merge([at(5, opened()), at(3, note('a'))], [at(4, GPU)]), [
			[4, 'telemetry-lost'],
			[5, 'opened'],
			[3, 'noted'],
		]);
	});
});

suite('the clock of a replay', () => {
	test('runs through the time of the journal, and its timers with it', async () => {
		const clock = createFakeClock(0);
		const time = createReplayClock({clock, startAt: STORY_START, speed: 60});
		let calledAt = 0;
		time.after(60_000, () => {
			calledAt = time.now();
		});

		await clock.advance(2000);

		assert.equal(calledAt, STORY_START + 60_000);
		assert.equal(time.now(), STORY_START + 120_000);
	});

	test('stands still at the end of the journal, so that nothing in it seems to run on', async () => {
		const clock = createFakeClock(0);
		const time = createReplayClock({clock, startAt: STORY_START, endAt: END, speed: 60});

		await clock.advance(END);

		assert.equal(time.now(), END);
	});

	test('has reached the end at once at infinite speed', () => {
		const clock = createFakeClock(0);

		assert.equal(createReplayClock({clock, startAt: 1, endAt: 9, speed: Number.POSITIVE_INFINITY}).now(), 9);
	});
});
