import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {suiteSchema} from '../../source/domain/suite.ts';
import {countLate} from '../../source/plan/fit-deadline.ts';
import {checkLadder, createRuleTeller, readPolicy} from '../../source/plan/policy.ts';
import {cell, experiment} from '../rig/story.ts';

const suiteOf = (keys: object = {}) => suiteSchema.parse({experiment: {name: 'night', ...keys}});
const policyOf = (keys: object, isWatched = true) => readPolicy(suiteOf(keys).experiment, isWatched);

suite('the rules of a suite', () => {
	test('are, when it says nothing: once more after a timeout and a lost GPU, and a brake on equal instant failures', () => {
		assert.deepEqual(policyOf({}), {
			retry: {rules: {timeout: {attempts: 1, backoffS: 0}, lost: {attempts: 1, backoffS: 0}}},
			breaker: {failures: 5, withinS: 10, action: 'pause'},
		});
	});

	test('have the words of failures, and a ladder from the top', () => {
		const retry = {timeout: 0, lost: 0, no_result: {attempts: 2, backoff_s: 30}, ladder: {batch_size: [2, 8, 4]}};
		assert.deepEqual(policyOf({retry, breaker: {failures: 0}, stop_after: {percent: 10}}), {
			retry: {rules: {'no-result': {attempts: 2, backoffS: 30}}, ladder: {batch_size: [8, 4, 2]}},
			stopAfter: {percent: 10},
		});
	});

	test('end a run that nobody could let go on, instead of holding it for ever', () => {
		assert.equal(policyOf({}, false).breaker?.action, 'drain');
	});

	test('take a deadline as a time or a date, and nothing else', () => {
		for (const deadline of ['08:00', '8:00', '2026-11-29T08:00', '2026-11-29 08:00:30', '2026-11-29T08:00Z'])
			assert.equal(suiteOf({deadline}).experiment.deadline, deadline);
		for (const deadline of ['24:00', '8', 'tomorrow', ''])
			assert.equal(suiteSchema.safeParse({experiment: {name: 'night', deadline}}).success, false, deadline);
	});

	test('refuse a ladder of what the workload does not read', () => {
		const check = (keys: object) => () => checkLadder({suiteName: 'night', suite: suiteOf(keys)});
		const ladder = {ladder: {batch_size: [4]}};

		check({retry: ladder})();
		check({retry: ladder, workload: {command: ['solve', `--batch=\${params.batch_size}`]}})();
		assert.throws(check({retry: ladder, workload: {command: ['solve']}}), /would change nothing/);
		assert.throws(check({retry: {ladder: {memory: [4]}}}), UserError);
	});

	test('stand at an experiment only where its job has other ones than the run', () => {
		const job = (number: number, keys: object) =>
			({number, suite: suiteOf(keys)}) as Parameters<typeof createRuleTeller>[0][0];
		const tell = createRuleTeller([job(0, {}), job(1, {}), job(2, {retry: {exit: 1}})]);
		const of = (number: number) => tell({...experiment(cell()), job: number}).retry;

		assert.deepEqual([of(0), of(1)], [undefined, undefined]);
		assert.deepEqual(of(2)?.rules.exit, {attempts: 1, backoffS: 0});
	});
});

suite('what does not fit before a deadline', () => {
	const experiments = [0, 0, 0, 1].map((gpuId, index) => experiment(cell({runId: `r${index}`, gpuId})));
	const late = (roomS: number, maxWorkers = 2, seconds: (id: string) => number | undefined = () => 100) =>
		countLate({experiments, maxWorkers}, ({id}) => seconds(id), roomS);

	test('is what would start later, lane by lane and worker by worker', () => {
		assert.deepEqual([late(1000), late(201), late(200), late(100), late(50)], [0, 0, 1, 2, 2]);
		assert.deepEqual([late(301, 1), late(300, 1), late(101, 1)], [0, 1, 2]);
	});

	test('counts one of unknown length as long as the others, and says nothing when nothing is known', () => {
		assert.equal(
			late(200, 2, (id) => (id === 'r0' ? 100 : undefined)),
			1,
		);
		assert.equal(
			late(200, 2, () => undefined),
			null,
		);
	});
});
