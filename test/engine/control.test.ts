import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {RunPolicy} from '../../source/domain/policy.ts';
import type {Verdict} from '../../source/engine/ports.ts';
import type {Fact} from '../../source/journal/event.ts';
import {findPosition} from '../../source/journal/positions.ts';
import {createFakeAdmission} from '../rig/fake-admission.ts';
import type {Behaviour} from '../rig/fake-ports.ts';
import {type Night, openNight} from '../rig/night.ts';
import {cell, experiment, opened, planned} from '../rig/story.ts';

const cells = ['a', 'b', 'c'].map((runId) => cell({runId, gpuId: 0}));
const told = (policy?: RunPolicy): readonly Fact[] => [opened(policy ? {policy} : {}), planned(cells)];
const launched = ({trace}: Night): readonly string[] =>
	trace.filter((deed) => deed.startsWith('spawn ')).map((deed) => deed.slice(6));
const resultOf = ({disk}: Night, id: string) =>
	disk
		.facts()
		.flatMap((fact) => (fact.type === 'committed' && fact.id === id ? [fact.result] : []))
		.at(-1);

const phase = (name: string) => `::warpdeck {"event":"phase","name":"${name}"}`;

suite('a run that a person controls', () => {
	test('starts nothing while it is paused, stays open, and goes on when it is continued', async () => {
		const night = await openNight({told: told()});
		await night.begin(500);
		await night.engine.request({kind: 'pause'}, 'alice');
		await night.clock.advance(3_600_000);

		assert.deepEqual(launched(night), ['a']);
		assert.equal(night.store.get().closed, null);
		await night.engine.request({kind: 'continue'}, 'alice');
		assert.equal((await night.finish()).counts.succeeded, 3);
	});

	test('runs what was put first next, and leaves out what was skipped', async () => {
		const night = await openNight({told: told()});
		await night.begin(500);
		await night.engine.request({kind: 'move', id: 'c', place: 'first'}, 'alice');
		await night.engine.request({kind: 'skip', ids: ['b'], reason: 'known'}, 'alice');

		const state = await night.finish();
		assert.deepEqual(launched(night), ['a', 'c']);
		assert.deepEqual([state.counts.skipped, state.closed?.reason], [1, 'finished']);
	});

	test('ends the one that is skipped while it runs, and goes on with the others', async () => {
		const night = await openNight({told: told(), behave: () => ({endsAfterMs: 5000})});
		await night.begin(1000);
		await night.engine.request({kind: 'skip', ids: ['a']}, 'alice');
		await night.finish();

		assert.deepEqual(launched(night), ['a', 'b', 'c']);
		assert.match(resultOf(night, 'a')?.failure?.message ?? '', /stopped by alice/);
	});

	test('runs again what a person asks for, and commits its new result', async () => {
		const night = await openNight({
			told: told(),
			behave: (id, attempt) => (id === 'a' && attempt === 1 ? {end: {kind: 'exited', code: 1}} : {}),
		});
		await night.begin(1500);
		assert.equal(resultOf(night, 'a')?.status, 'failed');
		await night.engine.request({kind: 'retry', what: 'failed'}, 'alice');

		assert.equal((await night.finish()).counts.succeeded, 3);
		assert.deepEqual(launched(night), ['a', 'b', 'a', 'c']);
	});

	test('takes requests one after the other, each on what the one before has made true', async () => {
		const night = await openNight({told: told()});
		await night.begin(500);
		const answers = await Promise.all([
			night.engine.request({kind: 'skip', ids: ['b']}, 'alice'),
			night.engine.request({kind: 'move', id: 'b', place: 'last'}, 'bob'),
		]);

		assert.deepEqual(
			answers.map(({kind}) => kind),
			['facts', 'refused'],
		);
		assert.equal(night.store.get().anomalyCount, 0);
	});

	test('takes more experiments, whose names it keeps apart from its own', async () => {
		const more = [cell({runId: 'a', gpuId: 0}), cell({runId: 'x', gpuId: 1})];
		const night = await openNight({
			told: told(),
			expand: async () => ({
				plan: {cells: more, experiments: more.map((one) => experiment(one)), lanes: [], problems: []},
				jobs: [{suite: 'quick_test', overrides: [], workload: 0}],
				workloads: ['vit_pipeline'],
			}),
		});
		await night.begin(500);
		const answer = await night.engine.request({kind: 'add', overrides: ['experiment=quick_test']}, 'alice');
		const state = await night.finish();

		assert.equal(answer.kind, 'facts');
		assert.deepEqual([state.counts.succeeded, state.anomalyCount], [5, 0]);
		assert.ok(findPosition(state.positions, 'a_2') !== undefined && findPosition(state.positions, 'x') !== undefined);
		assert.deepEqual([state.opened?.jobs.length, state.opened?.jobs[1]?.workload], [2, 1]);
	});

	test('gives back a lane that waited for others when what waited there is skipped', async () => {
		const busy: Verdict = {kind: 'wait', cause: 'busy', reason: 'bob uses it'};
		const admission = createFakeAdmission((id) => (id === 'a' ? busy : {kind: 'admitted'}));
		const night = await openNight({told: told(), admission});
		await night.begin(10_000);
		assert.equal(night.store.get().lanes.get('gpu0')?.held?.reason, 'bob uses it');
		await night.engine.request({kind: 'skip', ids: ['a']}, 'alice');

		assert.equal((await night.finish()).counts.succeeded, 2);
	});
});

suite('a pause that takes effect now', () => {
	const slow = (says: Behaviour['says'] = []): Behaviour => ({says, endsAfterMs: 10_000});
	const still = ({trace}: Night) => trace.filter((deed) => /^(suspend|wake) /.test(deed));

	test('stops what does not measure, lets it go on later, and the result says so', async () => {
		const night = await openNight({told: told(), behave: () => slow([[100, phase('load')]])});
		await night.begin(1000);
		await night.engine.request({kind: 'pause', now: true}, 'alice');
		await night.clock.advance(4000);
		assert.deepEqual(still(night), ['suspend a']);
		await night.engine.request({kind: 'continue'}, 'alice');
		await night.finish();

		assert.deepEqual(still(night), ['suspend a', 'wake a']);
		assert.deepEqual(resultOf(night, 'a')?.degraded, ['suspended: it stood still for 4.0 s while it ran']);
		assert.equal(night.store.get().anomalyCount, 0);
	});

	test('never stops what measures, or what has not said what it does; only once it has measured', async () => {
		const silent = await openNight({told: told(), behave: () => slow()});
		const night = await openNight({
			told: told(),
			behave: () =>
				slow([
					[100, phase('measure')],
					[5000, phase('report')],
				]),
		});
		for (const one of [silent, night]) {
			await one.begin(1000);
			await one.engine.request({kind: 'pause', now: true}, 'alice');
			await one.clock.advance(2000);
			assert.deepEqual(still(one), []);
		}
		await night.clock.advance(3000);
		assert.deepEqual(still(night), ['suspend a']);
	});

	test('that is over before anything could be stopped stops nothing later', async () => {
		const night = await openNight({
			told: told(),
			behave: () =>
				slow([
					[100, phase('measure')],
					[5000, phase('report')],
				]),
		});
		await night.begin(1000);
		await night.engine.request({kind: 'pause', now: true}, 'alice');
		await night.engine.request({kind: 'continue'}, 'alice');
		await night.finish();

		assert.deepEqual(still(night), []);
	});

	test('does not let the time limit run meanwhile', async () => {
		const limited: readonly Fact[] = [opened(), planned(cells, {change: {timeoutMs: 12_000}})];
		const night = await openNight({
			told: limited,
			behave: () => ({...slow([[100, phase('load')]]), endsAfterMs: 30_000}),
		});
		await night.begin(1000);
		await night.engine.request({kind: 'pause', now: true}, 'alice');
		await night.clock.advance(13_000);
		await night.engine.request({kind: 'continue'}, 'alice');
		await night.clock.advance(10_000);
		assert.equal(resultOf(night, 'a'), undefined);
		await night.clock.advance(2000);

		assert.equal(resultOf(night, 'a')?.failure?.kind, 'timeout');
	});
});

suite('a run with rules', () => {
	test('tries a timed-out experiment once more and takes what comes of it', async () => {
		const policy: RunPolicy = {retry: {rules: {timeout: {attempts: 1, backoffS: 0}}}};
		const limited: readonly Fact[] = [opened({policy}), planned(cells, {change: {timeoutMs: 2000}})];
		const night = await openNight({
			told: limited,
			behave: (id, attempt) => ({endsAfterMs: id === 'b' || (id === 'a' && attempt === 1) ? 60_000 : 500}),
		});
		const state = await night.finish();

		assert.deepEqual(launched(night), ['a', 'a', 'b', 'b', 'c']);
		assert.deepEqual([state.counts.succeeded, state.counts.failed, state.closed?.reason], [2, 1, 'finished']);
	});

	test('says with what an experiment ran that was set lower', async () => {
		const policy: RunPolicy = {retry: {rules: {}, ladder: {batch_size: [4]}}};
		const night = await openNight({
			told: told(policy),
			behave: (id, attempt) =>
				id === 'a' && attempt === 1
					? {
							lines: ['::warpdeck {"event":"error","kind":"cuda-out-of-memory","message":"CUDA out of memory"}'],
							end: {kind: 'exited', code: 1},
						}
					: {},
		});
		await night.finish();

		assert.deepEqual(resultOf(night, 'a')?.degraded, ['lowered: ran with batch_size 4 instead of 10']);
	});
});
