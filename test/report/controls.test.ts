import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {buildExperimentSummary, buildResults} from '../../source/report/exports.ts';
import {summarize} from '../../source/report/summarize.ts';
import {formatSummaryCsv, formatSummaryMarkdown} from '../../source/report/summary-tables.ts';
import {formatSummary} from '../../source/report/summary-text.ts';
import {cell, controlId, failed, numaNode, opened, planned, play, ran, topology, withControls} from '../rig/story.ts';
import {runControlledBlocks} from '../rig/studies.ts';

const LOCAL = cell({gpuId: 0, numaNode: 0});
const REMOTE = cell({gpuId: 0, numaNode: 2});
const PLAN = withControls(planned([LOCAL, REMOTE], {blocks: 8}), [LOCAL]);

/** Remote memory costs 4 %; a control is `again` times the local cell. */
const study = (again = 1) =>
	play(
		opened(),
		PLAN,
		...runControlledBlocks(
			[LOCAL, REMOTE],
			8,
			({numaNode: node}, place, isControl) => (node === 2 ? 960 : 1000) * (isControl ? again : 1) + ((place * 7) % 5),
		),
	);

suite('an A/A control', () => {
	test('stands beside its comparison, and a penalty above its bound is one', () => {
		const {penalties, controls, executions, total} = summarize(study(), 0);

		assert.ok(penalties.kind === 'measured' && controls);
		const [row] = penalties.rows;
		assert.deepEqual([executions, total, controls.planned, controls.rejected], [24, 2, 1, 0]);
		assert.ok(row?.control?.boundPercent && row.control.boundPercent < 1);
		assert.match(row.verdict, /^penalty 3\.9 % \[/);
		assert.doesNotMatch(row.verdict, /no control/);
	});

	test('that differs from itself makes every verdict of the session invalid', () => {
		const {penalties, controls} = summarize(study(0.99), 0);

		assert.ok(penalties.kind === 'measured');
		assert.equal(controls?.rejected, 1);
		assert.deepEqual(
			penalties.rows.map(({finding}) => finding),
			['invalid'],
		);
		assert.match(formatSummary(summarize(study(0.99), 0), {columns: 80}), /no comparison of\s+this session is valid/);
	});

	test('counts in no figure of its cell, whether it is fast, slow or failed', () => {
		const blocks = [1, 2].map((block) => controlId(LOCAL.runId, block));
		const plan = withControls(planned([LOCAL], {blocks: 2}), [LOCAL]);
		const state = play(
			opened(),
			plan,
			...ran(LOCAL.runId, {throughputSamplesPerS: 1000}),
			...ran(`${LOCAL.runId}.b2`, {throughputSamplesPerS: 1000}),
			...ran(blocks[0] ?? '', {throughputSamplesPerS: 5000}),
			...failed(blocks[1] ?? ''),
		);

		const {throughput, succeeded, failed: failures, failures: rows} = summarize(state, 0);

		assert.deepEqual(
			throughput.map(({n, meanSamplesPerS}) => [n, meanSamplesPerS]),
			[[2, 1000]],
		);
		assert.deepEqual([succeeded, failures], [1, 0]);
		assert.deepEqual(
			rows.map(({runId, role, message}) => [runId, role, message]),
			[[blocks[1], 'control', 'Only an A/A control: exited with code 1']],
		);
	});

	test('alone, on a machine with one node, has its table although a penalty is not measurable', () => {
		const one = topology({nodes: [numaNode(0, [10])]});
		const state = play(
			opened({topology: one}),
			withControls(planned([LOCAL], {blocks: 6}), [LOCAL]),
			...[1, 2, 3, 4, 5, 6].flatMap((block) => [
				...ran(block === 1 ? LOCAL.runId : `${LOCAL.runId}.b${block}`, {throughputSamplesPerS: 1000 + block}),
				...ran(controlId(LOCAL.runId, block), {throughputSamplesPerS: 1000 + ((block * 3) % 7)}),
			]),
		);

		const text = formatSummary(summarize(state, 0), {columns: 100});

		assert.match(text, /Not measurable here, because this machine has one NUMA node only/);
		assert.match(text, /A\/A controls: the local cell against itself/);
		assert.match(text, /no difference found/);
	});

	test('of warm-ups pairs nothing, and a warm-up enters no figure', () => {
		const warm = {...PLAN, experiments: PLAN.experiments.map((one) => ({...one, role: 'warm-up' as const, block: 0}))};
		const state = play(opened(), warm, ...PLAN.experiments.slice(0, 2).flatMap(({id}) => ran(id)));

		const {throughput, penalties, controls} = summarize(state, 0);

		assert.deepEqual([throughput, penalties.kind, controls], [[], 'none', null]);
	});

	test('is in every file: JSON, CSV, Markdown, and the executions beside a cell', () => {
		const state = study();
		const {controls, numa_penalty: penalty} = buildExperimentSummary(state, 0) as never as {
			readonly controls: {readonly rows: readonly {readonly bound_percent: number}[]};
			readonly numa_penalty: {readonly rows: readonly {readonly control: {readonly n: number}}[]};
		};
		const [local] = buildResults(state) as never as readonly {
			readonly blocks: readonly unknown[];
			readonly others: readonly unknown[];
		}[];

		assert.ok(Number(controls.rows[0]?.bound_percent) > 0);
		assert.equal(penalty.rows[0]?.control.n, 8);
		assert.deepEqual([local?.blocks.length, local?.others.length], [8, 8]);
		assert.match(formatSummaryCsv(state), /^gpu0_numa2_.*,8,,"penalty 3\.9 % \[/m);
		assert.match(formatSummaryMarkdown(state), /^## A\/A controls: the local cell against itself$/m);
		assert.match(formatSummaryMarkdown(state), /^\| 0 \| vit32x2x256 \| 0:2 \| 21 \|/m);
	});
});
