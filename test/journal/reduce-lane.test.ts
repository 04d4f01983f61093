import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findPosition} from '../../source/journal/positions.ts';
import {selectLanes} from '../../source/journal/select.ts';
import type {RunState} from '../../source/journal/state.ts';
import {getAt} from '../../source/journal/vector.ts';
import {
	cell,
	launching,
	moved,
	opened,
	paused,
	planned,
	play,
	postponed,
	quarantined,
	ran,
	STORY_START,
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
const resumed = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0} as const;

const laneOf = (state: RunState, id: string) => state.lanes.get(id) ?? assert.fail(`no lane ${id}`);
const recordOf = (state: RunState, id: string) =>
	getAt(state.experiments, findPosition(state.positions, id) ?? -1) ?? assert.fail(`no experiment ${id}`);
const viewOf = (state: RunState, id: string) =>
	selectLanes(state, STORY_START).find((lane) => lane.id === id) ?? assert.fail(`no lane ${id}`);

suite('a lane', () => {
	test('that is paused says why until it is continued', () => {
		const held = play(...beginning, paused('gpu0', {reason: 'GPU 0 is used by pid 5150'}));
		const free = play(...beginning, paused('gpu0'), {type: 'lane-continued', lane: 'gpu0'});

		assert.equal(viewOf(held, 'gpu0').held, 'GPU 0 is used by pid 5150');
		assert.equal(viewOf(held, 'gpu1').held, null);
		assert.equal(viewOf(free, 'gpu0').held, null);
	});

	test('that is paused again says the newer reason', () => {
		const state = play(...beginning, paused('gpu0', {reason: 'alice'}), paused('gpu0', {reason: 'bob'}));

		assert.equal(viewOf(state, 'gpu0').held, 'bob');
	});

	test('that is quarantined stays so when something continues it', () => {
		const state = play(...beginning, quarantined('gpu0', 'lost'), {type: 'lane-continued', lane: 'gpu0'});

		assert.equal(viewOf(state, 'gpu0').quarantined, 'lost');
	});

	test('starts afresh with a resumed run, whatever held it', () => {
		const state = play(...beginning, paused('gpu0'), quarantined('gpu1'), resumed);

		assert.deepEqual([laneOf(state, 'gpu0').held, laneOf(state, 'gpu1').quarantined], [null, null]);
	});

	test('that does not exist cannot be paused, and the screen says so', () => {
		assert.deepEqual(play(...beginning, paused('gpu9')).anomalies, ['lane-paused: no lane gpu9']);
	});
});

suite('an experiment that is moved', () => {
	test('waits last on the other lane and goes to its GPU, and remembers where it was planned', () => {
		const state = play(...beginning, moved('b', 'gpu1'));

		assert.deepEqual(viewOf(state, 'gpu0').queue.next, ['a', 'c']);
		assert.deepEqual(viewOf(state, 'gpu1').queue.next, ['d', 'b']);
		const {lane, gpuId, movedFrom} = recordOf(state, 'b').experiment;
		assert.deepEqual([lane, gpuId, movedFrom], ['gpu1', 1, 'gpu0']);
		assert.equal(state.counts.waiting, 4);
	});

	test('twice still knows the lane that it was planned for', () => {
		const state = play(...beginning, moved('b', 'gpu1'), moved('b', 'gpu2'));

		assert.equal(recordOf(state, 'b').experiment.movedFrom, 'gpu0');
	});

	test('leaves its lane to the next one that waits, also where a postponed one stands between them', () => {
		const state = play(...beginning, postponed('b'), moved('a', 'gpu1'));

		assert.deepEqual(laneOf(state, 'gpu0').queue.slice(laneOf(state, 'gpu0').next), [2]);
	});

	test('runs there to its end and counts there', () => {
		const state = play(...beginning, moved('b', 'gpu1'), ...ran('b'));

		assert.deepEqual([laneOf(state, 'gpu0').succeeded, laneOf(state, 'gpu1').succeeded], [0, 1]);
		assert.equal(state.anomalyCount, 0);
	});

	for (const [what, facts] of [
		['while it runs', [launching('b'), moved('b', 'gpu1')]],
		['to where it is', [moved('b', 'gpu0')]],
		['to a lane that is not there', [moved('b', 'gpu9')]],
		['and was never planned', [moved('x', 'gpu1')]],
	] as const) {
		test(`${what} is an anomaly and stays where it is`, () => {
			const state = play(...beginning, ...facts);

			assert.equal(state.anomalyCount, 1);
			assert.equal(laneOf(state, 'gpu1').queue.length, 1);
		});
	}
});

suite('an experiment that is postponed', () => {
	test('no longer waits, is counted apart, and what stands behind it is next', () => {
		const state = play(...beginning, postponed('a'));

		assert.deepEqual(state.counts, {
			waiting: 3,
			active: 0,
			succeeded: 0,
			degraded: 0,
			invalid: 0,
			failed: 0,
			postponed: 1,
			skipped: 0,
		});
		assert.deepEqual(viewOf(state, 'gpu0').queue.next, ['b', 'c']);
		assert.deepEqual([viewOf(state, 'gpu0').postponed, viewOf(state, 'gpu0').failed], [1, 0]);
	});

	test('waits again in a resumed run, with the attempts that it had', () => {
		const state = play(...beginning, ...ran('a', {status: 'failed'}), resumed, postponed('a'), resumed);

		const requeued = {reason: 'it was postponed', by: 'resume', at: STORY_START + 8000};
		assert.deepEqual(recordOf(state, 'a').stage, {kind: 'waiting', attempts: 1, requeued});
		assert.deepEqual([state.counts.waiting, state.counts.postponed], [4, 0]);
	});

	test('while it runs is an anomaly, and goes on', () => {
		const state = play(...beginning, launching('a'), postponed('a'));

		assert.equal(state.anomalyCount, 1);
		assert.equal(recordOf(state, 'a').stage.kind, 'launching');
	});
});
