import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findExitCode} from '../../source/cli/printer.ts';
import type {Fact} from '../../source/journal/event.ts';
import {summarize} from '../../source/report/summarize.ts';
import {formatSummary} from '../../source/report/summary-text.ts';
import {cell, controlId, failed, launching, opened, planned, play, ran, spoilt, withControls} from '../rig/story.ts';

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

	test('is 1 when a result is invalid, because nothing is known of what was to be measured', () => {
		const state = play(...beginning, ...ran(one.runId), ...spoilt(two.runId), {type: 'closed', reason: 'finished'});

		assert.equal(findExitCode(state), 1);
	});

	for (const [what, end] of [
		['failed', failed],
		['is invalid', spoilt],
	] as const) {
		test(`is 1 when only a control ${what}, or a warm-up, although every cell succeeded`, () => {
			for (const role of ['control', 'warm-up'] as const) {
				const plan = withControls(planned([one]), [one]);
				const experiments = plan.experiments.map((own) => (own.role ? {...own, role} : own));
				const facts = [...ran(one.runId), ...end(controlId(one.runId, 1))];
				const state = play(opened(), {...plan, experiments}, ...facts, {type: 'closed', reason: 'finished'});

				assert.equal(findExitCode(state), 1);
				const text = formatSummary(summarize(state, state.at), {columns: 120});
				assert.match(text, /^numa_study: finished with problems/);
				assert.ok(text.includes(`${controlId(one.runId, 1)}\n`), text);
				assert.match(text, role === 'control' ? /Only an A\/A control: / : /Only a warm-up: /);
			}
		});
	}

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
