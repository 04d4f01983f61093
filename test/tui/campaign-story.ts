import type {Campaign} from '../../source/domain/campaign.ts';
import type {Cell} from '../../source/domain/experiment.ts';
import {CUT_OFF} from '../../source/journal/campaign-facts.ts';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, failed, planned, playFast, postponed, ran} from '../rig/story.ts';
import {hostSample, openedOn, running} from './run-stories.ts';

const MODELS = ['vit32x2x256', 'vit32x6x512', 'vit16x8x768', '温度_模型'];

/** Three phases one after the other, the first with a gate and an OK, and one beside them that needs a person's hand. */
export const CAMPAIGN: Campaign = {
	phases: [
		{
			name: 'baseline',
			title: 'Where the numbers start',
			priority: 1,
			after: [],
			hours: {least: 2, most: 4},
			gpuMiB: 30_720,
			gate: {
				successRate: 0.95,
				metrics: [{metric: 'throughput_samples_per_s', of: 'mean', min: 1000}],
				approval: 'look at the penalties of the first night before the long one starts',
			},
			backup: true,
			expected: {core: 6, wide: 4},
			done: [{group: 'core', count: 2, where: 'the run of July'}],
		},
		{
			name: 'penalties',
			title: 'How much remote memory costs',
			priority: 1,
			after: ['baseline'],
			hours: {least: 8, most: 8},
			gate: {successRate: 0.9},
			pause: 'end of day 1',
			expected: {penalties: 8},
		},
		{name: 'scaling', title: 'scaling', priority: 3, after: ['penalties'], backup: true},
	],
	budget: {usdPerHour: 1.99, per: 'machine', stopUsd: 119, stopHours: 60},
};

const WIDE: Campaign['phases'][number] = {
	name: 'a_phase_whose_name_is_as_long_as_a_name_may_be_and_longer',
	title:
		'A title \u001b[31mof a suite\u001b[0m that is longer than a screen of eighty columns, and then some words more',
	priority: 2,
	after: ['baseline', 'penalties', 'scaling'],
};

const cellsOf = (models: readonly string[], nodes: readonly number[]): readonly Cell[] =>
	[0, 1].flatMap((gpuId) => nodes.flatMap((numaNode) => models.map((model) => cell({gpuId, numaNode, model}))));

const CORE = cellsOf(MODELS.slice(0, 2), [0]);
const BIG = cellsOf(MODELS.slice(3), [0]);
const REMOTE = cellsOf(MODELS.slice(0, 2), [0, 2]).map((one) => ({...one, runId: `${one.runId}_remote`, job: 1}));
const LAST = cellsOf(MODELS.slice(2, 3), [0]).map((one) => ({...one, job: 2}));

const idsOf = (cells: readonly Cell[]): readonly string[] => cells.map(({runId}) => runId);

const SPENT = 'the budget of 119 USD is used up';
const TOO_FEW = '3 of 4 succeeded (75 %), and its gate asks for 95 %';
const NEEDS = 'needs 62 GB of host memory';

export const campaignPlan = [
	planned(CORE, {change: {phase: 'baseline', group: 'core'}}),
	planned(BIG, {change: {phase: 'baseline', group: 'wide', postponed: NEEDS}}),
	planned(REMOTE, {change: {phase: 'penalties'}}),
	planned(LAST, {change: {phase: 'scaling'}}),
];

export const openedCampaign = (campaign: Campaign = CAMPAIGN) =>
	openedOn(2, {suite: 'numa_campaign', campaign, notices: []});

const tell = (...told: readonly (Fact | Measurement)[]): RunState =>
	playFast(openedCampaign(), ...campaignPlan, hostSample, ...told);

/** One of each GPU, then the next of each. */
const [first = '', third = '', second = '', fourth = ''] = idsOf(CORE);

/** The first phase goes on: one success, one failure, two that run. */
export const campaignRuns = (): RunState =>
	tell(...ran(first), ...failed(second), ...[third, fourth].flatMap((id) => running(id, 40)));

const coreRan: readonly Fact[] = idsOf(CORE).flatMap((id) => ran(id));
const judged = (phase: string, reasons: readonly string[] = []): Fact => ({type: 'phase-judged', phase, reasons});
const KEPT: Fact = {
	type: 'phase-kept',
	phase: 'baseline',
	path: '/data/runs/numa_campaign/2025-07-12/02-31-02/backups/1_baseline.tar',
	sha256: 'a1'.repeat(32),
};

/** The first phase is done, and its gate wants a person. */
export const awaitsApproval = (): RunState => tell(...coreRan, judged('baseline'));

/** Somebody has said yes, the second phase is done too, and is followed by a pause. */
export const pausesBehind = (): RunState =>
	tell(
		...coreRan,
		judged('baseline'),
		{type: 'phase-approved', phase: 'baseline', by: 'alice'},
		KEPT,
		...idsOf(REMOTE).flatMap((id) => ran(id)),
		judged('penalties'),
	);

/** The second phase has begun, and then the budget is used up: told without what was measured meanwhile. */
export const budgetStory = (): readonly Fact[] => [
	openedCampaign(),
	...campaignPlan,
	...coreRan,
	judged('baseline'),
	{type: 'phase-approved', phase: 'baseline', by: 'alice'},
	KEPT,
	...idsOf(REMOTE)
		.slice(0, 2)
		.flatMap((id) => ran(id)),
	{type: 'budget-reached', reason: SPENT},
	...[...idsOf(REMOTE).slice(2), ...idsOf(LAST)].map((id): Fact => ({...postponed(id, SPENT), by: CUT_OFF.budget})),
];

export const budgetReached = (): RunState => playFast(...budgetStory());

/** One of four failed, so that the gate cannot hold. */
export const gateFailed = (): RunState =>
	tell(...failed(first), ...[third, second, fourth].flatMap((id) => ran(id)), judged('baseline', [TOO_FEW]));

/** Names that a suite may have, on as many phases as a day plan has. */
export const manyPhases = (): RunState =>
	playFast(
		openedCampaign({
			phases: [
				...CAMPAIGN.phases,
				WIDE,
				...Array.from({length: 14}, (_, index) => ({
					name: `day_${index + 1}`,
					title: `Day ${index + 1}`,
					priority: 2,
					after: [],
				})),
			],
		}),
		...campaignPlan,
		hostSample,
		...ran(first),
	);
