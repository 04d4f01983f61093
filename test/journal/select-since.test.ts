import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {selectSince} from '../../source/journal/select-since.ts';
import {
	cell,
	failed,
	opened,
	planned,
	play,
	postponed,
	quarantined,
	ran,
	STORY_START,
} from '../rig/story.ts';

const cells = ['a', 'b', 'c', 'd'].map((runId) => cell({runId}));
const plan = planned(cells);
const LATER = STORY_START + 3_600_000;

suite('what has happened since somebody left', () => {
	test('is nothing while nothing has ended', () => {
		assert.equal(selectSince(play(opened(), plan), STORY_START, LATER), null);
	});

	test('counts what ended behind that moment, and names each failure with its reason', () => {
		const early = play(opened(), plan, ...ran('a'));
		const state = play(opened(), plan, ...ran('a'), ...ran('b'), ...failed('c'), postponed('d'));
		const since = selectSince(state, early.at, LATER);

		assert.deepEqual([since?.succeeded, since?.failed, since?.postponed], [1, 1, 1]);
		assert.equal(since?.failures[0]?.id, 'c');
		assert.notEqual(since?.failures[0]?.message, '');
		assert.equal(since?.isWhole, false);
	});

	test('says what was lost and warned of, and that the run has ended', () => {
		const state = play(
			opened(),
			plan,
			quarantined('gpu0', 'GPU 0 is lost'),
			{type: 'noted', level: 'warning', message: 'Stalled: a'},
			{type: 'closed', reason: 'stopped'},
		);
		const since = selectSince(state, STORY_START, LATER);

		assert.deepEqual(since?.lost, ['GPU 0: GPU 0 is lost']);
		assert.deepEqual(since?.warnings, ['Stalled: a']);
		assert.equal(since?.closed, 'stopped');
		assert.equal(since?.isWhole, true);
	});
});
