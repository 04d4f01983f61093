import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Cell} from '../../source/domain/experiment.ts';
import type {RunState} from '../../source/journal/state.ts';
import {summarize} from '../../source/report/summarize.ts';
import {formatSummary} from '../../source/report/summary-text.ts';
import {measureColumns} from '../../source/report/text.ts';
import {cell, failed, HEAT, opened, planned, play, ran, repeated, STORY_START, spoilt, tried} from '../rig/story.ts';
import {runBlocks} from '../rig/studies.ts';

const LONG = 'a_model_with_a_name_that_nobody_would_want_to_type_twice_because_it_is_far_too_long';
const LOCAL = cell({model: 'vit0x0x0'});
const REMOTE = cell({model: 'vit0x0x0', numaNode: 2});
const BROKEN = cell({model: 'vit16x8x768'});
const WIDE = cell({model: `模型_${LONG}`, gpuId: 1});

const TIMEOUT = {
	kind: 'timeout',
	message: 'still running after 600 s',
	advice: 'Give it longer: experiment.test.timeout_s=1200',
} as const;

const NIGHT = play(
	opened({notices: ['binding=auto took strict binding']}),
	planned([LOCAL, REMOTE, BROKEN, WIDE, cell({gpuId: 3})]),
	...ran(LOCAL.runId),
	...ran(REMOTE.runId, {throughputSamplesPerS: 620}),
	...failed(BROKEN.runId, {failure: TIMEOUT}),
	...ran(WIDE.runId, {status: 'degraded', degraded: ['batch_size: declared 10, effective 8']}),
	{type: 'closed', reason: 'finished'},
);

const show = (state: RunState, columns: number, more: Omit<Parameters<typeof formatSummary>[1], 'columns'> = {}) =>
	formatSummary(summarize(state, STORY_START), {columns, ...more});

suite('the summary as text', () => {
	test('reads like this at 80 columns', () => {
		const cells = [LOCAL, REMOTE, BROKEN];
		const state = play(
			opened(),
			planned(cells),
			...ran(LOCAL.runId),
			...ran(REMOTE.runId, {throughputSamplesPerS: 620}),
			...failed(BROKEN.runId, {failure: TIMEOUT}),
			{type: 'closed', reason: 'finished'},
		);

		assert.equal(
			show(state, 80, {
				files: ['outputs/numa/2025-07-12/02-31-02/results.json'],
				resume: 'warpdeck resume outputs/numa/2025-07-12/02-31-02',
			}),
			[
				'numa_study: finished with problems in 14.0 s',
				'Succeeded: 2 of 3 cells planned = 66.7 %; 2 of 3 tried = 66.7 %',
				'  1 failed',
				'  95 % interval of the tried: 20.8 to 93.9 % (Wilson)',
				'',
				'By NUMA node: node 0 1/2, node 2 1/1',
				'By model: vit0x0x0 2/2, vit16x8x768 0/1',
				'Failed by reason: timeout 1',
				'',
				'Failures (1)',
				'  timeout: gpu0_numa0_vit16x8x768',
				'    still running after 600 s',
				'    Give it longer: experiment.test.timeout_s=1200',
				'    stderr: logs/gpu0_numa0_vit16x8x768.stderr',
				'',
				'Throughput, samples/s',
				'  model     device  n   mean    min   max  p50 ms',
				'  vit0x0x0  cuda    2  810.0  620.0  1000   9.000',
				'',
				'NUMA penalty, nodes local:remote, samples/s',
				'  = 1 - remote / local, geometric means of throughput; above 0 remote is slower',
				'  GPU  model     nodes  distance  local  remote  penalty  n',
				'    0  vit0x0x0    0:2        21   1000   620.0   38.0 %  1',
				'  single run, no interval',
				'',
				'Read before you quote',
				'  For 2 of 2 bound results nothing says on which node their pages lay; the',
				'  binding was asked for, not proved.',
				'',
				'What failed, is invalid or is missing',
				'  warpdeck resume outputs/numa/2025-07-12/02-31-02',
				'',
				'Files',
				'  outputs/numa/2025-07-12/02-31-02/results.json',
				'',
			].join('\n'),
		);
	});

	for (const columns of [60, 61, 80, 133, 200]) {
		test(`has no line wider than ${columns} columns, whatever names people choose`, () => {
			const widest = Math.max(...show(NIGHT, columns).split('\n').map(measureColumns));

			assert.ok(widest <= columns, `${widest} columns`);
		});
	}

	test('takes a terminal of fewer than 60 columns for one of 60', () => {
		assert.equal(show(NIGHT, 10), show(NIGHT, 60));
	});

	test('begins and ends with the watermark when it is simulated, and never has it otherwise', () => {
		const lines = show(play(opened({simulated: true}), planned([LOCAL])), 80)
			.trimEnd()
			.split('\n');

		assert.match(lines[0] ?? '', /^SIMULATED/);
		assert.match(lines.at(-1) ?? '', /^SIMULATED/);
		assert.doesNotMatch(show(NIGHT, 80), /SIMULATED/);
	});

	test('in ASCII has the same lines without a letter beyond it', () => {
		const ascii = show(NIGHT, 80, {ascii: true});

		assert.match(ascii, /^[\n -~]*$/);
		assert.equal(ascii.split('\n').length, show(NIGHT, 80).split('\n').length);
	});

	test('carries no escape sequence that a workload printed', () => {
		const failure = {kind: 'exit', message: '\u001b[2Jgone\u009b31m', advice: '\u001b]0;title\u0007x'} as const;

		const text = show(play(opened(), planned([LOCAL]), ...failed(LOCAL.runId, {failure})), 80);

		assert.doesNotMatch(text, /(?!\n)\p{Cc}/u);
		assert.match(text, / {4}gone/);
	});

	test('tells the reason where there is no penalty', () => {
		assert.match(
			show(play(opened(), planned([LOCAL])), 120),
			/^NUMA penalty: none\. No GPU was planned on its own node/m,
		);
	});

	test('sets verdicts of blocks beside their rows where there is room, and below them where there is none', () => {
		const cells = [0, 1].flatMap((gpuId) => [0, 2].map((node) => cell({model: 'vit0x0x0', gpuId, numaNode: node})));
		const blocks = runBlocks(cells, 6, ({gpuId, numaNode: node}, place) =>
			gpuId === 0 ? (node === 0 ? 1000 : 950) + (place % 3) : 1000 + ((place * 37) % 101),
		);
		const state = play(opened(), planned(cells, {blocks: 6}), ...blocks);
		const pick = (columns: number) => {
			const lines = show(state, columns).split('\n');
			const from = lines.findIndex((line) => line.startsWith('NUMA penalty, '));
			return lines.slice(from + 3, lines.findIndex((line) => line.startsWith('best GPU')) - 1);
		};

		assert.deepEqual(pick(80), [
			'  GPU  model     nodes  distance  local  remote  penalty  95 % interval  n',
			'    0  vit0x0x0    0:2        21   1001   951.0    5.0 %   4.8 to 5.2 %  6',
			'       penalty 5.0 % [4.8, 5.2], no control',
			'    1  vit0x0x0    0:2        21   1072    1038    3.2 %  -0.5 to 6.7 %  6',
			'       inconclusive, could detect 4.9 %, 20 more blocks needed',
			'',
			'NUMA penalty by model, mean of its GPUs in each block; verdicts adjusted for 1',
			'row',
			'  model     GPUs  distance  penalty  95 % interval  n',
			'  vit0x0x0   0,1        21    4.1 %   2.3 to 5.9 %  6',
			'  penalty 4.1 % [2.3, 5.9], no control',
		]);
		assert.deepEqual(pick(150).slice(0, 3), [
			'  GPU  model     nodes  distance  local  remote  penalty  95 % interval  n  verdict',
			'    0  vit0x0x0    0:2        21   1001   951.0    5.0 %   4.8 to 5.2 %  6  penalty 5.0 % [4.8, 5.2], no control',
			'    1  vit0x0x0    0:2        21   1072    1038    3.2 %  -0.5 to 6.7 %  6  inconclusive, could detect 4.9 %, 20 more blocks needed',
		]);
	});

	test('shows one entry for failures of one cause, so that a bad night fits a screen', () => {
		const cells = Array.from({length: 40}, (_, index) => cell({model: `m${index}`}));

		const text = show(play(opened(), planned(cells), ...cells.flatMap(({runId}) => failed(runId))), 80);

		assert.match(text, /^Failures \(40\)\n {2}exit: gpu0_numa0_m0 and 39 more\n {4}exited with code 1\n/m);
	});

	test('says that a failure is behind the word finished', () => {
		assert.match(show(NIGHT, 80), /^numa_study: finished with problems in 18\.0 s/);
	});
});

suite('the summary of a run with invalid results', () => {
	const [a, b, c] = ['a', 'b', 'c'].map((model) => cell({model})) as [Cell, Cell, Cell];
	const text = formatSummary(
		summarize(
			play(
				opened(),
				planned([a, b, c]),
				...ran(a.runId),
				...spoilt(b.runId),
				repeated(b.runId),
				...spoilt(b.runId, [HEAT], 2),
				...spoilt(c.runId),
				repeated(c.runId),
				...tried(c.runId, 2),
				{type: 'closed', reason: 'finished'},
			),
			STORY_START,
		),
		{columns: 160},
	);

	test('counts them beside the planned cells, and tells how repetitions ended', () => {
		assert.match(text, /^numa_study: finished with problems/);
		assert.match(text, /Succeeded: 2 of 3 cells planned = 66\.7 %; 2 of 3 tried = 66\.7 %\n {2}1 invalid\n/);
		assert.match(text, /2 experiments invalid at first and tried once more: 1 came out well, 1 is invalid again/);
	});

	test('lists why, with the cell', () => {
		assert.match(text, new RegExp(`Invalid: kept, and in no average.*\n {2}1 cell: ${b.runId}\n {4}${HEAT}`));
	});
});
