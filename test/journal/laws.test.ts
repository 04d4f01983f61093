import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {isMeasurement, type JournalEvent} from '../../source/journal/event.ts';
import {listIds} from '../../source/journal/positions.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState, type LaneState, type RunState} from '../../source/journal/state.ts';
import {createStore} from '../../source/journal/store.ts';
import {getAt, iterate} from '../../source/journal/vector.ts';
import {decide} from '../../source/plan/decide.ts';
import {createRandom, shuffle} from '../../source/plan/random.ts';
import {buildExperimentSummary} from '../../source/report/experiment-summary.ts';
import {buildResults} from '../../source/report/exports.ts';
import {summarize} from '../../source/report/summarize.ts';
import {richNight} from '../rig/rich-night.ts';

const night = richNight();
const fold = (events: readonly JournalEvent[], from = initialState): RunState => events.reduce(reduce, from);
const end = fold(night);
const later = (night.at(-1)?.at ?? 0) + 1000;

suite('state', () => {
	test('comes of a night that has all there is: failures, invalid results, a resume, a sweep’s duplicates, every kind of event', () => {
		assert.deepEqual(new Set(night.map(({type}) => type)).size, 33);
		assert.equal(end.anomalyCount, 0);
		assert.deepEqual([end.repeats.size, end.counts.invalid], [2, 1]);
	});

	test('read up to any event and then to the end is the same as read straight through', () => {
		for (const cut of [...night.keys(), night.length]) {
			assert.deepEqual(fold(night.slice(cut), fold(night.slice(0, cut))), end, `cut at ${cut}`);
		}
	});

	test('is never changed by a later event, so that a screen may keep what it drew', () => {
		let state = initialState;
		for (const event of night) {
			const before = freeze(state);
			state = reduce(before, event);
		}

		assert.deepEqual(state, end);
	});

	test('gets its time from events alone: a night a year later differs in its times and in nothing else', () => {
		const year = 365 * 86_400_000;
		const moved = fold(night.map((event) => ({...event, at: event.at + year})));
		const text = (state: RunState) =>
			JSON.stringify(plain(state), (_, value: unknown) => (typeof value === 'number' && value > 1e12 ? 'time' : value));

		assert.equal(text(moved), text(end));
		assert.equal(moved.at, end.at + year);
	});

	test('does not run backwards when a clock did', () => {
		const [first, ...others] = night;
		assert.ok(first);

		const state = fold([{...first, at: 5000}, ...others.slice(0, 1).map((event) => ({...event, at: 10}))]);

		assert.equal(state.at, 5000);
	});
});

suite('whatever is answered from facts', () => {
	const facts = night.filter((event) => !isMeasurement(event));
	const bare = fold(facts);

	test('is the same without a single measurement: decisions after every fact', () => {
		for (const [count, event] of night.entries()) {
			const told = night.slice(0, count + 1);
			const now = event.at + 1;

			assert.deepEqual(
				decide(fold(told.filter((one) => !isMeasurement(one))), now),
				decide(fold(told), now),
				`after ${count} events`,
			);
		}
	});

	test('is the same without a single measurement: the summary and the files of results', () => {
		assert.ok(facts.length < night.length);
		assert.deepEqual(summarize(bare, later), summarize(end, later));
		assert.deepEqual(buildResults(bare), buildResults(end));
		assert.deepEqual(buildExperimentSummary(bare, later), buildExperimentSummary(end, later));
	});

	// Tools that read "48" and "nan" as text averaged nothing.
	test('has numbers as numbers, and times with their zone (A7.16)', () => {
		const summary = JSON.stringify(buildExperimentSummary(end, later));
		const results = JSON.stringify(buildResults(end));

		assert.doesNotMatch(`${summary}${results}`, /:"-?\d+(\.\d+)?"|NaN|Infinity/);
		assert.match(results, /"start_time":"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)"/);
	});
});

suite('the reducer', () => {
	for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
		test(`never throws, whatever order, loss and repetition it is given (seed ${seed})`, () => {
			for (const [index, events] of spoil(seed).entries()) {
				const state = fold(events);
				const where = `seed ${seed}, case ${index}`;

				assertCountsAgree(state, where);
				assert.doesNotThrow(() => decide(state, later), where);
				assert.doesNotThrow(() => summarize(state, later), where);
			}
		});
	}

	test('turns facts that cannot be true into anomalies, and true ones into none', () => {
		const reversed = fold(night.toReversed());

		assert.ok(reversed.anomalyCount > 0);
		assert.equal(end.anomalyCount, 0);
	});

	test('counts a fact of a type that it does not know as an anomaly and goes on', () => {
		const strange = {type: 'teleported', seq: 1, at: 1} as unknown as JournalEvent;
		const state = fold([strange, ...night]);

		assert.deepEqual(state.anomalies, ['unknown fact teleported']);
		assert.deepEqual(state.counts, end.counts);
	});
});

suite('a store', () => {
	test('tells its subscribers after every event, with the new state to be had', () => {
		const store = createStore();
		const seen: number[] = [];
		const forget = store.subscribe(() => seen.push(store.get().seq));

		for (const event of night.slice(0, 3)) store.accept(event);
		forget();
		for (const event of night.slice(3, 5)) store.accept(event);

		assert.deepEqual(seen, [1, 2, 3]);
		assert.deepEqual(store.get(), fold(night.slice(0, 5)));
	});

	test('goes on from a state that was read from a journal', () => {
		const store = createStore(fold(night.slice(0, 10)));
		for (const event of night.slice(10)) store.accept(event);

		assert.deepEqual(store.get(), end);
	});
});

/** A night shuffled, thinned, doubled, and with its facts told of the wrong experiment. */
function spoil(seed: number): readonly (readonly JournalEvent[])[] {
	const random = createRandom(seed);
	const [opening = [], rest = []] = [night.slice(0, 2), night.slice(2)];
	const ids = [...listIds(end.positions), 'unknown'];
	const misdirect = (event: JournalEvent): JournalEvent =>
		'id' in event && random() < 0.3 ? {...event, id: ids[Math.floor(random() * ids.length)] ?? ''} : event;
	return [
		shuffle(night, random),
		[...opening, ...shuffle(rest, random)],
		night.filter(() => random() > 0.2),
		night.flatMap((event) => (random() < 0.2 ? [event, event] : [event])),
		night.map(misdirect),
		[...opening, ...shuffle(rest.map(misdirect), random), ...night],
	];
}

/** What is counted step by step must be what a look at everything gives. */
function assertCountsAgree({counts, experiments, lanes}: RunState, where: string): void {
	const looked = {waiting: 0, active: 0, succeeded: 0, degraded: 0, invalid: 0, failed: 0, postponed: 0, skipped: 0};
	for (const {stage} of iterate(experiments)) {
		if (stage.kind === 'waiting' || stage.kind === 'postponed' || stage.kind === 'skipped') looked[stage.kind]++;
		else if (stage.kind === 'committed') looked[stage.result.status]++;
		else looked.active++;
	}
	assert.deepEqual(counts, looked, where);
	const waiting = [...lanes.values()].reduce((sum, lane) => sum + lane.waiting, 0);
	assert.equal(waiting, looked.waiting, where);
	for (const lane of lanes.values()) assertLaneAgrees(lane, experiments, where);
}

/** Of a lane that lost a launch, what is counted differs from what is seen; nothing ever waits before its next one. */
function assertLaneAgrees(
	{queue, next, waiting}: LaneState,
	experiments: RunState['experiments'],
	where: string,
): void {
	const waits = queue.map((position) => getAt(experiments, position)?.stage.kind === 'waiting');
	assert.equal(waits.filter(Boolean).length, waiting, where);
	assert.equal(waits.indexOf(true) === -1 ? queue.length : waits.indexOf(true), next, where);
}

function freeze<T>(value: T): T {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof Map) return value;
	Object.freeze(value);
	for (const part of Object.values(value)) freeze(part);
	return value;
}

const plain = (value: unknown): unknown => {
	if (value instanceof Map) return [...value].map(plain);
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};
