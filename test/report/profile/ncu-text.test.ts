import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {formatAnalysisJson} from '../../../source/report/profile/analysis-json.ts';
import {formatAnalysisCsv, formatAnalysisMarkdown} from '../../../source/report/profile/analysis-tables.ts';
import {formatAnalysis} from '../../../source/report/profile/analysis-text.ts';
import {readMetadata} from '../../../source/report/profile/capture-metadata.ts';
import {shortenKernel} from '../../../source/report/profile/kernel-name.ts';
import {analyseNcuReport, looksLikeNcu} from '../../../source/report/profile/ncu-report.ts';

const RECORDED = readFileSync(new URL('../../../fixtures/ncu/ncu-csv-log.csv', import.meta.url), 'utf8');

const analyse = (text: string, sideCar: string | null = null) => {
	const report = analyseNcuReport('ncu_reports/gpu0_numa2_vit.csv', text, readMetadata('gpu0_numa2_vit', sideCar));
	assert.ok('figures' in report);
	return report;
};

const one = analyse(RECORDED);

suite('a report of ncu as text', () => {
	const text = formatAnalysis({captures: [], ncu: [one], failures: []}, {columns: 80, ascii: true});

	test('says whose it is and how clocks were held, as ncu itself said', () => {
		assert.match(text, /gpu0_numa2_vit \(by its file name\)/);
		assert.match(text, /4 kernels profiled; clock control none, cache control unknown/);
	});

	test('says hit rates and throughputs in percent, with the kernels that took most by short names', () => {
		assert.match(text, /^ {2}L2 hit rate {6}34\.1 %$/m);
		assert.match(text, /^ {2}DRAM throughput {2}19\.0 % of its peak$/m);
		assert.match(text, /^splitKreduce_kernel +1 +4\.35 us +21\.0 %$/m);
	});

	for (const columns of [60, 80, 120]) {
		test(`fits into ${columns} columns, of one and of many reports`, () => {
			for (const ncu of [[one], [one, one], Array.from({length: 9}, () => one)]) {
				const lines = formatAnalysis({captures: [], ncu, failures: []}, {columns, ascii: true}).split('\n');
				assert.deepEqual(
					lines.filter((line) => line.length > columns),
					[],
				);
			}
		});
	}
});

suite('a report of ncu in files', () => {
	test('takes how clocks and caches were held from its side-car', () => {
		const sideCar = {
			warpdeck_capture: 1,
			run_id: 'gpu3_numa1_vit',
			clockControl: 'base',
			cacheControl: 'all',
		};
		const {capture, figures} = analyse(RECORDED, JSON.stringify(sideCar));

		assert.deepEqual([capture.runId, figures.clockControl, figures.cacheControl], ['gpu3_numa1_vit', 'base', 'all']);
	});

	test('has a line of CSV with as many cells as titles', () => {
		const [titles = '', line = '', end] = formatAnalysisCsv({captures: [], ncu: [one], failures: []}).split('\n');
		const cells = new Map(titles.split(',').map((title, index) => [title, line.split(',')[index]]));

		assert.equal(end, '');
		assert.equal(titles.split(',').length, line.split(',').length);
		assert.deepEqual([cells.get('profiler'), cells.get('kernels'), cells.get('gpu')], ['ncu', '4', '0']);
		assert.equal(Number(cells.get('l2_hit_percent')).toFixed(1), '34.1');
		assert.equal(cells.get('batches'), '');
	});

	test('has a table of Markdown and a field of JSON of its own', () => {
		const analysis = {captures: [], ncu: [one], failures: []};

		assert.match(
			formatAnalysisMarkdown(analysis),
			/^\| report of ncu .*\n.*\n\| gpu0_numa2_vit \| 0 \| 2 \| vit \| 4 \| 34\.1/,
		);
		assert.deepEqual(JSON.parse(formatAnalysisJson(analysis)).ncu[0].figures.kernels, 4);
	});

	test('is told from other tables by its first lines', () => {
		assert.equal(looksLikeNcu(RECORDED), true);
		assert.equal(looksLikeNcu('a program says\n==PROF== Connected to process 1\n'), true);
		assert.equal(looksLikeNcu('run_id,status\n"a","ok"\n'), false);
	});
});

suite('the short name of a kernel', () => {
	for (const [name, short] of [
		['nvjet_sm90_hsh_48x64_64x15_4x1_v_bz_bias_TNN', 'nvjet_sm90_hsh_48x64_64x15_4x1_v_bz_bias_TNN'],
		[
			'void at::native::elementwise<8, a::b(c::d)::[lambda() (instance 2)], std::array<char *, 2>>(int, T2)',
			'elementwise',
		],
		['(anonymous namespace)::softmax<float>(float *)', 'softmax'],
		['<>', '<>'],
	] as const) {
		test(`of ${name.slice(0, 30)} is ${short}`, () => assert.equal(shortenKernel(name), short));
	}
});
