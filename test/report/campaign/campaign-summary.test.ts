import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../../source/domain/json.ts';
import {foldJournal} from '../../../source/journal/fold.ts';
import {reduce} from '../../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../../source/journal/state.ts';
import {describeCampaignStatus, listStatusLines} from '../../../source/report/campaign/campaign-status.ts';
import {summarizeCampaign} from '../../../source/report/campaign/campaign-summary.ts';
import {sumGroups} from '../../../source/report/campaign/phase-words.ts';
import {buildExperimentSummary, buildResults} from '../../../source/report/exports.ts';
import {judgeGate} from '../../../source/report/judge-gate.ts';
import {summarize} from '../../../source/report/summarize.ts';
import {formatSummaryCsv, formatSummaryMarkdown} from '../../../source/report/summary-tables.ts';
import {formatSummary} from '../../../source/report/summary-text.ts';
import {writeCampaignJournal} from '../../rig/campaign-journal.ts';
import {awaitsApproval, campaignRuns, gateFailed, pausesBehind} from '../../tui/campaign-story.ts';
import {finishedOnGpus} from '../../tui/run-stories.ts';

const JOURNAL = new URL('../../../fixtures/journals/v1-campaign-budget.jsonl', import.meta.url);
const loaded = foldJournal([readFileSync(JOURNAL)], reduce, initialState).state;
const write = (state: RunState, columns = 100) => formatSummary(summarize(state, state.at), {columns});

suite('the summary of a campaign', () => {
	test('says phases, gates, groups and what is left for later, as text that fits', () => {
		for (const columns of [60, 80, 200]) {
			const text = write(loaded, columns);

			for (const line of text.split('\n')) assert.ok(line.length <= columns, line);
			assert.match(text, /^phases of the campaign$/m);
			assert.match(text, /1 of 3 phases passed/);
			assert.match(text, /Stopped: the budget of 119 USD is used up/);
			assert.match(text, /6 \+ 0 \+ 2 = 8 of 18 expected/);
			assert.match(text, /^ +6 {2}penalties {2}the budget/m);
		}
	});

	test('lists what is left for later once, and not as what a resume tries', () => {
		const text = write(loaded);

		assert.match(text, /^left for later, by reason$/m);
		assert.doesNotMatch(text, /^Postponed: /m);
	});

	test('has the same in Markdown, and its place beside each cell in CSV and results.json', () => {
		assert.match(formatSummaryMarkdown(loaded), /^## phases of the campaign$/m);

		const [titles = '', ...lines] = formatSummaryCsv(loaded).trimEnd().split('\n');
		assert.match(titles, /,phase,group,postponed$/);
		assert.match(lines.at(-1) ?? '', /,scaling,scaling,the budget of 119 USD is used up$/);
		const [first] = buildResults(loaded);
		assert.deepEqual([first?.phase, first?.group], ['baseline', 'core']);
	});

	test('has phases and cost in experiment_summary.json, and all reasons for what was postponed', () => {
		const {phases, cost_usd, budget_stopped, postponed_by_reason, postponed_runs} = buildExperimentSummary(
			loaded,
			loaded.at,
		);
		const states = (phases as readonly JsonObject[]).map(({name, state}) => `${name} ${state}`);
		const counts = (postponed_by_reason as readonly JsonObject[]).map(({count}) => Number(count));

		assert.deepEqual(states, ['baseline passed', 'penalties waiting', 'scaling waiting']);
		assert.ok(Math.abs(Number(cost_usd) - (1.99 * (loaded.at - (loaded.opened?.at ?? 0))) / 3_600_000) < 1e-9);
		assert.equal(budget_stopped, 'the budget of 119 USD is used up');
		assert.equal(
			counts.reduce((sum, count) => sum + count, 0),
			postponed_runs,
		);
	});

	test('says nothing of phases where there are none', () => {
		const state = finishedOnGpus();

		assert.equal(summarizeCampaign(state, state.at), null);
		assert.equal(describeCampaignStatus(state, state.at), null);
		assert.doesNotMatch(write(state), /phase/i);
		assert.doesNotMatch(formatSummaryCsv(state), /phase/);
		for (const key of ['phases', 'cost_usd']) assert.ok(!(key in buildExperimentSummary(state, state.at)));
	});
});

suite('a condition of a gate', () => {
	test('fails exactly where the gate itself is not held', () => {
		for (const state of [campaignRuns(), awaitsApproval(), gateFailed(), pausesBehind(), loaded]) {
			for (const {phase, conditions} of summarizeCampaign(state, state.at)?.phases ?? []) {
				const measured = conditions.filter(({what}) => !what.startsWith("a person's OK"));

				assert.equal(
					measured.every(({holds}) => holds === true),
					judgeGate(state, phase.name).length === 0,
					phase.name,
				);
			}
		}
	});

	test('says what is wanted and what there is', () => {
		const [baseline] = summarizeCampaign(gateFailed(), 0)?.phases ?? [];

		assert.deepEqual(baseline?.conditions, [
			{what: 'success rate', wanted: 'at least 95 %', present: '75 % (3 of 4)', holds: false},
			{what: 'mean of throughput_samples_per_s', wanted: 'at least 1000', present: '1000 (of 3)', holds: true},
			{
				what: "a person's OK: look at the penalties of the first night before the long one starts",
				wanted: '',
				present: null,
				holds: null,
			},
		]);
	});
});

suite('the words of a campaign', () => {
	test('add groups up against what was expected', () => {
		const group = (succeeded: number, expected: number | null) => ({name: '', succeeded, elsewhere: 0, expected});

		assert.equal(
			sumGroups([{groups: [group(18, 20), group(4, 10)]}, {groups: [group(8, 10), group(5, null)]}]),
			'18 + 4 + 8 = 30 of 40 expected',
		);
		assert.equal(sumGroups([{groups: [group(5, null)]}]), null);
	});

	test('say in a line of status which phase it is, what it waits for and what it has cost', () => {
		const state = awaitsApproval();

		const status = describeCampaignStatus(state, state.at);

		assert.deepEqual(status && listStatusLines(status), [
			'phase 1/3 baseline: needs an OK: look at the penalties of the first night before the long one starts',
			'$0.00 of $119.00',
		]);
	});
});

suite('the journal of a campaign', () => {
	test('was written by the version before, and says the same still', () => {
		assert.deepEqual(loaded.anomalies, []);
		assert.equal(
			summarizeCampaign(loaded, loaded.at)
				?.phases.map(({counts}) => counts.succeeded)
				.join(),
			'4,2,0',
		);
		assert.match(writeCampaignJournal(), /^\{"type":"opened".*"campaign":/);
	});
});
