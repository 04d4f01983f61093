import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {CampaignBudget} from '../../source/domain/campaign.ts';
import type {Fact} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {selectCampaign} from '../../source/journal/select-campaign.ts';
import {findBudgetEnd} from '../../source/journal/spending.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import {phase, phasedRun} from '../rig/phased-run.ts';
import {committed, ended, launching, started} from '../rig/story.ts';

const HOUR = 3_600_000;
const MACHINE: CampaignBudget = {usdPerHour: 2, per: 'machine'};
const GPU: CampaignBudget = {usdPerHour: 2, per: 'gpu'};
const RESUMED: Fact = {type: 'resumed', version: 1, warpdeck: '0', pid: 2, droppedBytes: 0};
const CLOSED: Fact = {type: 'closed', reason: 'stopped'};

type Told = readonly (readonly [hour: number, ...facts: readonly Fact[]])[];

/** Facts by the hour in which they happened; two GPUs, and a lane without one. */
function live(budget: CampaignBudget, told: Told): RunState {
	const beginning = phasedRun([{phase: phase('a'), runs: ['a:0', 'b:1']}], budget);
	const all = [[0, ...beginning] as const, ...told].flatMap(([hour, ...facts]) => facts.map((fact) => ({fact, hour})));
	return all.map(({fact, hour}, index) => ({...fact, seq: index + 1, at: hour * HOUR})).reduce(reduce, initialState);
}
const run = (id: string, attempt = 1): readonly Fact[] => [launching(id, attempt), started(id, attempt)];
const end = (id: string, attempt = 1): readonly Fact[] => [ended(id, undefined, attempt), committed(id, {}, attempt)];
const hours = (state: RunState, now: number): number | undefined => selectCampaign(state, now * HOUR)?.hours;
const adopted: Fact = {
	...{type: 'adopted', id: 'a', attempt: 1, startedAt: HOUR, argv: []},
	...{pid: 1, startTicks: 1, bootId: 'boot', pidNamespace: 'pid:[1]'},
};

suite('what a campaign costs', () => {
	test('is the time of the machine from the first fact to the last, without what lies between two runners', () => {
		assert.equal(hours(live(MACHINE, []), 3), 3);
		assert.equal(hours(live(MACHINE, [[2, CLOSED]]), 9), 2);
		assert.equal(
			hours(
				live(MACHINE, [
					[2, CLOSED],
					[10, RESUMED],
				]),
				11,
			),
			3,
		);
		assert.equal(selectCampaign(live(MACHINE, [[2, CLOSED]]), 9 * HOUR)?.costUsd, 4);
	});

	test('is counted up to the last fact of a runner that died', () => {
		assert.equal(
			hours(
				live(MACHINE, [
					[1, ...run('a')],
					[10, RESUMED],
				]),
				11,
			),
			2,
		);
	});

	test('is counted on where a workload outlived its runner, because the machine was used', () => {
		assert.equal(
			hours(
				live(MACHINE, [
					[1, ...run('a')],
					[10, RESUMED, adopted],
				]),
				11,
			),
			11,
		);
	});

	test('of GPUs is the time for which something runs on each, and nothing while they wait', () => {
		assert.equal(hours(live(GPU, []), 5), 0);
		assert.equal(hours(live(GPU, [[1, ...run('a'), ...run('b')]]), 3), 4);
		assert.equal(
			hours(
				live(GPU, [
					[1, ...run('a'), ...run('b')],
					[2, ...end('a')],
				]),
				3,
			),
			3,
		);
	});

	test('of GPUs counts once what ran when its runner died, whether it went on or not', () => {
		const died: Told = [
			[1, ...run('a')],
			[2, ...run('b'), ...end('b')],
		];

		// The one hour up to the last fact, and what runs since the resume.
		assert.equal(hours(live(GPU, [...died, [10, RESUMED]]), 11), 1);
		assert.equal(hours(live(GPU, [...died, [10, RESUMED, ...run('a', 2)]]), 11), 2);
		assert.equal(hours(live(GPU, [...died, [10, RESUMED, adopted]]), 11), 10);
		assert.equal(hours(live(GPU, [...died, [10, RESUMED, adopted], [11, ...end('a')]]), 20), 10);
	});
});

suite('a budget is used up', () => {
	const both = [1, ...run('a'), ...run('b')] as const;
	/** The hour, if all goes on as it does in that hour. */
	const endOf = (budget: CampaignBudget, told: Told, hour: number): number | null => {
		const state = live(budget, told);
		const at = state.campaign && findBudgetEnd(state, state.campaign, hour * HOUR);
		return at === null ? null : at / HOUR;
	};

	test('at the rate of the machine, or of the GPUs on which something runs', () => {
		assert.equal(endOf({...MACHINE, stopUsd: 100}, [both], 10), 50);
		assert.equal(endOf({...GPU, stopUsd: 100}, [both], 10), 26);
		assert.equal(endOf({...GPU, stopUsd: 100}, [both, [2, ...end('a')]], 10), 50);
	});

	test('by what comes first, hours or dollars', () => {
		assert.equal(endOf({...MACHINE, stopUsd: 100, stopHours: 15}, [], 10), 15);
		assert.equal(endOf({...MACHINE, stopUsd: 10, stopHours: 15}, [], 10), 5);
	});

	test('never where nothing works, or nothing stops it', () => {
		assert.equal(endOf({...GPU, stopUsd: 100}, [], 10), null);
		assert.equal(endOf(MACHINE, [], 10), null);
	});
});
