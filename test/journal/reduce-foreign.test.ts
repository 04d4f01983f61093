import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {listAttempts} from '../../source/journal/list-attempts.ts';
import {selectMessages} from '../../source/journal/select.ts';
import {cell, committed, opened, planned, play} from '../rig/story.ts';

const A = cell({model: 'a'});
const FOREIGN = {kind: 'icd', folder: '/somewhere', limits: ['one run a cell']} as const;

suite('a result of another program', () => {
	test('is over with its one fact, because nobody here launched it', () => {
		const state = play(opened({foreign: FOREIGN}), planned([A]), committed(A.runId));

		assert.deepEqual(state.anomalies, []);
		assert.deepEqual([state.counts.succeeded, state.counts.waiting, state.counts.active], [1, 0, 0]);
		assert.equal(state.lanes.get('gpu0')?.running, null);
	});

	test('counts once, also when it is told twice', () => {
		const state = play(opened({foreign: FOREIGN}), planned([A]), committed(A.runId), committed(A.runId));

		assert.equal(state.counts.succeeded, 1);
		assert.equal(state.anomalyCount, 1);
	});

	test('that was never planned is an anomaly', () => {
		assert.equal(play(opened({foreign: FOREIGN}), planned([A]), committed('other')).anomalyCount, 1);
	});

	test('in a run of ours cannot be true', () => {
		const state = play(opened(), planned([A]), committed(A.runId));

		assert.deepEqual([state.counts.succeeded, state.anomalyCount], [0, 1]);
	});

	test('is one attempt that another program made', () => {
		const [attempt] = listAttempts([{...committed(A.runId), seq: 3, at: 7}]);

		assert.deepEqual([attempt?.outcome, attempt?.startedAt, attempt?.argv], [{kind: 'imported'}, null, []]);
	});

	test('that is invalid is nobody advised to resume', () => {
		const changes = {status: 'invalid', invalid: ['a table is no experiment']} as const;
		const state = play(opened({foreign: FOREIGN}), planned([A]), committed(A.runId, changes));

		assert.doesNotMatch(JSON.stringify(selectMessages(state, 10)), /resume/);
	});
});
