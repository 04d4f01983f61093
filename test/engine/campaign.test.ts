import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {KeepPhase} from '../../source/engine/keep-phases.ts';
import type {Fact} from '../../source/journal/event.ts';
import {selectCampaign} from '../../source/journal/select-campaign.ts';
import {type Night, openNight} from '../rig/night.ts';
import {phase, phasedRun} from '../rig/phased-run.ts';

const HOUR = 3_600_000;
const TWO = (gate: Parameters<typeof phase>[1] = {}): readonly Fact[] =>
	phasedRun([
		{phase: phase('a', gate), runs: ['a0:0', 'a1:1']},
		{phase: phase('b', {after: ['a']}), runs: ['b0:0']},
	]);
const launched = ({trace}: Night): readonly string[] =>
	trace.filter((deed) => deed.startsWith('spawn ')).map((deed) => deed.slice(6));
const statusOf = ({store, clock}: Night, name: string) =>
	selectCampaign(store.get(), clock.now())?.phases.find((view) => view.phase.name === name)?.status.kind;

suite('a campaign that runs', () => {
	test('waits for a person as long as it takes, and goes on once somebody says yes', async () => {
		const night = await openNight({told: TWO({gate: {approval: 'look'}})});
		await night.begin(100 * HOUR);

		assert.deepEqual([launched(night), statusOf(night, 'a')], [['a0', 'a1'], 'awaits-approval']);
		await night.engine.request({kind: 'approve', phase: 'a'}, 'alice');
		const state = await night.finish();
		assert.deepEqual([launched(night), state.closed?.reason], [['a0', 'a1', 'b0'], 'finished']);
	});

	test('refuses to approve what is not over, or is no phase', async () => {
		const night = await openNight({told: TWO({gate: {approval: 'look'}})});
		await night.begin(500);

		for (const name of ['a', 'b', 'c']) {
			assert.equal((await night.engine.request({kind: 'approve', phase: name}, 'alice')).kind, 'refused', name);
		}
	});

	test('judges a phase anew after its failure was retried', async () => {
		const night = await openNight({
			told: [
				...phasedRun([
					{phase: phase('a', {gate: {successRate: 1}}), runs: ['a0:0']},
					{phase: phase('b', {after: ['a']}), runs: ['b0:0']},
					{phase: phase('c'), runs: ['c1:1']},
				]),
			],
			behave: (id, attempt) => ({
				endsAfterMs: id === 'c1' ? HOUR / 10 : 1000,
				end: {kind: 'exited', code: id === 'a0' && attempt === 1 ? 1 : 0},
			}),
		});
		await night.begin(10_000);
		assert.equal(statusOf(night, 'a'), 'refused');
		await night.engine.request({kind: 'retry', what: 'failed'}, 'alice');
		const state = await night.finish();

		assert.deepEqual(launched(night), ['a0', 'c1', 'a0', 'b0']);
		assert.deepEqual([state.counts.succeeded, state.anomalyCount], [3, 0]);
	});

	test('keeps a phase once, lets nothing start behind it meanwhile, and stays open until that is done', async () => {
		const asked: string[] = [];
		const kept = Promise.withResolvers<Awaited<ReturnType<KeepPhase>>>();
		const night = await openNight({
			told: TWO({backup: true}),
			keepPhase: (name) => {
				asked.push(name);
				return kept.promise;
			},
		});
		await night.begin(HOUR);

		assert.deepEqual([launched(night), asked], [['a0', 'a1'], ['a']]);
		kept.resolve({type: 'phase-kept', phase: 'a', path: '/kept/a.tar.zst', sha256: '00'});
		const state = await night.finish();
		assert.deepEqual([launched(night), asked], [['a0', 'a1', 'b0'], ['a']]);
		assert.equal(selectCampaign(state, 0)?.phases[0]?.backup, '/kept/a.tar.zst');
	});

	test('stops at its budget by itself, lets what runs end, and says what it cost', async () => {
		const told = phasedRun([{phase: phase('a'), runs: ['a0:0', 'a1:0', 'a2:0']}], {
			usdPerHour: 2,
			per: 'machine',
			stopUsd: 0.05,
		});
		const night = await openNight({told, behave: () => ({endsAfterMs: 60_000})});
		await night.begin(0);
		const state = await night.finish();
		const view = selectCampaign(state, state.at);

		assert.deepEqual([launched(night), state.counts.succeeded, state.counts.postponed], [['a0', 'a1'], 2, 1]);
		assert.equal(view?.stopped, 'the budget of 0.05 USD is used up');
		// Two minutes of which the second began before the 90 seconds of the budget were over.
		assert.equal(view?.costUsd?.toFixed(3), '0.067');
	});

	test('takes up what its budget left over once somebody raises it', async () => {
		const budget = {usdPerHour: 2, per: 'machine', stopUsd: 0.05} as const;
		const told = phasedRun([{phase: phase('a'), runs: ['a0:0', 'a1:0', 'a2:0']}], budget);
		const night = await openNight({told, behave: () => ({endsAfterMs: 60_000})});
		await night.begin(100_000);
		assert.equal(night.store.get().counts.postponed, 1);
		await night.engine.request({kind: 'set-budget', stopUsd: 1}, 'alice');

		assert.equal((await night.finish()).counts.succeeded, 3);
	});
});
