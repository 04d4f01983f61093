import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type Fact, type FactEvent, isMeasurement} from '../../source/journal/event.ts';
import {listAttempts} from '../../source/journal/list-attempts.ts';
import {failed, launching, requeued, STORY_START, stamp, started} from '../rig/story.ts';

const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 2, droppedBytes: 0};

const factsOf = (...told: readonly Fact[]): readonly FactEvent[] =>
	stamp(told).filter((event): event is FactEvent => !isMeasurement(event));

suite('the attempts of an experiment', () => {
	test('have their times, process, end and result', () => {
		const [only, ...others] = listAttempts(factsOf(...failed('a')));

		assert.deepEqual(others, []);
		assert.equal(only?.launchedAt, STORY_START);
		assert.equal(only?.startedAt, STORY_START + 1000);
		assert.equal(only?.endedAt, STORY_START + 2000);
		assert.deepEqual(only?.outcome, {kind: 'exited', code: 1});
		assert.equal(only?.result?.status, 'failed');
		assert.equal(only?.repeated, null);
	});

	test('say why there is a next one: a failure that was resumed, or a runner that was gone', () => {
		const attempts = listAttempts(
			factsOf(...failed('a'), resumed, launching('a', 2), started('a', 2), resumed, launching('a', 3)),
		);

		assert.deepEqual(
			attempts.map(({repeated}) => repeated),
			[
				{at: STORY_START + 4000, why: 'it failed', by: 'resume'},
				{at: STORY_START + 7000, why: 'its runner was gone', by: 'resume'},
				null,
			],
		);
	});

	test('say who had it wait again, and why', () => {
		const attempts = listAttempts(
			factsOf(...failed('a'), requeued('a', {by: 'policy', reason: 'timeout: once more'}), launching('a', 2)),
		);

		assert.deepEqual(
			attempts.map(({repeated}) => repeated),
			[{at: STORY_START + 4000, why: 'timeout: once more', by: 'policy'}, null],
		);
	});

	test('do not invent a reason that the journal does not have', () => {
		const [first] = listAttempts(factsOf(launching('a'), launching('a', 2)));

		assert.deepEqual(first?.repeated, {at: STORY_START + 1000, why: 'unknown', by: null});
	});

	test('are none before the first launch, whatever was resumed before', () => {
		assert.deepEqual(listAttempts(factsOf(resumed)), []);
	});
});
