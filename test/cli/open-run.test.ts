import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {listPlanned} from '../../source/cli/open-run.ts';
import type {JobRecord} from '../../source/journal/event.ts';
import {encodeFact} from '../../source/journal/format.ts';
import {opened, play, stamp} from '../rig/story.ts';
import {planLine} from '../rig/suites.ts';

const plan = planLine("-m experiment=quick_test 'experiment.test.num_samples=range(1,1201)'");
const jobs = Array.from({length: 1200}, (_, number): JobRecord => {
	return {suite: 'quick_test', overrides: [`experiment.test.num_samples=${number + 1}`], workload: 0};
});

suite('the plan of a long sweep', () => {
	const first = opened({jobs: jobs.slice(0, 500), lanes: plan.lanes});
	const facts = listPlanned(plan, jobs);

	test('is spread over facts, its jobs too, and comes together in the state in the order of their numbers', () => {
		const state = play(first, ...facts);

		assert.deepEqual(state.opened?.jobs, jobs);
		assert.deepEqual(state.cells, plan.cells);
		assert.equal(state.counts.waiting, plan.experiments.length);
		assert.equal(state.anomalyCount, 0);
	});

	test('has no line that a reader would choke on', () => {
		const longest = Math.max(...stamp([first, ...facts]).map((event) => encodeFact(event as never).length));

		assert.ok(longest < 1_000_000, `${longest} characters`);
	});

	test('of few jobs names none beside its cells, as journals always had it', () => {
		const [only, ...more] = listPlanned(planLine('experiment=quick_test'), jobs.slice(0, 1));

		assert.deepEqual(more, []);
		assert.ok(only && !('jobs' in only));
	});
});
