import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {foldJournal} from '../../../source/journal/fold.ts';
import {reduce} from '../../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../../source/journal/state.ts';
import {compareRuns} from '../../../source/report/compare/compare-runs.ts';
import {formatComparisonCsv, formatComparisonMarkdown} from '../../../source/report/compare/comparison-tables.ts';
import {formatComparison} from '../../../source/report/compare/comparison-text.ts';
import {cell} from '../../rig/story.ts';
import {around, tellRun} from '../../rig/two-runs.ts';

const names = ['outputs/study/2026-11-28/01-00-00  (2 cells)', 'outputs/study/2026-11-29/01-00-00  (2 cells)'] as const;
const cells = [cell(), cell({numaNode: 2}), cell({model: 'vit32x12x1024'})];
const a = tellRun('a', {cells, measure: around(1000, 1)});
const slower = tellRun('b', {
	cells,
	measure: ({numaNode, model}, block) => ({
		throughputSamplesPerS: (model === 'vit32x12x1024' ? 912 : numaNode === 2 ? 700 : 1003) + block,
		versions: {python: '3.12.3', torch: '2.12.0'},
	}),
});
/** Journals of real runs, kept since the first version. */
const loadOld = (name: string): RunState =>
	foldJournal(
		[readFileSync(new URL(`../../../fixtures/journals/${name}.jsonl`, import.meta.url))],
		reduce,
		initialState,
	).state;
const show = (first: RunState, second: RunState, columns = 80, ascii = false) =>
	formatComparison(compareRuns(first, second), {columns, names, ascii});

suite('a comparison as text', () => {
	test('says who is compared, what differs, every cell and the verdict, in 80 columns', () => {
		assert.equal(show(a, slower), EXPECTED);
	});

	for (const columns of [60, 80, 120])
		test(`fits ${columns} columns`, () => {
			for (const line of show(a, slower, columns).split('\n')) assert.ok(line.length <= columns, line);
		});

	test('is ASCII where that is asked for', () => assert.match(show(a, slower, 60, true), /^[\n -~]*$/));

	test('carries the watermark first and last where one of the two is simulated', () => {
		const simulated = tellRun('s', {cells, opening: {simulated: true}});
		const lines = show(a, simulated).trim().split('\n');
		for (const line of [lines[0], lines.at(-1)]) assert.match(line ?? '', /^SIMULATED/);
		assert.match(lines.join('\n'), /Compared all the same, because somebody said so\n {2}B is simulated/);
		assert.match(formatComparisonMarkdown(compareRuns(a, simulated), names), /^\*\*SIMULATED/);
		assert.match(formatComparisonCsv(compareRuns(a, simulated)), /,true,false\n$/);
	});

	test('says that single runs tell nothing of chance', () => {
		const [first, second] = ['c', 'd'].map((token) => tellRun(token, {blocks: 1}));
		assert.ok(first && second);
		const text = show(first, second);
		assert.match(text, /Within tolerance/);
		assert.match(text, /single run/);
		assert.match(text, /experiment\.blocks=6/);
	});

	test('says of two real runs on an H200 that their windows were too short to tell much', () => {
		const [first, second] = ['v1-quick-test-h200', 'v1-killed-and-resumed-h200'].map(loadOld);
		assert.ok(first && second);
		const comparison = compareRuns(first, second);
		assert.deepEqual([comparison.matched, comparison.objections], [3, []]);
		assert.match(show(first, second), /The shortest window was 2\.6 ms, in which much is chance/);
	});

	test('of more cells than anybody reads shows those that are not within, and counts the others', () => {
		const many = Array.from({length: 200}, (_, index) => cell({model: `m${index}`}));
		const [first, second] = ['h', 'i'].map((token) =>
			tellRun(token, {
				cells: many,
				blocks: 1,
				measure: ({model}) => ({throughputSamplesPerS: token === 'i' && model === 'm7' ? 700 : 1000}),
			}),
		);
		assert.ok(first && second);
		const text = show(first, second);
		assert.match(text, /199 of 200 cells within 5 %, 1 outside twice of it\n.*\n.*gpu0_numa0_m7 /);
		assert.ok(text.split('\n').length < 30);
	});

	test('says what has no counterpart and what has no result', () => {
		const failed = tellRun('f', {
			cells: [...cells.slice(0, 2), cell({model: 'new'})],
			blocks: 1,
			measure: () => FAILED,
		});
		const text = show(failed, tellRun('g', {cells: cells.slice(0, 2), blocks: 1, measure: () => FAILED}));
		assert.match(text, /1 cell only in A: gpu0_numa0_new/);
		assert.match(text, /2 cells without a result that may be compared/);
		assert.match(text, /Nothing could be compared/);
	});
});

const FAILED = {status: 'failed', throughputSamplesPerS: null} as const;

suite('a comparison as a table', () => {
	test('has a line for each metric of each cell, with all digits', () => {
		const [titles, ...lines] = formatComparisonCsv(compareRuns(a, slower)).trim().split('\n');
		const comparison = compareRuns(a, slower);
		assert.equal(lines.length, comparison.rows);
		for (const line of lines) assert.equal(line.split(',').length, titles?.split(',').length);
		const [row] = comparison.metrics[0]?.rows ?? [];
		assert.ok(lines[0]?.startsWith(`throughput,gpu0_numa0_vit32x2x256,${row?.a.mean},${row?.b.mean},6,6,6,6,`));
	});

	test('has all of it in Markdown', () => {
		const text = formatComparisonMarkdown(compareRuns(a, slower), names);
		assert.match(text, /^\* A: outputs\/study/);
		assert.match(text, /\| versions \| torch \| 2\.11\.0 \| 2\.12\.0 \|/);
		assert.match(text, /\| gpu0_numa2_vit32x2x256 \|/);
		assert.match(text, /\*\*Outside tolerance: 2 of /);
	});
});

const EXPECTED = `A  outputs/study/2026-11-28/01-00-00  (2 cells)
B  outputs/study/2026-11-29/01-00-00  (2 cells)

What differs
  versions: torch 2.11.0 -> 2.12.0

throughput, samples/s: 1 of 3 cells within 5 %, 1 outside, 1 outside twice of it
  cell                          A      B    B - A     95 % interval  verdict
  gpu0_numa0_vit32x2x256     1001   1006   +0.5 %    +0.2 to +0.8 %  within
  gpu0_numa2_vit32x2x256     1001  703.5  -29.7 %  -30.0 to -29.4 %  far outside
  gpu0_numa0_vit32x12x1024  999.7  915.5   -8.4 %    -8.9 to -7.9 %  outside

latency p50, ms: 3 of 3 cells within 5 %
latency p90, ms: 3 of 3 cells within 5 %
peak of GPU memory, MiB: 3 of 3 cells within 5 %
peak of host memory, MiB: 3 of 3 cells within 5 %

Read before you quote
  Intervals are Welch's t on the blocks of these two runs: what changes from one
  run to the next (heat, clocks, other users) is not in them. unsure: the
  interval reaches over the edge of the tolerance.
  Far outside is more than twice the tolerance: look at what differs.
  3 numbers of the workload not compared: batches, samples, window_s;
  --tolerance batches=5% compares one.

Outside tolerance: 2 of 15 numbers of 3 cells.
`;
