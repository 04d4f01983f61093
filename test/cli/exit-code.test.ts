import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findExitCode} from '../../source/cli/printer.ts';
import type {Fact} from '../../source/journal/event.ts';
import {cell, failed, launching, opened, planned, play, ran} from '../rig/story.ts';

const one = cell();
const two = cell({numaNode: 2});
const beginning = [opened(), planned([one, two])];

suite('the exit code of a run', () => {
	test('is 0 when every cell succeeded', () => {
		const state = play(...beginning, ...ran(one.runId), ...ran(two.runId), {type: 'closed', reason: 'finished'});

		assert.equal(findExitCode(state), 0);
	});

	test('is 0 when a result is degraded, because it is there and says so', () => {
		const degraded = ran(two.runId, {status: 'degraded', degraded: ['batch_size: declared 5, effective 4']});
		const state = play(...beginning, ...ran(one.runId), ...degraded, {type: 'closed', reason: 'finished'});

		assert.equal(findExitCode(state), 0);
	});

	test('is 1 when one failed', () => {
		const state = play(...beginning, ...ran(one.runId), ...failed(two.runId), {type: 'closed', reason: 'finished'});

		assert.equal(findExitCode(state), 1);
	});

	test('is 130 when the run was drained or stopped before its end', () => {
		for (const reason of ['drained', 'stopped'] as const) {
			assert.equal(findExitCode(play(...beginning, ...ran(one.runId), {type: 'closed', reason})), 130);
		}
	});

	test('is 1 when a rule of the suite drained it, and when something was skipped', () => {
		const drained: Fact = {type: 'draining', by: 'experiment.stop_after.failures=1: 1 failed'};
		const skipped: Fact = {type: 'skipped', id: two.runId, reason: 'known', by: 'alice'};

		assert.equal(
			findExitCode(play(...beginning, ...failed(one.runId), drained, {type: 'closed', reason: 'drained'})),
			1,
		);
		assert.equal(findExitCode(play(...beginning, ...ran(one.runId), skipped, {type: 'closed', reason: 'finished'})), 1);
	});

	test('is 130 when nobody closed the run', () => {
		assert.equal(findExitCode(play(...beginning, launching(one.runId))), 130);
	});
});
