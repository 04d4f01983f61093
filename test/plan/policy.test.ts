import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ExperimentResult, Outcome} from '../../source/domain/experiment.ts';
import type {RunPolicy} from '../../source/domain/policy.ts';
import type {Fact} from '../../source/journal/event.ts';
import {getAt} from '../../source/journal/vector.ts';
import {decide, findNextDeadline, type Intention} from '../../source/plan/decide.ts';
import {
	cell,
	committed,
	ended,
	failed,
	launching,
	opened,
	PARAMS,
	planned,
	play,
	quarantined,
	ran,
	requeued,
	STORY_START,
	started,
} from '../rig/story.ts';

const RULES: RunPolicy = {retry: {rules: {timeout: {attempts: 1, backoffS: 0}, lost: {attempts: 1, backoffS: 0}}}};
const six = ['a', 'b', 'c', 'd', 'e', 'f'];
const night = (policy: RunPolicy, told: readonly Fact[], changes: Parameters<typeof planned>[1] = {}) =>
	play(
		opened({policy}),
		planned(
			six.map((runId) => cell({runId, gpuId: 0, numaNode: null})),
			changes,
		),
		...told,
	);
const NOW = STORY_START + 60_000;
const decided = (...args: Parameters<typeof night>): readonly Intention[] => decide(night(...args), NOW);
const only = (intentions: readonly Intention[]): Intention => {
	assert.equal(intentions.length, 1, JSON.stringify(intentions));
	return intentions[0] ?? assert.fail();
};

const ofKind = (kind: NonNullable<ExperimentResult['failure']>['kind']): Partial<ExperimentResult> => ({
	failure: {kind, message: `${kind} it was`, advice: 'x'},
});
const again = (id: string, attempt: number, changes: Partial<ExperimentResult>, outcome?: Outcome): readonly Fact[] => [
	launching(id, attempt),
	started(id, attempt),
	ended(id, outcome, attempt),
	committed(id, {status: 'failed', ...changes}, attempt),
];

suite('a rule for retries', () => {
	test('has a timed-out experiment run again before anything else, once, and says that it was the rule', () => {
		const once = only(decided(RULES, failed('a', ofKind('timeout'))));
		assert.deepEqual(once, {kind: 'requeue', id: 'a', reason: 'timeout: further try 1 of 1', after: 'timeout'});

		const retried = requeued('a', {by: 'policy', after: 'timeout'});
		const told = [...failed('a', ofKind('timeout')), retried, ...again('a', 2, ofKind('timeout'))];
		assert.deepEqual(only(decided(RULES, told)), {kind: 'launch', id: 'b', attempt: 1});
	});

	test('begins anew when a person asks for another try', () => {
		const told = [
			...failed('a', ofKind('timeout')),
			requeued('a', {by: 'policy', after: 'timeout'}),
			...again('a', 2, ofKind('timeout')),
			requeued('a', {by: 'alice'}),
			...again('a', 3, ofKind('timeout')),
		];
		assert.equal(only(decided(RULES, told)).kind, 'requeue');
	});

	test('is nothing for a failure that has no rule, for what a person stopped, and in a run that drains', () => {
		const stopped: Outcome = {kind: 'stopped', by: 'alice'};
		for (const told of [
			failed('a'),
			ran('a', {status: 'failed', ...ofKind('timeout')}, stopped),
			[...failed('a', ofKind('timeout')), {type: 'draining', by: 'alice'} as const],
		])
			assert.ok(!decided(RULES, told).some(({kind}) => kind === 'requeue'));
	});

	test('waits as long as it says, twice as long before each next try, and lets others go ahead meanwhile', () => {
		const policy: RunPolicy = {retry: {rules: {exit: {attempts: 3, backoffS: 30}}}};
		const first = only(decided(policy, failed('a')));
		assert.ok(first.kind === 'requeue');
		assert.equal(first.notBefore, NOW + 30_000);

		const told = [...failed('a'), requeued('a', {by: 'policy', after: 'exit', notBefore: NOW + 30_000})];
		assert.deepEqual(only(decided(policy, told)), {kind: 'launch', id: 'b', attempt: 1});
		assert.equal(findNextDeadline(night(policy, told), NOW), NOW + 30_000);
		assert.deepEqual(decide(night(policy, told), NOW + 30_000), [{kind: 'launch', id: 'a', attempt: 2}]);

		const second = only(decided(policy, [...told, ...again('a', 2, {...ofKind('exit')})]));
		assert.equal(second.kind === 'requeue' && second.notBefore, NOW + 60_000);
	});

	test('lowers an axis too, where the knob is no setting, and keeps what was declared', () => {
		const policy: RunPolicy = {retry: {rules: {}, ladder: {seqs: [8, 4]}}};
		const plan = {change: {axes: {seqs: 16}}};
		const oom = failed('a', ofKind('cuda-out-of-memory'));
		const retry = only(decide(night(policy, oom, plan), NOW));

		assert.ok(retry.kind === 'requeue' && retry.reason.endsWith('seqs 8 instead of 16'));
		const lowered = requeued('a', {by: 'policy', after: 'cuda-out-of-memory', params: {seqs: 8}});
		const {experiment} = getAt(night(policy, [...oom, lowered], plan).experiments, 0) ?? assert.fail();
		assert.deepEqual(
			[experiment.axes, experiment.declared, experiment.params.seqs],
			[{seqs: 8}, {seqs: 16}, undefined],
		);
	});

	test('lowers nothing that a success has read back otherwise, because there the knob turns nothing', () => {
		const policy: RunPolicy = {retry: {rules: {}, ladder: {batch_size: [8, 4]}}};
		const oom = failed('a', ofKind('cuda-out-of-memory'));
		const decidedAfter = (batchSize: number) =>
			decided(policy, [...ran('b', {effective: {batch_size: batchSize}}), ...oom])[0]?.kind;

		assert.equal(decidedAfter(99), 'launch');
		assert.equal(decidedAfter(Number(PARAMS.batch_size)), 'requeue');
	});

	test('never tries again what ran out of memory, unless something lower is named that it then runs with', () => {
		const oom = failed('a', ofKind('cuda-out-of-memory'));
		assert.equal(only(decided({retry: {rules: {}}}, oom)).kind, 'launch');

		const policy: RunPolicy = {retry: {rules: {}, ladder: {batch_size: [8, 4]}}};
		const first = only(decided(policy, oom));
		assert.deepEqual(first, {
			kind: 'requeue',
			id: 'a',
			reason: 'cuda-out-of-memory: batch_size 8 instead of 10',
			after: 'cuda-out-of-memory',
			params: {batch_size: 8},
		});
		const lowered = requeued('a', {by: 'policy', after: 'cuda-out-of-memory', params: {batch_size: 8}});
		const twice = [...oom, lowered, ...again('a', 2, ofKind('cuda-out-of-memory'))];
		const second = only(decided(policy, twice));
		assert.deepEqual(second.kind === 'requeue' && second.params, {batch_size: 4});
		const last = requeued('a', {by: 'policy', after: 'cuda-out-of-memory', params: {batch_size: 4}});
		assert.equal(
			only(decided(policy, [...twice, last, ...again('a', 3, ofKind('cuda-out-of-memory'))])).kind,
			'launch',
		);
	});

	test('has what a lost GPU took run on another one of its kind, when no NUMA node ties it to its own', () => {
		const lost = [
			launching('a'),
			started('a'),
			quarantined('gpu0', 'GPU 0 is lost'),
			ended('a', {kind: 'stopped', by: 'the guard of gpu0: GPU 0 is lost'}),
			committed('a', {status: 'failed', ...ofKind('stopped')}),
		];
		const first = only(decided(RULES, lost));
		assert.equal(first.kind === 'requeue' && first.after, 'lost');

		const back = [...lost, requeued('a', {by: 'policy', after: 'lost'})];
		assert.deepEqual(only(decided(RULES, back)), {kind: 'move', id: 'a', lane: 'gpu1'});
		assert.deepEqual(
			new Set(decided(RULES, back, {change: {numaNode: 0}}).map(({kind}) => kind)),
			new Set(['postpone']),
		);
	});
});

suite('a run that fails', () => {
	test('starts nothing more after so many failures, or such a share of the plan', () => {
		const two = [...failed('a'), ...failed('b')];
		const stopped = only(decided({retry: {rules: {}}, stopAfter: {failures: 2}}, two));
		assert.deepEqual(stopped, {kind: 'drain', by: 'experiment.stop_after.failures=2: 2 failed'});
		assert.equal(only(decided({retry: {rules: {}}, stopAfter: {failures: 3}}, two)).kind, 'launch');
		assert.equal(only(decided({retry: {rules: {}}, stopAfter: {percent: 30}}, two)).kind, 'drain');
		assert.equal(only(decided({retry: {rules: {}}, stopAfter: {percent: 40}}, two)).kind, 'launch');
	});

	const breaker = {failures: 3, withinS: 10, action: 'pause'} as const;
	const broken: RunPolicy = {retry: {rules: {}}, breaker};
	const instant = (id: string, message = 'no module') =>
		failed(id, {durationS: 2, failure: {kind: 'exit', message, advice: 'x'}});

	test('at once, for the same reason, again and again on one lane has that lane held until somebody looks', () => {
		const told = [...instant('a'), ...instant('b'), ...instant('c')];
		assert.deepEqual(only(decided(broken, told)), {
			kind: 'hold',
			lane: 'gpu0',
			reason: '3 experiments in a row failed within 10 s: no module',
		});
		const drains = {...breaker, action: 'drain'} as const;
		assert.equal(only(decided({...broken, breaker: drains}, told)).kind, 'drain');
	});

	test('slowly, for another reason, or with a success between goes on', () => {
		for (const told of [
			[...instant('a'), ...instant('b'), ...failed('c', {durationS: 60})],
			[...instant('a'), ...instant('b', 'another'), ...instant('c')],
			[...instant('a'), ...ran('b'), ...instant('c')],
		])
			assert.equal(only(decided(broken, told)).kind, 'launch');
	});

	test('and is let go on by a person is not held for the same failures again', () => {
		const held = {type: 'lane-paused', lane: 'gpu0', cause: 'failures', reason: 'x', by: 'experiment.breaker'} as const;
		const free = {type: 'lane-continued', lane: 'gpu0', by: 'alice'} as const;
		const told = [...instant('a'), ...instant('b'), ...instant('c'), held];

		assert.deepEqual(decided(broken, told), []);
		assert.equal(only(decided(broken, [...told, free])).kind, 'launch');
		assert.equal(only(decided(broken, [...told, free, ...instant('d')])).kind, 'launch');
	});

	test('on several lanes is held as a whole', () => {
		const state = play(
			opened({policy: broken}),
			planned([0, 1, 2, 3, 3].map((gpuId, index) => cell({runId: `r${index}`, gpuId}))),
			...[0, 1, 2].flatMap((index) => instant(`r${index}`)),
		);
		assert.deepEqual(only(decide(state, NOW)), {
			kind: 'hold',
			lane: null,
			reason: '3 experiments in a row failed within 10 s: no module',
		});
	});
});

suite('a run with a deadline', () => {
	const due = {type: 'deadline-set', deadline: NOW + 5000, said: '08:00', by: 'alice'} as const;

	test('starts until then, and afterwards leaves the rest to a resume, with the reason', () => {
		const state = night(RULES, [due, launching('a'), started('a')]);

		assert.deepEqual(decide(state, NOW), []);
		assert.equal(findNextDeadline(state, NOW), NOW + 5000);
		const late = decide(state, NOW + 5000);
		assert.deepEqual(late[0], {
			kind: 'postpone',
			id: 'b',
			reason: 'the deadline 08:00 has passed',
			by: 'experiment.deadline',
		});
		assert.equal(late.length, 5);
	});

	test('that is taken away goes on', () => {
		const none = {...due, deadline: null};
		assert.deepEqual(decide(night(RULES, [due, none]), NOW + 5000), [{kind: 'launch', id: 'a', attempt: 1}]);
	});
});
