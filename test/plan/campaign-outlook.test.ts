import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json, JsonObject} from '../../source/domain/json.ts';
import {foreseeCost} from '../../source/plan/campaign-cost.ts';
import {foreseePhases, type PhaseOutlook} from '../../source/plan/campaign-outlook.ts';
import {planOf, run} from '../rig/campaigns.ts';

const foresee = (phases: Json, more: JsonObject = {}) => {
	const plan = planOf(phases, '', {max_workers: 4, ...more});
	const {campaign, otherRates} = plan;
	assert.ok(campaign);
	const outlooks = foreseePhases({...plan, phases: campaign.phases});
	const cost = (measure: (outlook: PhaseOutlook) => number | null = () => null) =>
		foreseeCost(outlooks, {...campaign, ...(otherRates ? {otherRates} : {}), measure});
	return {outlooks, cost};
};

const phase = (name: string, more: JsonObject = {}): JsonObject => ({name, runs: [run()], ...more});
const names = (outlooks: readonly PhaseOutlook[]) => outlooks.map(({phase: {name}}) => name);

suite('the outlook on phases', () => {
	test('has them in the order in which they start: by what they wait for, then by priority, then as listed', () => {
		const {outlooks} = foresee([
			phase('last', {after: ['late', 'soon']}),
			phase('late', {priority: 'low'}),
			phase('soon', {priority: 'high'}),
			phase('usual'),
		]);

		assert.deepEqual(names(outlooks), ['soon', 'usual', 'late', 'last']);
	});

	test('counts cells with those that share a result, and what would start without what is postponed', () => {
		const [first] = foresee([
			phase('first', {runs: [run(), run(), {...run('experiment.axes.size=[3]'), postponed: 'too large'}]}),
		]).outlooks;

		assert.deepEqual([first?.cells, first?.started.length], [5, 2]);
		assert.deepEqual(first?.postponed, [{reason: 'too large', count: 1}]);
	});

	test('counts groups beside what is expected of them and done elsewhere', () => {
		const [first] = foresee([
			phase('first', {
				expected: {wide: 3},
				done: [{group: 'wide', count: 2, where: 'July'}],
				runs: [run('experiment.axes.size=[1]'), {...run('experiment.axes.size=[2]'), group: 'wide'}],
			}),
		]).outlooks;

		assert.deepEqual(first?.groups, [
			{name: 'wide', planned: 1, postponed: 0, elsewhere: 2, expected: 3},
			{name: 'first', planned: 1, postponed: 0, elsewhere: 0, expected: null},
		]);
	});

	test('has phases beside each other where no order, no GPU and no measurement alone on the host parts them', () => {
		const {outlooks} = foresee([
			phase('a', {gpus: [0]}),
			phase('b', {gpus: [1]}),
			phase('c', {gpus: [1]}),
			phase('d', {gpus: [2], after: ['a']}),
			phase('e', {gpus: [3], runs: [run('experiment.exclusive=host')]}),
		]);
		const beside = Object.fromEntries(outlooks.map((one) => [one.phase.name, one.beside.join()]));
		const apart = Object.fromEntries(
			outlooks.map((one) => [one.phase.name, one.apart.map(({name, why}) => `${name}: ${why}`)]),
		);

		assert.deepEqual(beside, {a: 'b,c', b: 'a,d', c: 'a,d', d: 'b,c', e: ''});
		assert.deepEqual(apart.b, ['c: both use GPU 1', 'e: one of them measures alone on the host']);
	});

	test('has none beside another with one worker', () => {
		const {outlooks} = foresee([phase('a', {gpus: [0]}), phase('b', {gpus: [1]})], {max_workers: 1});

		assert.deepEqual(outlooks[0]?.apart, [{name: 'b', why: 'max_workers is 1'}]);
	});
});

suite('the outlook on hours and money', () => {
	const budget = {usd_per_hour: 2};

	test('adds up the hours of all phases, and from start to end those that run side by side once', () => {
		const {cost} = foresee([
			phase('a', {gpus: [0], hours: [1, 2]}),
			phase('b', {gpus: [1], hours: 3}),
			phase('c', {after: ['a', 'b'], hours: 4}),
			phase('later', {hours: 10, runs: [{...run(), postponed: 'no program'}]}),
		]);

		assert.deepEqual(cost().declared, {least: 18, most: 19});
		assert.deepEqual(cost().elapsed, {least: 7, most: 7});
		assert.equal(cost().measured, null);
		assert.equal(cost(() => 0.5).measured, 1);
	});

	test('knows no time from start to end where a phase that starts something has no hours', () => {
		const {cost} = foresee([phase('a', {hours: 1}), phase('b')], {budget});

		assert.deepEqual([cost().declared, cost().elapsed], [{least: 1, most: 1}, null]);
		assert.equal(cost().budget?.rates[0]?.plannedUsd, null);
	});

	test('counts a machine from start to end, and GPUs for all hours together', () => {
		const phases = [phase('a', {gpus: [0], hours: 3}), phase('b', {gpus: [1], hours: 3})];
		const usd = (per: string) => foresee(phases, {budget: {...budget, per}}).cost().budget?.rates[0]?.plannedUsd?.most;

		assert.deepEqual([usd('machine'), usd('gpu')], [6, 12]);
	});

	test('says when a budget stops, by its dollars or by its hours, and in which phase', () => {
		const phases = [phase('a', {hours: [2, 4]}), phase('b', {hours: 4, after: ['a']})];
		const stop = (bounds: JsonObject) => {
			const {stopHours, stopsIn} = foresee(phases, {budget: {...budget, ...bounds}}).cost().budget ?? {};
			return [stopHours, stopsIn];
		};

		assert.deepEqual(stop({}), [null, null]);
		assert.deepEqual(stop({stop_usd: 10}), [5, 'b']);
		assert.deepEqual(stop({stop_usd: 10, stop_hours: 3}), [3, 'a']);
		assert.deepEqual(stop({stop_hours: 8}), [8, null]);
	});

	test('compares the prices of other machines for the same hours', () => {
		const other = {...budget, stop_hours: 10, other_rates: {spot: 0.5}};
		const rates = foresee([phase('a', {hours: 8})], {budget: other}).cost().budget?.rates;

		assert.deepEqual(
			rates?.map(({machine, declaredUsd, stopUsd}) => [machine, declaredUsd?.most, stopUsd]),
			[
				[null, 16, 20],
				['spot', 4, 5],
			],
		);
	});

	test('parts phases into days behind each pause', () => {
		const {cost} = foresee([
			phase('a', {hours: 20, pause: 'end of day 1'}),
			phase('b', {hours: 4, after: ['a']}),
			phase('c', {hours: 8, after: ['b'], pause: 'end of day 2'}),
			phase('d', {hours: 12, after: ['c'], runs: [{...run(), postponed: 'no program'}]}),
		]);

		assert.deepEqual(
			cost().days.map(({phases, until, hours}) => [phases.join(), until, hours?.most]),
			[
				['a', 'end of day 1', 20],
				['b,c', 'end of day 2', 12],
				['d', null, 12],
			],
		);
		assert.deepEqual(foresee([phase('a')]).cost().days, []);
	});
});
