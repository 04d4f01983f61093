import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json} from '../../source/domain/json.ts';
import {campaign, planOf, run} from '../rig/campaigns.ts';
import {planLine, refusalOf} from '../rig/suites.ts';

suite('a campaign is refused', () => {
	const first = {name: 'first', runs: [run()]};
	for (const [what, phases, message, advice] of [
		[
			'with a phase that waits for an unknown one',
			[first, {name: 'b', after: ['frist'], runs: [run()]}],
			/after names frist/,
			/experiment\.phases\.1\.after=\[first\]/,
		],
		[
			'with phases that wait for each other',
			[
				{...first, after: ['b']},
				{name: 'b', after: ['first'], runs: [run()]},
			],
			/first after b after first/,
			/experiment\.phases\.0\.after=\[\]/,
		],
		[
			'with a phase that waits for itself',
			[{...first, after: ['first']}],
			/phase first waits for itself/,
			/after=\[\]/,
		],
		[
			'with two phases of one name',
			[first, first],
			/two phases have the name first/,
			/experiment\.phases\.1\.name=first_2/,
		],
		['without phases', [], /experiment\.phases/, /experiment\.phases=/],
		[
			'with a phase without runs',
			[{name: 'a', runs: []}],
			/experiment\.phases\.0\.runs/,
			/experiment\.phases\.0\.runs=/,
		],
		[
			'with a name that is no part of a file name',
			[{...first, name: 'a b'}],
			/a letter, then letters/,
			/experiment\.phases\.0\.name=/,
		],
		['with a priority of 0', [{...first, priority: 0}], /at least 1|priority/, /priority=1/],
		['with hours that end before they begin', [{...first, hours: [4, 2]}], /the smaller number first/, /hours=/],
		['with an empty gate', [{...first, gate: {}}], /success_rate, metrics or approval/, /gate/],
		['with a metric that has no bound', [{...first, gate: {metrics: [{metric: 'm'}]}}], /a min or a max/, /metrics/],
		[
			'with a key of a phase that nothing reads',
			[{...first, pausing: 'x'}],
			/nothing reads the key experiment\.phases\.0\.pausing/,
			/pause=/,
		],
		[
			'with a count of a group that no run has',
			[{...first, expected: {wide: 2}}],
			/expected counts wide/,
			/group: wide/,
		],
		[
			'with a postponed run that it does not have',
			[{...first, postpone: [{runs: 4, reason: 'x'}]}],
			/no such run/,
			/runs=0/,
		],
		[
			'with a run that is a campaign',
			[{name: 'a', runs: [{overrides: ['plan']}]}],
			/plan\.yaml, phase a, run 0: plan is a campaign/,
			/warpdeck suites/,
		],
		[
			'with a run of an unknown suite',
			[{name: 'a', runs: [{overrides: ['onw']}]}],
			/run 0: There is no suite onw/,
			/experiment=own/,
		],
		[
			'with a sweep that is not called one',
			[{name: 'a', runs: [run('experiment.blocks=1,2')]}],
			/experiment\.blocks has 2 values/,
			/sweep: true/,
		],
		[
			'with a run that sets what the whole run has once',
			[{name: 'a', runs: [run('output.base_dir=x')]}],
			/belongs to the whole run/,
			/in the suite of the campaign/,
		],
		[
			'with GPUs both of a phase and of its run',
			[{name: 'a', gpus: [0], runs: [run('hardware.gpu_ids=[1]')]}],
			/only one of them can hold/,
			/leave out gpus/,
		],
	] as const) {
		test(what, () => {
			const said = refusalOf(() => planOf(phases as unknown as Json));

			assert.match(said.message, message);
			assert.match(said.advice, advice);
		});
	}

	test('with settings of experiments of its own, which no run would read', () => {
		const said = refusalOf(() => planOf([first], '', {test: {batch_size: 4}}));

		assert.match(said.message, /no run of a campaign reads experiment\.test/);
		assert.match(said.advice, /warpdeck run plan experiment\.test=…/);
	});

	test('as a part of a sweep, and a budget without phases as well', () => {
		const suites = campaign([first]);
		const sweep = refusalOf(() => planLine('-m experiment=own,plan', {suites}));
		const budget = refusalOf(() => planLine('experiment=own ++experiment.budget.usd_per_hour=2', {suites}));

		assert.match(sweep.message, /cannot be a part of a sweep/);
		assert.match(budget.message, /experiment\.budget belongs to a campaign/);
	});
});
