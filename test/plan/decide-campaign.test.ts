import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {CampaignBudget, CampaignPhase} from '../../source/domain/campaign.ts';
import type {Fact} from '../../source/journal/event.ts';
import {decide, findNextDeadline, type Intention} from '../../source/plan/decide.ts';
import {approved, judged, phase, phasedRun} from '../rig/phased-run.ts';
import {failed, launching, play, quarantined, ran, requeued, STORY_START, started} from '../rig/story.ts';

const HOUR = 3_600_000;
const MACHINE: CampaignBudget = {usdPerHour: 2, per: 'machine', stopUsd: 3};

/** Phase b comes after a. */
const behind = (gate: Partial<CampaignPhase> = {}, ...told: readonly Fact[]): readonly Fact[] => [
	...phasedRun([
		{phase: phase('a', gate), runs: ['a0:0', 'a1:1']},
		{phase: phase('b', {after: ['a']}), runs: ['b0:0', 'b1:1']},
	]),
	...told,
];
const both: readonly Fact[] = [...ran('a0'), ...ran('a1')];

const say = (intention: Intention): string => {
	const what = 'id' in intention ? intention.id : 'phase' in intention ? intention.phase : '';
	const reason = 'reason' in intention ? `: ${intention.reason}` : '';
	return `${intention.kind} ${what}${reason}`;
};
const decided = (told: readonly Fact[], now = STORY_START + 60_000): readonly string[] =>
	decide(play(...told), now).map(say);

suite('what a campaign starts', () => {
	test('is the experiments of a phase whose earlier ones have passed, and of no other', () => {
		assert.deepEqual(decided(behind()), ['launch a0', 'launch a1']);
		assert.deepEqual(decided(behind({}, ...ran('a0'))), ['launch a1']);
		assert.deepEqual(decided(behind({}, ...both)), ['judge a']);
		assert.deepEqual(decided(behind({}, ...both, judged('a'))), ['launch b0', 'launch b1']);
	});

	test('is nothing behind a gate that asks a person, for however long, until somebody says yes', () => {
		const told = behind({gate: {approval: 'look at it'}}, ...both, judged('a'));

		assert.deepEqual(decided(told, STORY_START + 100 * HOUR), []);
		assert.deepEqual(decided([...told, approved('a')]), ['launch b0', 'launch b1']);
	});

	test('is nothing behind a pause until somebody goes on, although the phase has passed', () => {
		const told = behind({pause: 'end of day 1'}, ...both, judged('a'));

		assert.deepEqual(decided(told), []);
		assert.deepEqual(decided([...told, {type: 'phase-continued', phase: 'a', by: 'alice'}]), [
			'launch b0',
			'launch b1',
		]);
	});

	test('is nothing behind a phase whose results have to be kept, until they are or it is known that they cannot be', () => {
		const told = behind({backup: true}, ...both, judged('a'));

		assert.deepEqual(decided(told), ['keep a']);
		assert.deepEqual(decided([...told, {type: 'phase-not-kept', phase: 'a', problem: 'ENOSPC'}]), [
			'launch b0',
			'launch b1',
		]);
	});

	test('is postponed with the reason where a gate does not hold, and then the run is over', () => {
		const told = behind({}, ...both, judged('a', '1 of 2 succeeded'));
		const reason = 'phase a did not pass: 1 of 2 succeeded';

		assert.deepEqual(decided(told), [`postpone b0: ${reason}`, `postpone b1: ${reason}`]);
		const facts = ['b0', 'b1'].map((id): Fact => ({type: 'postponed', id, reason, by: 'experiment.phases'}));
		assert.deepEqual(decided([...told, ...facts]), ['close : finished']);
	});

	test('is what stands behind a refused gate when somebody approves all the same', () => {
		assert.deepEqual(decided(behind({}, ...both, judged('a', 'too slow'), approved('a'))), ['launch b0', 'launch b1']);
	});

	test('is a failed experiment of a refused phase when somebody retries it, and then the phase is judged anew', () => {
		const refused = behind({}, ...ran('a0'), ...failed('a1'), judged('a', '1 of 2 succeeded'));
		const again = [launching('a1', 2), started('a1', 2)] as const;

		assert.deepEqual(decided([...refused, requeued('a1')]), ['launch a1']);
		assert.deepEqual(decided([...refused, requeued('a1'), ...again]), []);
	});

	test('waits for a person before it postpones what stands behind another phase’s gate', () => {
		const told = [
			...phasedRun([
				{phase: phase('a'), runs: ['a0:0']},
				{phase: phase('b', {after: ['a']}), runs: ['b0:0']},
				{phase: phase('c', {gate: {approval: 'look'}}), runs: ['c0:1']},
				{phase: phase('d', {after: ['c']}), runs: ['d0:1']},
			]),
			...ran('a0'),
			...ran('c0'),
			judged('a', 'too slow'),
			judged('c'),
		];

		assert.deepEqual(decided(told), []);
		assert.deepEqual(decided([...told, approved('c')]), ['launch d0']);
	});
});

suite('phases without an order between them', () => {
	test('run in parallel where their GPUs are disjoint', () => {
		const told = phasedRun([
			{phase: phase('a'), runs: ['a0:0']},
			{phase: phase('b'), runs: ['b0:1', 'b1:2']},
		]);

		assert.deepEqual(decided(told), ['launch a0', 'launch b0', 'launch b1']);
	});

	test('wait for the more urgent one where they share a GPU, on their other GPUs too', () => {
		const told = phasedRun([
			{phase: phase('later', {priority: 3}), runs: ['l0:0', 'l1:1']},
			{phase: phase('first', {priority: 1}), runs: ['f0:0']},
			{phase: phase('apart', {priority: 3}), runs: ['x3:3']},
		]);

		assert.deepEqual(decided(told), ['launch f0', 'launch x3']);
		assert.deepEqual(decided([...told, launching('f0'), started('f0')]), ['launch x3']);
		assert.deepEqual(decided([...told, ...ran('f0'), judged('first')]), ['launch l0', 'launch l1', 'launch x3']);
	});

	test('come to the turn of a lane however many of a phase that waits stand before them in its queue', () => {
		const many = Array.from({length: 300}, (_, index) => `w${index}:0`);
		const told = phasedRun([
			{phase: phase('waits', {after: ['ready']}), runs: many},
			{phase: phase('ready'), runs: ['r0:0']},
		]);

		assert.deepEqual(decided(told), ['launch r0']);
	});

	test('do not wait for ever for a lane that is given up', () => {
		const told = [
			...phasedRun([
				{phase: phase('a', {priority: 1}), runs: ['a0:0', 'a1:1']},
				{phase: phase('b'), runs: ['b1:1']},
			]),
			...ran('a1'),
			quarantined('gpu0'),
		];

		assert.deepEqual(decided(told), ['postpone a0: it is lost']);
	});
});

suite('what its author postpones', () => {
	const told = phasedRun([
		{phase: phase('a'), runs: ['a0:0']},
		{phase: phase('a2'), runs: ['later:0'], change: {postponed: 'needs 62 GB'}},
	]);

	test('is not started, also not by a resume, and is brought back by a retry', () => {
		const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0', pid: 1, droppedBytes: 0};
		const over = [...told, ...ran('a0'), judged('a'), judged('a2')];

		assert.deepEqual(decided(over), ['close : finished']);
		assert.deepEqual(decided([...over, resumed]), ['close : finished']);
		assert.deepEqual(decided([...over, requeued('later')]), ['launch later']);
	});
});

suite('a budget', () => {
	const told = (...more: readonly Fact[]) => [
		...phasedRun([{phase: phase('a'), runs: ['a0:0', 'a1:0']}], MACHINE),
		...more,
	];

	test('stops the run in the very moment in which it is used up, and not before', () => {
		const end = STORY_START + 1.5 * HOUR;

		assert.deepEqual(decided(told(), end - 1), ['launch a0']);
		assert.deepEqual(decided(told(), end), ['stop-spending : the budget of 3 USD is used up']);
		assert.equal(findNextDeadline(play(...told()), STORY_START + 600_000), end);
	});

	test('leaves what runs alone, and postpones the rest with the reason', () => {
		const reached: Fact = {type: 'budget-reached', reason: 'the budget of 3 USD is used up'};

		assert.deepEqual(decided(told(launching('a0'), started('a0'), reached)), [
			'postpone a1: the budget of 3 USD is used up',
		]);
	});

	test('that is raised lets the run go on', () => {
		const raised: Fact = {type: 'budget-set', stopUsd: 5, by: 'alice'};

		assert.deepEqual(decided(told(raised), STORY_START + 2 * HOUR), ['launch a0']);
		assert.deepEqual(decided(told({type: 'budget-reached', reason: 'used up'}, raised)), ['launch a0']);
	});

	test('of GPUs counts the time for which something runs on one', () => {
		const perGpu: CampaignBudget = {usdPerHour: 1, per: 'gpu', stopHours: 0.1};
		const run = phasedRun([{phase: phase('a'), runs: ['a0:0', 'a1:1', 'a2:2']}], perGpu);
		const busy = [...run, launching('a0'), started('a0'), launching('a1'), started('a1')];
		const state = play(...busy);

		assert.deepEqual(decided(run, STORY_START + 9 * HOUR), ['launch a0', 'launch a1', 'launch a2']);
		// a0 runs since second 3, a1 since second 5, and both are to run for six minutes together.
		const end = STORY_START + 5000 + (360_000 - 2000) / 2;
		assert.equal(findNextDeadline(state, STORY_START + 5000), end);
		assert.deepEqual(decide(state, end).map(say), ['stop-spending : the budget of 0.1 hours is used up']);
	});
});
