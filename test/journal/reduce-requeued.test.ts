import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findPosition} from '../../source/journal/positions.ts';
import {selectLanes} from '../../source/journal/select.ts';
import type {RunState} from '../../source/journal/state.ts';
import {getAt} from '../../source/journal/vector.ts';
import {decide} from '../../source/plan/decide.ts';
import {
	cell,
	committed,
	ended,
	failed,
	HEAT,
	launching,
	opened,
	planned,
	play,
	postponed,
	ran,
	repeated,
	requeued,
	STORY_START,
	spoilt,
	started,
} from '../rig/story.ts';

const beginning = [
	opened(),
	planned([
		cell({runId: 'a', gpuId: 0}),
		cell({runId: 'b', gpuId: 0}),
		cell({runId: 'c', gpuId: 0}),
		cell({runId: 'd', gpuId: 1}),
	]),
];
const again = (id: string) => [launching(id, 2), started(id, 2), ended(id, undefined, 2), committed(id, {}, 2)];

const laneOf = (state: RunState, id: string) => state.lanes.get(id) ?? assert.fail(`no lane ${id}`);
const stageOf = (state: RunState, id: string) =>
	getAt(state.experiments, findPosition(state.positions, id) ?? -1)?.stage;
const queueOf = (state: RunState) => selectLanes(state, STORY_START).find(({id}) => id === 'gpu0')?.queue.next;
const launches = (state: RunState) =>
	decide(state, STORY_START).flatMap((intention) => (intention.kind === 'launch' ? [intention] : []));

suite('an experiment that is requeued', () => {
	test('waits again at its old place, so that it is the next one of its lane, with its next attempt', () => {
		const state = play(...beginning, ...failed('a'), ...ran('b'), requeued('a', {reason: 'once more'}));

		assert.deepEqual(queueOf(state), ['a', 'c']);
		assert.deepEqual(launches(state)[0], {kind: 'launch', id: 'a', attempt: 2});
		assert.deepEqual(stageOf(state, 'a'), {
			kind: 'waiting',
			attempts: 1,
			requeued: {reason: 'once more', by: 'alice', at: STORY_START + 10_000},
		});
	});

	test('is neither a failure nor an end any more, and its disk and kind wait again', () => {
		const before = play(...beginning);
		const state = play(...beginning, ...failed('a'), requeued('a'));

		assert.deepEqual(state.counts, before.counts);
		assert.deepEqual(state.ends, []);
		assert.equal(state.waitingBytes, before.waitingBytes);
		assert.deepEqual(laneOf(state, 'gpu0').waitingKinds, laneOf(before, 'gpu0').waitingKinds);
		assert.deepEqual([laneOf(state, 'gpu0').failed, laneOf(state, 'gpu0').waiting], [0, 3]);
	});

	test('waits behind what runs on its lane, and the queue goes on behind it afterwards', () => {
		const running = play(...beginning, ...failed('a'), launching('b'), requeued('a'));
		const after = play(
			...beginning,
			...failed('a'),
			launching('b'),
			requeued('a'),
			started('b'),
			ended('b'),
			committed('b'),
			...again('a'),
		);

		assert.deepEqual(queueOf(running), ['a', 'c']);
		assert.deepEqual(queueOf(after), ['c']);
		assert.deepEqual(after.counts, {
			waiting: 2,
			active: 0,
			succeeded: 2,
			degraded: 0,
			invalid: 0,
			failed: 0,
			postponed: 0,
			skipped: 0,
		});
		assert.equal(after.anomalyCount, 0);
	});

	test('comes back from being postponed with the attempts that it had', () => {
		const state = play(...beginning, postponed('b'), requeued('b'));

		assert.deepEqual(queueOf(state), ['a', 'b', 'c']);
		assert.deepEqual([state.counts.postponed, laneOf(state, 'gpu0').postponed], [0, 0]);
		assert.deepEqual(launches(state)[0], {kind: 'launch', id: 'a', attempt: 1});
	});

	test('is run again after a success only when a person asks', () => {
		const asked = play(...beginning, ...ran('a'), requeued('a', {by: 'alice'}));
		const ruled = play(...beginning, ...ran('a'), requeued('a', {by: 'policy'}));

		assert.deepEqual([asked.counts.succeeded, asked.counts.waiting, asked.anomalyCount], [0, 4, 0]);
		assert.equal(laneOf(asked, 'gpu0').succeeded, 0);
		assert.deepEqual(ruled.anomalies, ['a requeued: it succeeded, and nobody asked for it']);
		assert.equal(ruled.counts.succeeded, 1);
	});

	test('keeps its place and its attempts through a resume', () => {
		const resumed = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0} as const;
		const state = play(...beginning, ...failed('a'), requeued('a'), resumed);

		assert.deepEqual(launches(state)[0], {kind: 'launch', id: 'a', attempt: 2});
		assert.equal(state.counts.waiting, 4);
	});

	for (const [what, facts, anomaly] of [
		['that waits already', [requeued('a')], 'a requeued: cannot follow waiting after 0 attempts'],
		['that runs', [launching('a'), requeued('a')], 'a requeued: cannot follow launching of attempt 1'],
		['that was never planned', [requeued('x')], 'requeued: no experiment x'],
		[
			'of a run that is closed',
			[...failed('a'), {type: 'closed', reason: 'stopped'} as const, requeued('a')],
			'a requeued: the run is closed',
		],
	] as const) {
		test(`and one ${what} is an anomaly and stays as it is`, () => {
			const state = play(...beginning, ...facts);

			assert.deepEqual(state.anomalies, [anomaly]);
			assert.deepEqual(state.counts, play(...beginning, ...facts.filter(({type}) => type !== 'requeued')).counts);
		});
	}
});

suite('an invalid result that is tried once more', () => {
	test('is counted apart from successes and failures, and no longer once it waits again', () => {
		const before = play(...beginning, ...spoilt('a'));
		const state = play(...beginning, ...spoilt('a'), repeated('a'));

		assert.deepEqual([before.counts.invalid, before.counts.failed, before.counts.succeeded], [1, 0, 0]);
		assert.deepEqual([laneOf(before, 'gpu0').invalid, laneOf(before, 'gpu0').succeeded], [1, 0]);
		assert.deepEqual([state.counts.invalid, state.counts.waiting, laneOf(state, 'gpu0').invalid], [0, 4, 0]);
		assert.deepEqual(queueOf(state), ['a', 'b', 'c']);
	});

	test('is remembered with its reason, whatever becomes of it', () => {
		const state = play(...beginning, ...spoilt('a'), repeated('a'), ...again('a'));

		assert.deepEqual([...state.repeats], [['a', {reason: HEAT, at: STORY_START + 6000}]]);
		assert.deepEqual([state.counts.succeeded, state.counts.invalid, state.anomalyCount], [1, 0, 0]);
	});

	test('is not remembered as one where a person asked for it', () => {
		assert.equal(play(...beginning, ...spoilt('a'), requeued('a')).repeats.size, 0);
	});

	test('teaches nothing of how long a success takes', () => {
		const state = play(...beginning, ...spoilt('a'));

		assert.equal(state.tallies.size, 0);
		assert.equal(laneOf(state, 'gpu0').tally.whole.count, 0);
	});
});
