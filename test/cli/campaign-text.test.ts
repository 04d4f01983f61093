import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {describeCampaignJson} from '../../source/cli/campaign-json.ts';
import {describeCampaign} from '../../source/cli/campaign-text.ts';
import {type Durations, identifyDuration} from '../../source/cli/estimate-time.ts';
import {foreseeCampaign, listTimedSuites} from '../../source/cli/foresee-campaign.ts';
import {listOpeningFacts, recordJobs} from '../../source/cli/open-run.ts';
import {composeLine, machine, planLine} from '../rig/suites.ts';

function foresee(line: string, durations: Durations = new Map()) {
	const [plan, composition] = [planLine(line), composeLine(line)];
	const foreseen = foreseeCampaign(plan, composition, durations);
	assert.ok(foreseen);
	return {plan, composition, foreseen};
}

const print = (line: string, durations?: Durations): string => {
	const {plan, foreseen} = foresee(line, durations);
	return describeCampaign(foreseen, plan.lanes, machine().topology).join('\n');
};

suite("the plan of the A100 guide's campaign", () => {
	const text = print('experiment=a100_guide');

	test("has the guide's three prices of 60 hours, and beside them what its 58 declared hours cost", () => {
		const rows = text.split('\n').filter((line) => /\$\d/.test(line));

		assert.deepEqual(
			rows.map((row) => row.trim().split(/ {2,}/).join(' | ')),
			[
				'this campaign | $1.99 | $115 | $64 | - | $119',
				'A100 80 GB spot | $0.79 | $46 | $25 | - | $47',
				'A100 40 GB spot | $0.59 | $34 | $19 | - | $35',
			],
		);
		assert.match(text, /hours: 58 h declared for all phases, one after the other; 32 h from start to end/);
		assert.match(text, /nothing starts after 60 h, and by its declared hours all that would start is over by then/);
	});

	test('has the days of 20 and 12 hours, and what is behind them', () => {
		assert.match(text, /table1 \(20 h\), until end of day 1\n +quantization, mechanism \(12 h\), until end of day 2\n/);
		assert.match(text, /ablations, generalization, tvm \(26 h\)\n/);
	});

	test('says of each phase what it is, waits for and needs', () => {
		assert.match(text, / {2}table1: Main results, Table 1\n {4}16 cells, 80 executions on GPU 0\n/);
		assert.match(text, /GPU memory: 35 GiB, GPU 0 has 48 GiB\n/);
		assert.match(text, /1 postponed: scripts\/validate_synthetic\.py is not in the repository\n {4}/);
		assert.match(text, /priority 2, after table1\n/);
		assert.match(text, /gate: 95 % succeed\n/);
	});
});

test('a plan with groups shows 30 of 40: what is planned, done elsewhere and postponed', () => {
	const text = print('experiment=ezkl_parallel');

	assert.match(text, /\n {2}core +18 +4 +14 +6 +24\n/);
	assert.match(text, /\n {2}all +30 +16 +14 +10 +40\n {2}done elsewhere: 14 core: the run before/);
	assert.match(text, /priority 2; may run beside scaling, composite\n/);
	assert.match(text, /2–3 h from start to end/);
});

test('a campaign is timed by earlier runs of the suites that it runs, each phase for itself', () => {
	const {plan, composition} = foresee('experiment=a100_quickstart');
	const durations = new Map(
		plan.experiments
			.filter(({phase}) => phase === 'table1')
			.map((experiment) => [identifyDuration(experiment, 'process'), 1800] as const),
	);
	const text = print('experiment=a100_quickstart', durations);

	assert.match(text, /hours: 4 h declared; by earlier runs 10\.0 h\n/);
	assert.match(text, /by earlier runs not known$/m);
	assert.deepEqual(listTimedSuites(plan, composition), [
		...['a100_quickstart', 'icd_table1', 'icd_quantization', 'icd_mechanism', 'icd_ablations'],
	]);
});

test('the JSON of a plan has the same of each phase', () => {
	const {plan, foreseen} = foresee('experiment=numa_campaign');
	const {phases, hours, budget} = describeCampaignJson(foreseen, plan.lanes, machine().topology);

	assert.deepEqual(
		phases.flatMap(({name, cells}) => [name, cells]),
		['validation', 18, 'locality', 132, 'scaling', 144, 'transfer', 1344, 'compilation', 130, 'production', 288],
	);
	assert.deepEqual([hours.declared, hours.planned, budget], [[30, 52], [30, 52], null]);
	assert.deepEqual(phases[1]?.apart[0], {name: 'scaling', why: 'both use GPU 0'});
});

suite('the first facts of a campaign', () => {
	const line = 'experiment=ezkl_parallel experiment.seed=5';
	const preparation = {
		composition: composeLine(line),
		plan: planLine(line),
		machine: machine(),
		python: {kind: 'none', tried: []},
		overrides: [],
	} as unknown as Parameters<typeof listOpeningFacts>[0]['preparation'];

	test('have its phases, its own configuration, and the suite and words of each job', async () => {
		const [opened] = await listOpeningFacts({
			...{preparation, logsDir: 'logs', token: 't', simulated: true, isWatched: false},
		});
		assert.ok(opened?.type === 'opened');
		const experiment = opened.config.experiment as {readonly name: string; readonly phases: readonly unknown[]};

		assert.deepEqual(
			opened.campaign?.phases.map(({name}) => name),
			['core', 'scaling', 'composite', 'convolutions'],
		);
		assert.deepEqual([opened.suite, opened.seed, opened.maxWorkers], ['ezkl_parallel', 5, 3]);
		assert.deepEqual([experiment.name, experiment.phases.length], ['ezkl_parallel', 4]);
		assert.deepEqual(
			opened.jobs.map(({suite: name, overrides}) => `${name} ${overrides.length}`),
			['ezkl_layer 3', 'ezkl_layer 3', 'ezkl_layer 4', 'ezkl_layer 2', 'ezkl_layer 2'],
		);
	});

	test('have every different workload once', () => {
		const {jobs, workloads} = recordJobs({composition: composeLine('experiment=a100_guide')});

		assert.equal(workloads.length, 3 + 1 + 4);
		assert.deepEqual(
			jobs.map(({workload}) => workload),
			[0, 1, 2, 3, 4, 5, 5, 5, 5, 6, 7],
		);
	});
});
