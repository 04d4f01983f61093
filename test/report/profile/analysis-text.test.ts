import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {analyse} from '../../../source/report/profile/analyse.ts';
import type {AnalysedCapture} from '../../../source/report/profile/analysis.ts';
import {formatAnalysisCsv, formatAnalysisMarkdown} from '../../../source/report/profile/analysis-tables.ts';
import {formatAnalysis} from '../../../source/report/profile/analysis-text.ts';
import {readMetadata} from '../../../source/report/profile/capture-metadata.ts';
import {makeCapture} from '../../rig/synthetic-capture.ts';

const makeAnalysed = (name: string): AnalysedCapture => ({
	file: `captures/${name}.sqlite`,
	capture: readMetadata(name, null),
	profile: analyse(
		makeCapture({
			ranges: [['test_batch_0', 0, 10_000]],
			calls: [
				[1000, 1],
				[2000, 2],
				[3000, 3],
			],
			operations: [
				{kind: 'copy', start: 5000, end: 105_000, correlation: 1, detail: 1, bytes: 5_000_000},
				{kind: 'kernel', start: 55_000, end: 205_000, correlation: 2},
				{kind: 'copy', start: 205_000, end: 225_000, correlation: 3, detail: 2, bytes: 1_000_000},
			],
		}),
		{includeWarmUp: false},
	),
});

const one = makeAnalysed('gpu0_numa2_vit32x6x512');
const failures = [{file: 'a|b.sqlite', problem: 'it is damaged or was cut off', tryThis: 'nsys export'}];

suite('an analysis as text', () => {
	const text = formatAnalysis({captures: [one], failures}, {columns: 80, ascii: false});

	test('says of what it is, and what was measured', () => {
		assert.match(text, /gpu0_numa2_vit32x6x512, model vit32x6x512, GPU 0, node 2 \(by its file name\)/);
		assert.match(text, /3 operations; first beginning to last end\s+220\.0 us/);
	});

	test('says bandwidths in the unit that it names', () => {
		assert.match(text, /1e9 bytes a second/);
		assert.match(text, /^h2d pinned +1 +5\.0 MB +100\.0 us +100\.0 us +100\.0 us +50\.00 GB\/s$/m);
	});

	test('says overlap and idle time', () => {
		assert.match(text, /copies and kernels overlap 50\.00 us = 41\.7 % of 120\.0 us with copies/);
		assert.match(text, /busy 220\.0 us of 220\.0 us, idle 0 ns = 0\.0 %/);
	});

	test('says how many files failed', () => assert.match(text, /Not analysed: 1 capture/));

	for (const columns of [60, 80, 120]) {
		test(`fits into ${columns} columns, of one and of many captures`, () => {
			for (const captures of [[one], [one, one], Array.from({length: 9}, () => one)]) {
				const lines = formatAnalysis({captures, failures}, {columns, ascii: true}).split('\n');
				assert.deepEqual(
					lines.filter((line) => line.length > columns),
					[],
				);
			}
		});
	}

	test('compares many captures in one table, and refers to the rest', () => {
		const many = formatAnalysis(
			{captures: Array.from({length: 9}, () => one), failures: []},
			{columns: 80, ascii: false},
		);

		assert.equal(many.match(/^gpu0_numa2_vit32x6x512 .*50\.00 GB\/s +50\.00 GB\/s/gm)?.length, 9);
		assert.match(many, /Each of them in full/);
	});
});

suite('an analysis as a table', () => {
	test('has a line of CSV for each capture, with units in the titles', () => {
		const [titles = '', row = ''] = formatAnalysisCsv({captures: [one], failures: []}).split('\n');
		const values = Object.fromEntries(titles.split(',').map((title, index) => [title, row.split(',')[index]]));

		assert.equal(values.h2d_bytes_per_s, '50000000000');
		assert.equal(values.latency_p50_us, '220');
		assert.deepEqual([values.gpu, values.numa_node, values.model], ['0', '2', 'vit32x6x512']);
		assert.equal(values.batches_per_s, '');
	});

	test('has a line of Markdown for each', () => {
		assert.match(
			formatAnalysisMarkdown({captures: [one], failures: []}),
			/^\| gpu0_numa2_vit32x6x512 \| 0 \| 2 \| vit32x6x512 \| 1 \| 220\.0 \| 50\.00 \| 50\.00 \| 0\.15 \| 41\.7 \| 0\.0 \|$/m,
		);
	});
});
