import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {getAt} from '../../source/journal/vector.ts';
import {cell, committed, ended, launching, opened, planned, play, STORY_START, started} from '../rig/story.ts';

const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 2, droppedBytes: 0};
const adopted = (changes: Partial<Extract<Fact, {type: 'adopted'}>> = {}): Fact => ({
	...{type: 'adopted', id: 'a', attempt: 1, startedAt: STORY_START + 3000, argv: ['true']},
	...{pid: 7, startTicks: 8, bootId: 'boot', pidNamespace: 'ns'},
	...changes,
});
const before = [opened(), planned([cell({runId: 'a'})]), launching('a'), started('a')] as const;

suite('an experiment that a resumed run adopts', () => {
	test('runs as if it had never been left, and is committed as the same attempt', () => {
		const running = play(...before, resumed, adopted());
		const stage = getAt(running.experiments, 0)?.stage;

		assert.deepEqual([running.counts.waiting, running.counts.active, running.anomalies], [0, 1, []]);
		assert.ok(stage?.kind === 'running');
		assert.deepEqual([stage.attempt, stage.since, stage.process.pid], [1, STORY_START + 3000, 7]);
		const over = play(...before, resumed, adopted(), ended('a'), committed('a'));
		assert.deepEqual([over.counts.succeeded, over.counts.active, over.anomalies], [1, 0, []]);
	});

	test('is an anomaly where another attempt waits, or it runs already', () => {
		assert.equal(play(...before, resumed, adopted({attempt: 2})).anomalyCount, 1);
		assert.equal(play(...before, adopted()).anomalyCount, 1);
		assert.equal(play(...before, resumed, adopted({id: 'b'})).anomalyCount, 1);
	});
});
