import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {isJsonObject, type JsonObject} from '../../../source/domain/json.ts';
import {buildExperimentSummary, buildResults} from '../../../source/report/exports.ts';
import {listPassSections} from '../../../source/report/profile/pass-sections.ts';
import {describeCost} from '../../../source/report/profile/pass-text.ts';
import {describeLink, findLink} from '../../../source/report/profile/pcie-link.ts';
import {summarize} from '../../../source/report/summarize.ts';
import {formatSummaryCsv, formatSummaryMarkdown} from '../../../source/report/summary-tables.ts';
import {formatSummary} from '../../../source/report/summary-text.ts';
import {cell, clocked, opened, planned, play, ran, result} from '../../rig/story.ts';
import {LOCAL, nsysFigures, passId, profiled, profiledNight, REMOTE, withPasses} from '../../rig/story-profiles.ts';

const night = profiledNight();
const summary = summarize(night, night.at);
const find = (id: string) => summary.profiles.find((pass) => pass.id === id);

suite('profiling passes of a run', () => {
	test('are listed with what they found, those too that failed or have not run', () => {
		assert.deepEqual(
			summary.profiles.map(({id, status, figures}) => [id, status, figures?.kind ?? null]),
			[
				['gpu0_numa0_vit32x6x512.nsys', 'succeeded', 'nsys'],
				['gpu0_numa2_vit32x6x512.nsys', 'succeeded', 'nsys'],
				['gpu0_numa0_vit0x0x0.nsys', 'succeeded', 'nsys'],
				['gpu0_numa0_vit16x8x768.nsys', 'waiting', null],
				['gpu0_numa0_vit32x6x512.ncu', 'succeeded', 'ncu'],
				['gpu0_numa2_vit32x6x512.ncu', 'succeeded', 'ncu'],
				['gpu0_numa0_vit0x0x0.ncu', 'failed', null],
			],
		);
	});

	test('say what the profiler costs, against the median of the timed passes of the same cell', () => {
		const cost = find('gpu0_numa2_vit32x6x512.nsys')?.cost;

		assert.deepEqual([cost?.profiledSamplesPerS, cost?.timedSamplesPerS, cost?.timed], [720, 900, 2]);
		assert.equal(cost?.lossPercent.toFixed(9), (100 * (1 - 720 / 900)).toFixed(9));
		assert.equal(
			describeCost(cost ?? null, 'nsys'),
			'720.0 samples/s under nsys, 900.0 timed (median of 2 passes): 20.0 % less',
		);
	});

	test('cost factors where a profiler replays kernels, and nothing known without a throughput', () => {
		assert.match(describeCost(find('gpu0_numa0_vit32x6x512.ncu')?.cost ?? null, 'ncu'), /: 50 times slower$/);
		assert.equal(find('gpu0_numa0_vit0x0x0.nsys')?.cost, null);
		assert.match(describeCost(null, 'nsys'), /^unknown: /);
	});

	test('know the link of their own window, or of a timed one, and otherwise none', () => {
		assert.equal(find('gpu0_numa0_vit32x6x512.nsys')?.link?.seenIn, 'the pass');
		assert.equal(find('gpu0_numa2_vit32x6x512.nsys')?.link?.seenIn, 'a timed pass');
		assert.equal(find('gpu0_numa0_vit0x0x0.nsys')?.link, null);
	});

	test('change no figure of the timed passes', () => {
		const cells = [LOCAL, REMOTE];
		const timed = [
			...ran(LOCAL.runId, {throughputSamplesPerS: 1000}),
			...ran(REMOTE.runId, {throughputSamplesPerS: 900}),
		];
		const without = play(opened(), planned(cells), ...timed);
		const withThem = play(
			opened(),
			withPasses(planned(cells), cells, 'nsys'),
			...timed,
			...profiled(LOCAL.runId, nsysFigures(LOCAL.runId, {throughputSamplesPerS: 1})),
		);
		const [plain, beside] = [without, withThem].map((state) => summarize(state, state.at));

		assert.deepEqual(beside?.throughput, plain?.throughput);
		assert.deepEqual(beside?.penalties, plain?.penalties);
		assert.deepEqual(
			[beside?.total, beside?.succeeded, beside?.successRatePercent],
			[plain?.total, plain?.succeeded, plain?.successRatePercent],
		);
	});
});

suite('a PCIe link', () => {
	const describe = (pcieGeneration: number | null, pcieWidth: number | null): string =>
		describeLink(findLink(result('a', {telemetry: clocked(null, {pcieGeneration, pcieWidth})}), []));

	// Lanes times transfers times the share of data, by hand: 16 x 32 / 8 x 128 / 130 and so on.
	for (const [generation, width, says] of [
		[1, 16, '4.0 GB/s'],
		[2, 16, '8.0 GB/s'],
		[3, 16, '15.8 GB/s'],
		[4, 8, '15.8 GB/s'],
		[5, 16, '63.0 GB/s'],
		[6, 16, '121.0 GB/s'],
	] as const) {
		test(`of generation ${generation} and ${width} lanes carries ${says}`, () =>
			assert.match(describe(generation, width), new RegExp(`^PCIe ${generation} x${width}, ${says} each way \\(`)));
	}

	test('is unknown where the driver does not say, or the generation is not known here', () => {
		assert.match(describe(null, 16), /^unknown, /);
		assert.equal(describe(9, 16), 'PCIe 9 x16, and what that carries is unknown here');
	});
});

suite('profiling passes in the summary', () => {
	for (const columns of [60, 80, 120]) {
		test(`fit into ${columns} columns of text`, () => {
			const lines = formatSummary(summary, {columns, ascii: true}).split('\n');

			assert.deepEqual(
				lines.filter((line) => line.length > columns),
				[],
			);
			assert.match(lines.join('\n'), /^profiled with nsys/m);
			assert.match(lines.join('\n'), /^profiled with ncu/m);
		});
	}

	test('stand in a table with the copies against the link, and what the link is', () => {
		const markdown = formatSummaryMarkdown(night);

		assert.match(
			markdown,
			/\| gpu0_numa2_vit32x6x512 \| 0\.171 \| 0\.670 \| 0\.033 \| 35\.2 \| 55\.9 % \| 30\.1 \| 47\.8 % \| 12\.5 % \| 24\.4 % \| 20\.0 % less \| nvjet_/,
		);
		assert.match(markdown, /Link of 2 cells: PCIe 5 x16, 63\.0 GB\/s each way \(32 GT\/s a lane, 128b\/130b/);
		assert.match(markdown, /Link of 1 cell: unknown/);
		assert.match(
			markdown,
			/\| gpu0_numa0_vit32x6x512 \| 420 \| 34\.1 % \| 8\.6 % \| 19\.0 % \| 912 \| 8\.9 % \| 50 times slower \| none, all \|/,
		);
	});

	test('have no two columns of one name, which a screen could not tell apart', () => {
		for (const {columns} of listPassSections(summary.profiles)) {
			const titles = columns.map(({title}) => title);
			assert.equal(new Set(titles).size, titles.length);
		}
	});

	test('name a pass that failed, though its cell did not', () => {
		assert.equal(summary.failed, 0);
		assert.match(
			formatSummary(summary, {columns: 100}),
			/gpu0_numa0_vit0x0x0\.ncu[\s\S]*Only a profiling pass: no kernel/,
		);
	});
});

suite('profiling passes in files', () => {
	const records = buildResults(night);
	const profilesOf = (runId: string): readonly JsonObject[] => {
		const record = records.find(({run_id}) => run_id === runId);
		return Array.isArray(record?.profiles) ? record.profiles.filter(isJsonObject) : [];
	};

	test('are in results.json with their reports and percents of the link', () => {
		const [nsys, ncu] = profilesOf(LOCAL.runId);

		assert.deepEqual(
			[nsys?.id, nsys?.report, nsys?.h2d_gb_per_s, nsys?.h2d_ms, nsys?.timed_passes],
			[passId(LOCAL.runId, 'nsys'), `nsys_reports/${LOCAL.runId}.nsys.nsys-rep`, 53.55, 0.1116, 2],
		);
		assert.equal(
			Number(nsys?.h2d_of_link_percent).toFixed(3),
			((100 * 53.55) / ((32 * 16 * 128) / 130 / 8)).toFixed(3),
		);
		assert.deepEqual([ncu?.profiler, ncu?.l2_hit_percent, ncu?.cache_control], ['ncu', 34.1, 'all']);
		assert.equal(records.find(({run_id}) => run_id === LOCAL.runId)?.nsys_report, nsys?.report);
	});

	test('leave the record of a cell as it was where none is planned', () => {
		const plain = play(opened(), planned([cell()]), ...ran(cell().runId));
		const [record] = buildResults(plain);

		assert.equal(record?.nsys_report, null);
		assert.ok(record && !('profiles' in record));
		assert.ok(!('profiles' in buildExperimentSummary(plain, plain.at)));
		assert.doesNotMatch(formatSummaryCsv(plain), /nsys/);
	});

	test('are in experiment_summary.json by cell', () => {
		const {profiles} = buildExperimentSummary(night, night.at);

		assert.ok(Array.isArray(profiles));
		assert.deepEqual(profiles.filter(isJsonObject).map(({run_id, status}) => [run_id, status])[6], [
			'gpu0_numa0_vit0x0x0',
			'failed',
		]);
	});

	test('are columns behind the others in CSV, empty where a cell has no such pass', () => {
		const [titles = '', ...lines] = formatSummaryCsv(night).trimEnd().split('\n');
		// Verdicts before them have commas.
		const names = titles.split(',').slice(-15);
		const rows = lines.map(
			(line) =>
				new Map(
					line
						.split(',')
						.slice(-15)
						.map((value, at) => [names[at], value]),
				),
		);

		assert.equal(names[0], 'nsys_h2d_ms');
		assert.deepEqual(
			rows.map((row) => [row.get('nsys_h2d_gb_per_s'), row.get('ncu_l2_hit_percent')]),
			[
				['53.55', '34.1'],
				['35.2', '33.9'],
				['53.55', ''],
				['', ''],
			],
		);
	});
});
