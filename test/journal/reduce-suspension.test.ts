import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {measureSuspension} from '../../source/journal/reduce-suspension.ts';
import {getAt} from '../../source/journal/vector.ts';
import {cell, launching, opened, planned, play, STORY_START, started} from '../rig/story.ts';

const suspended: Fact = {type: 'suspended', id: 'a', attempt: 1, by: 'alice'};
const woken: Fact = {type: 'woken', id: 'a', attempt: 1, by: 'alice'};
const running = [opened(), planned([cell({runId: 'a'})]), launching('a'), started('a')];
const second = (count: number) => STORY_START + count * 1000;

const measure = (...told: readonly Fact[]) => {
	const state = play(...running, ...told);
	const stage = getAt(state.experiments, 0)?.stage;
	return [stage?.kind === 'running' ? measureSuspension(stage, second(10)) : null, state.anomalyCount];
};

suite('an experiment that is suspended', () => {
	test('counts for how long, while it is and over all times that it was', () => {
		assert.deepEqual(measure(), [0, 0]);
		assert.deepEqual(measure(suspended), [6000, 0]);
		assert.deepEqual(measure(suspended, woken), [1000, 0]);
		assert.deepEqual(measure(suspended, woken, suspended), [5000, 0]);
	});

	test('is not suspended twice, nor woken when it runs, nor by a fact about another attempt', () => {
		assert.deepEqual(measure(suspended, suspended), [6000, 1]);
		assert.deepEqual(measure(woken), [0, 1]);
		assert.deepEqual(measure({...suspended, attempt: 2}), [0, 1]);
	});
});
