import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {formatSummaryCsv, formatSummaryMarkdown} from '../../source/report/summary-tables.ts';
import {cell, failed, HEAT, opened, planned, play, ran, spoilt} from '../rig/story.ts';

const A = cell({model: 'a'});
const B = cell({model: 'b', gpuId: null, numaNode: null});
const REPEATED = cell({model: 'a', runId: 'gpu0_numa0_a_2', duplicateOf: A.runId});
const FAILURE = {kind: 'exit', message: 'said "no", | twice', advice: 'x'} as const;

const NIGHT = play(
	opened(),
	planned([A, B, REPEATED, cell({model: 'c'})]),
	...ran(A.runId, {throughputSamplesPerS: 1234.5678}),
	...failed(B.runId, {failure: FAILURE, device: 'cpu'}),
);

suite('the summary as CSV', () => {
	test('has a line for each cell, with quotes where a reason needs them and nothing where nothing is known', () => {
		assert.equal(
			formatSummaryCsv(NIGHT),
			[
				'run_id,status,gpu_id,numa_node,model,device,throughput_samples_per_s,p50_ms,p90_ms,duration_s,reason,simulated,penalty_percent,penalty_low_percent,penalty_high_percent,control_percent,control_low_percent,control_high_percent,blocks,bound_by,verdict',
				'gpu0_numa0_a,succeeded,0,0,a,cuda,1234.5678,9,11,12.5,,false,,,,,,,,,',
				'b,failed,,,b,cpu,,,,12.5,"said ""no"", | twice",false,,,,,,,,,',
				'gpu0_numa0_a_2,succeeded,0,0,a,cuda,1234.5678,9,11,12.5,same as gpu0_numa0_a,false,,,,,,,,,',
				'gpu0_numa0_c,waiting,0,0,c,,,,,,,false,,,,,,,,,',
				'',
			].join('\n'),
		);
	});

	test('marks every line of a simulated run', () => {
		const [, ...lines] = formatSummaryCsv(play(opened({simulated: true}), planned([A, B])))
			.trimEnd()
			.split('\n');

		assert.ok(lines.length === 2 && lines.every((line) => line.endsWith(',true,,,,,,,,,')));
	});
});

suite('the summary as Markdown', () => {
	test('keeps a bar inside of a reason from ending its column', () => {
		assert.match(
			formatSummaryMarkdown(NIGHT),
			/^\| b \| failed \| - \| - \| b \| cpu \| - \| - \| - \| 12\.5 \| said "no", \\\| twice \|$/m,
		);
	});

	test('begins and ends with the watermark when it is simulated', () => {
		const lines = formatSummaryMarkdown(play(opened({simulated: true}), planned([A])))
			.trimEnd()
			.split('\n');

		assert.match(lines[0] ?? '', /SIMULATED/);
		assert.match(lines.at(-1) ?? '', /SIMULATED/);
		assert.equal(lines.at(-2), '');
		assert.doesNotMatch(formatSummaryMarkdown(NIGHT), /SIMULATED/);
	});
});

suite('an invalid cell in a table', () => {
	const state = play(opened(), planned([A]), ...spoilt(A.runId, [HEAT, 'pages: 0.0 % on node 0']));

	test('has its reasons and no number that could be averaged', () => {
		const [, line] = formatSummaryCsv(state).split('\n');

		assert.equal(line, `gpu0_numa0_a,invalid,0,0,a,cuda,,,,12.5,${HEAT}; pages: 0.0 % on node 0,false,,,,,,,,,`);
		assert.match(
			formatSummaryMarkdown(state),
			/\| gpu0_numa0_a \| invalid \| 0 \| 0 \| a \| cuda \| - \| - \| - \| 12\.5 \| GPU 0 slowed/,
		);
	});
});
