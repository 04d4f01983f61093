import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {decide, type Intention} from '../../source/plan/decide.ts';
import {
	cell,
	gpu,
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
	started,
	topology,
} from '../rig/story.ts';

/** Two experiments on each of GPUs 0 and 1. */
const cells = [0, 1].flatMap((gpuId) => ['a', 'b'].map((model) => cell({gpuId, model, runId: `${model}${gpuId}`})));

const night = (told: readonly Fact[], change: Partial<Experiment> = {}) =>
	decide(play(opened(), planned(cells, {change}), ...told), STORY_START + 60_000).map(say);

const say = (intention: Intention): string =>
	[
		intention.kind,
		'id' in intention ? intention.id : '',
		'lane' in intention ? intention.lane : '',
		intention.kind === 'close' ? intention.reason : '',
	]
		.filter(Boolean)
		.join(' ');

suite('a lane that is held', () => {
	test('starts nothing while the others go on', () => {
		assert.deepEqual(night([paused('gpu0')]), ['launch a1']);
	});

	test('keeps the run open when it is all that is left', () => {
		assert.deepEqual(night([paused('gpu0'), ...ran('a1'), ...ran('b1')]), []);
	});

	test('does not keep a drained run open', () => {
		assert.deepEqual(night([paused('gpu0'), ...ran('a1'), ...ran('b1'), {type: 'draining', by: 'user'}]), [
			'close drained',
		]);
	});

	test('takes no worker’s place from the others', () => {
		const state = play(opened({maxWorkers: 1}), planned(cells), paused('gpu0'));

		assert.deepEqual(decide(state, STORY_START).map(say), ['launch a1']);
	});

	test('goes on where it was when it is continued', () => {
		assert.deepEqual(night([paused('gpu0'), {type: 'lane-continued', lane: 'gpu0'}]), ['launch a0', 'launch a1']);
	});
});

suite('a lane that is quarantined', () => {
	test('ends what runs there, because a program on a lost GPU may hang for ever', () => {
		assert.deepEqual(night([launching('a0'), started('a0'), quarantined('gpu0')]), ['stop a0', 'launch a1']);
	});

	test('keeps its experiments until the other lanes are through, then they are postponed', () => {
		assert.deepEqual(night([quarantined('gpu0'), ...ran('a1')]), ['launch b1']);
		assert.deepEqual(night([quarantined('gpu0'), ...ran('a1'), ...ran('b1')]), ['postpone a0', 'postpone b0']);
	});

	test('does not postpone while another lane is only held, for it may yet be a long night', () => {
		assert.deepEqual(night([quarantined('gpu0'), paused('gpu1')]), []);
	});

	test('lets the run finish once its experiments are postponed', () => {
		const told = [quarantined('gpu0'), ...ran('a1'), ...ran('b1'), postponed('a0'), postponed('b0')];

		assert.deepEqual(night(told), ['close finished']);
	});

	test('gives its queue to the lane of the same kind that has the least to do, where the suite allows it', () => {
		const told = [quarantined('gpu0'), ...ran('a1')];

		assert.deepEqual(night(told, {conditions: {move: true}}), ['move a0 gpu2', 'move b0 gpu3']);
	});

	test('gives nothing to a GPU of another kind, to a quarantined one, or to a CPU', () => {
		const gpus = [gpu(0, 0), {...gpu(1, 0), name: 'Other GPU'}, gpu(2, 2)];
		const state = play(
			opened({topology: topology({gpus})}),
			planned(cells, {change: {conditions: {move: true}}}),
			...ran('a1'),
			...ran('b1'),
			quarantined('gpu0'),
			quarantined('gpu2'),
		);

		assert.deepEqual(decide(state, STORY_START).map(say), ['postpone a0', 'postpone b0']);
	});

	test('starts what was moved on the lane that took it', () => {
		const told = [quarantined('gpu0'), moved('a0', 'gpu2'), moved('b0', 'gpu3')];

		assert.deepEqual(night(told, {conditions: {move: true}}), ['launch a0', 'launch b0', 'launch a1']);
	});
});
