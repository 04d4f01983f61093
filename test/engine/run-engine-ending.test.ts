import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment, Outcome} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {findPosition} from '../../source/journal/positions.ts';
import type {RunState} from '../../source/journal/state.ts';
import {getAt} from '../../source/journal/vector.ts';
import {createHastyClock} from '../rig/fake-clock.ts';
import type {Behaviour} from '../rig/fake-ports.ts';
import {GRACE_MS, openNight} from '../rig/night.ts';
import {cell, failed, launching, opened, planned, ran, started} from '../rig/story.ts';

const LONG = 3_600_000;
const plan = (change: Partial<Experiment> = {}, ids = ['a', 'b']): readonly Fact[] => [
	opened(),
	planned(
		ids.map((runId) => cell({runId})),
		{change},
	),
];
const wide = (change: Partial<Experiment> = {}): readonly Fact[] => [
	opened(),
	planned(
		[0, 1].flatMap((gpuId) => ['a', 'b'].map((model) => cell({gpuId, model, runId: `${model}${gpuId}`}))),
		{change},
	),
];

const outcomeOf = (state: RunState, id: string): Outcome | undefined => {
	const stage = getAt(state.experiments, findPosition(state.positions, id) ?? -1)?.stage;
	return stage?.kind === 'committed' ? stage.outcome : undefined;
};
const stops = (trace: readonly string[]): readonly string[] => trace.filter((deed) => deed.startsWith('stop '));
const long =
	(onStop: Behaviour['onStop'] = 'ends') =>
	(): Behaviour => ({endsAfterMs: LONG, onStop});

suite('a program that runs too long', () => {
	test('is asked to end once, with its grace, when its time is up', async () => {
		const night = await openNight({told: plan({timeoutMs: 10_000}, ['a']), behave: long('ignores')});

		await night.begin(10_000 - 1);
		assert.deepEqual(stops(night.trace), []);
		await night.finish();

		assert.deepEqual(stops(night.trace), [`stop a ${GRACE_MS}`]);
	});

	test('is asked to end too when its time is up between two looks at the clock', async () => {
		const clock = createHastyClock();
		const night = await openNight({told: plan({timeoutMs: 10_000}, ['a']), behave: long(), clock});

		await night.begin(11_000);

		assert.deepEqual(stops(night.trace), [`stop a ${GRACE_MS}`]);
	});

	test('has timed out although it then exits with 0, because the first cause wins', async () => {
		const night = await openNight({told: plan({timeoutMs: 10_000}), behave: long('exits 0')});

		const state = await night.finish();

		assert.deepEqual(outcomeOf(state, 'a'), {kind: 'timed-out', limitMs: 10_000});
		assert.deepEqual([state.counts.failed, state.closed?.reason], [2, 'finished']);
	});

	test('has timed out although the user stops the run while it ends', async () => {
		const night = await openNight({told: plan({timeoutMs: 10_000}), behave: long('ignores')});

		await night.begin(12_000);
		await night.engine.stop('user');
		const state = await night.finish();

		assert.deepEqual([outcomeOf(state, 'a')?.kind, state.closed?.reason], ['timed-out', 'stopped']);
		assert.equal(stops(night.trace).length, 1);
	});

	test('has timed out although it had to be killed for it', async () => {
		const night = await openNight({told: plan({timeoutMs: 10_000}, ['a']), behave: long('ignores')});

		await night.begin(12_000);
		night.engine.kill();
		const state = await night.finish();

		assert.deepEqual(stops(night.trace), [`stop a ${GRACE_MS}`, 'stop a 0']);
		assert.equal(outcomeOf(state, 'a')?.kind, 'timed-out');
	});

	test('is not a program that ended in time, however late anybody looks', async () => {
		const night = await openNight({told: plan({timeoutMs: 10_000}), behave: () => ({endsAfterMs: 9999})});

		const {counts} = await night.finish();

		assert.deepEqual([counts.succeeded, stops(night.trace)], [2, []]);
	});

	test('is ended also while a full disk keeps another lane from starting', async () => {
		const behave = (id: string): Behaviour => ({endsAfterMs: id === 'a1' ? 1000 : LONG});
		const night = await openNight({told: wide({timeoutMs: 10_000}), behave});

		await night.begin(999);
		night.disk.refuse('ENOSPC');
		await night.clock.advance(10_000);
		assert.deepEqual(stops(night.trace), [`stop a0 ${GRACE_MS}`]);
		night.disk.refuse(null);
		const state = await night.finish();

		assert.deepEqual([outcomeOf(state, 'a0')?.kind, outcomeOf(state, 'a1')?.kind], ['timed-out', 'exited']);
	});
});

suite('a user who', () => {
	test('stops the run ends what runs at once, although a full disk takes the request only later', async () => {
		const night = await openNight({told: wide(), behave: long()});

		await night.begin(500);
		night.disk.refuse('ENOSPC');
		const stopped = night.engine.stop('user');
		await night.clock.advance(100);
		assert.deepEqual(stops(night.trace), [`stop a0 ${GRACE_MS}`, `stop a1 ${GRACE_MS}`]);
		night.disk.refuse(null);
		const state = await night.finish();
		await stopped;

		assert.deepEqual([state.closed?.reason, outcomeOf(state, 'a0')], ['stopped', {kind: 'stopped', by: 'user'}]);
	});

	test('drains the run lets running ones end by themselves and starts nothing more', async () => {
		const night = await openNight({told: wide()});

		await night.begin(500);
		await night.engine.drain('user');
		const state = await night.finish();

		assert.deepEqual(state.counts, {
			waiting: 2,
			active: 0,
			succeeded: 2,
			degraded: 0,
			invalid: 0,
			failed: 0,
			postponed: 0,
			skipped: 0,
		});
		assert.deepEqual([state.closed?.reason, state.draining, stops(night.trace)], ['drained', 'user', []]);
	});

	test('stops the run ends what runs, records that it was stopped, and starts nothing more', async () => {
		const night = await openNight({told: wide(), behave: long()});

		await night.begin(500);
		await night.engine.stop('user');
		const state = await night.finish();

		assert.deepEqual(stops(night.trace), [`stop a0 ${GRACE_MS}`, `stop a1 ${GRACE_MS}`]);
		assert.deepEqual(outcomeOf(state, 'a0'), {kind: 'stopped', by: 'user'});
		assert.deepEqual([state.closed?.reason, state.counts.waiting], ['stopped', 2]);
	});

	test('stops the run while programs are being launched gets them ended as soon as they are there', async () => {
		const behave = (): Behaviour => ({launchMs: 3000, endsAfterMs: LONG});
		const night = await openNight({told: wide(), behave});

		await night.begin(1000);
		await night.engine.stop('user');
		const state = await night.finish();

		for (const id of ['a0', 'a1']) {
			assert.deepEqual(night.trace.filter((deed) => deed === 'stopping' || deed.split(' ')[1] === id).slice(0, 5), [
				`launching ${id}`,
				'stopping',
				`spawn ${id}`,
				`stop ${id} ${GRACE_MS}`,
				`started ${id}`,
			]);
		}
		assert.deepEqual([outcomeOf(state, 'a1'), state.closed?.reason], [{kind: 'stopped', by: 'user'}, 'stopped']);
	});

	test('kills what will not end has it killed at once, once', async () => {
		const night = await openNight({told: plan(), behave: long('ignores')});

		await night.begin(500);
		await night.engine.stop('user');
		await night.clock.advance(100);
		night.engine.kill();
		night.engine.kill();
		const state = await night.finish();

		assert.deepEqual(stops(night.trace), [`stop a ${GRACE_MS}`, 'stop a 0']);
		assert.deepEqual(outcomeOf(state, 'a'), {kind: 'stopped', by: 'user'});
	});

	test('stops a run in which all has ended finds it finished', async () => {
		const night = await openNight({told: plan()});

		await night.finish();
		await night.engine.stop('user');

		assert.equal(night.store.get().closed?.reason, 'finished');
		assert.deepEqual(night.processes.requests.length, 2);
	});
});

suite('a disk that refuses facts for a while', () => {
	test('starts nothing new meanwhile, and loses nothing of what ran', async () => {
		const night = await openNight({told: wide()});

		await night.begin(500);
		night.disk.refuse('ENOSPC: no space left on device');
		await night.clock.advance(600_000);
		assert.equal(night.processes.requests.length, 2);
		assert.equal(night.store.get().storageProblem, 'ENOSPC: no space left on device');
		night.disk.refuse(null);
		const state = await night.finish();

		assert.deepEqual(state.counts, {
			waiting: 0,
			active: 0,
			succeeded: 4,
			degraded: 0,
			invalid: 0,
			failed: 0,
			postponed: 0,
			skipped: 0,
		});
		assert.deepEqual([state.storageProblem, state.closed?.reason, state.anomalyCount], [null, 'finished', 0]);
		assert.equal(night.disk.files.size, 4);
	});
});

suite('a resumed run', () => {
	const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0};
	const told = [...plan({}, ['a', 'b', 'c', 'd']), ...ran('a'), ...failed('b'), launching('c'), started('c'), resumed];

	test('skips committed successes and runs the rest, each with its next attempt', async () => {
		const night = await openNight({told});

		const state = await night.finish();

		assert.deepEqual(
			night.processes.requests.map(({tag}) => tag),
			['a1b2c3d4:b:2', 'a1b2c3d4:c:2', 'a1b2c3d4:d:1'],
		);
		assert.deepEqual([state.counts.succeeded, state.counts.failed, state.closed?.reason], [4, 0, 'finished']);
	});

	test('that has nothing left starts nothing and closes', async () => {
		const night = await openNight({
			told: [...plan({}, ['a']), ...ran('a'), {type: 'closed', reason: 'stopped'}, resumed],
		});

		const state = await night.finish();

		assert.deepEqual([night.processes.requests.length, state.closed?.reason], [0, 'finished']);
	});
});
