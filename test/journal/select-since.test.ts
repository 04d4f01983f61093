import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {selectResumeReasons, selectSince} from '../../source/journal/select-since.ts';
import {
	cell,
	failed,
	launching,
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
	planned(['a', 'b', 'c', 'd', 'e', 'f'].map((runId, index) => cell({runId, gpuId: index % 2}))),
];
const resumed = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0} as const;

suite('what happened since somebody left', () => {
	const left: readonly Fact[] = [...beginning, ...ran('a'), ...failed('b')];
	/** The last fact of what was there before. */
	const since = STORY_START + (left.length - 1) * 1000;
	const view = (...told: readonly Fact[]) => selectSince(play(...left, ...told), since);

	test('is nothing when nothing happened', () => {
		assert.equal(view().isQuiet, true);
		assert.deepEqual([view().succeeded, view().failed], [0, []]);
	});

	test('is what ended, failed, was put off or skipped, and why', () => {
		const skipped: Fact = {type: 'skipped', id: 'f', reason: 'known', by: 'alice'};
		const {succeeded, degraded, ...seen} = view(
			...ran('c'),
			...ran('e', {status: 'degraded', degraded: ['x']}),
			...failed('d'),
			skipped,
		);

		assert.deepEqual([succeeded, degraded], [1, 1]);
		assert.deepEqual(
			seen.failed.map(({what, why}) => [what, why]),
			[['d', 'exited with code 1']],
		);
		assert.deepEqual(
			seen.skipped.map(({what, why}) => [what, why]),
			[['f', 'known']],
		);
		assert.equal(seen.isQuiet, false);
	});

	test('is which lanes are lost or held, which GPU was slowed down, what warned, and the end', () => {
		const telemetry = {window: 'measure', throttledMs: {thermal: 1500, power: 0}} as never;
		const seen = view(
			...ran('c', {telemetry}),
			quarantined('gpu0', 'it is lost'),
			paused('gpu1', {cause: 'user', by: 'alice', reason: 'a demo'}),
			{type: 'noted', level: 'warning', message: 'the driver changed'},
			postponed('e'),
			{type: 'closed', reason: 'finished'},
		);

		assert.deepEqual(
			seen.throttled.map(({what, why}) => [what, why]),
			[['c', 'thermal for 1.5 s']],
		);
		assert.deepEqual(
			seen.lost.map(({what, why}) => [what, why]),
			[['gpu0', 'it is lost']],
		);
		assert.deepEqual(
			seen.held.map(({why}) => why),
			['paused by alice: a demo'],
		);
		assert.deepEqual([seen.warnings.length, seen.postponed.length, seen.closed], [1, 1, 'finished']);
	});
});

suite('a resumed run', () => {
	test('says of everything that it runs again why, and runs no success again', () => {
		const timeout = {failure: {kind: 'timeout', message: 'x', advice: 'y'}} as const;
		const state = play(...beginning, ...ran('a'), ...failed('b', timeout), launching('c'), postponed('d'), resumed);

		assert.deepEqual(
			new Map(selectResumeReasons(state)),
			new Map([
				['it failed: timeout', 1],
				['its runner was gone', 1],
				['it was postponed', 1],
				['not tried yet', 2],
			]),
		);
		assert.equal(state.counts.succeeded, 1);
	});
});
