import assert from 'node:assert/strict';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {suite, test} from 'node:test';
import {withCapture} from '../../source/effects/nsys-database.ts';
import {analyse} from '../../source/report/profile/analyse.ts';
import {readNsysFigures} from '../../source/report/profile/nsys-figures.ts';
import type {Profile} from '../../source/report/profile/profile.ts';
import {checkout} from '../rig/built-program.ts';

const locate = (name: string): string => join(checkout, 'fixtures/nsys', `${name}.sqlite`);

const analyseRecorded = (name: string): Profile =>
	withCapture(locate(name), (capture) => analyse(capture, {includeWarmUp: false}));

type Rows = readonly {readonly [column: string]: number}[];

/** Asks the capture itself, in SQL that shares nothing with what is tested. */
function ask(name: string, sql: string): Rows {
	const db = new DatabaseSync(locate(name), {readOnly: true});
	try {
		return db.prepare(sql).all() as unknown as Rows;
	} finally {
		db.close();
	}
}

const MEMSET_OF = {
	pipeline_range: '',
	three_stream: ' UNION ALL SELECT start, "end", correlationId, 3, streamId, 0 FROM CUPTI_ACTIVITY_KIND_MEMSET',
	graph_node: ' UNION ALL SELECT start, "end", correlationId, 3, streamId, 0 FROM CUPTI_ACTIVITY_KIND_MEMSET',
} as const;

type Recorded = keyof typeof MEMSET_OF;

/** Class 0: copies to the device, 1: kernels, 2: copies back, 3: others. */
const operationsOf = (name: Recorded) =>
	`WITH op(s, e, corr, class, stream, bytes) AS (SELECT start, "end", correlationId, 1, streamId, 0 FROM CUPTI_ACTIVITY_KIND_KERNEL
	 UNION ALL SELECT start, "end", correlationId, CASE copyKind WHEN 1 THEN 0 WHEN 2 THEN 2 ELSE 3 END, streamId, bytes
	 FROM CUPTI_ACTIVITY_KIND_MEMCPY${MEMSET_OF[name]})`;

const rangesOf = (name: Recorded, pattern: string) =>
	`${operationsOf(name)} SELECT n.text, min(op.s) AS first, max(op.e) AS last, sum(op.e - op.s) AS busy, count(*) AS count,
	 min(op.s) - min(r.start) AS delay FROM NVTX_EVENTS n
	 JOIN CUPTI_ACTIVITY_KIND_RUNTIME r ON r.globalTid = n.globalTid AND r.start >= n.start AND r.start < n."end"
	 JOIN op ON op.corr = r.correlationId WHERE n.text GLOB '${pattern}' GROUP BY n.rowid ORDER BY n.start`;

const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((a, b) => a - b);
	return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
};

const spans = (rows: Rows): readonly number[] => rows.map(({first = 0, last = 0}) => last - first);

/** Nanoseconds in which each of two sets of classes runs, by counting what is open at every beginning and end. */
function countOverlap(name: Recorded, left: readonly number[], right: readonly number[]): number {
	const rows = ask(name, `${operationsOf(name)} SELECT s, e, class FROM op`);
	const edges = rows
		.flatMap(({s = 0, e = 0, class: own = -1}) => [
			{at: s, own, step: 1},
			{at: e, own, step: -1},
		])
		.toSorted((one, other) => one.at - other.at);
	let [open, sum, last] = [{left: 0, right: 0}, 0, 0];
	for (const {at, own, step} of edges) {
		if (open.left > 0 && open.right > 0) sum += at - last;
		open = {left: open.left + (left.includes(own) ? step : 0), right: open.right + (right.includes(own) ? step : 0)};
		last = at;
	}
	return sum;
}

suite('a recorded capture of one stream', () => {
	const {batches, copies, devices, kernels, stages, scope} = analyseRecorded('pipeline_range');
	const us = (ns: number | undefined): number => Math.round((ns ?? 0) / 100) / 10;

	test('has the figures that were found by hand', () => {
		assert.deepEqual(
			[us(batches?.h2d?.p50Ns), us(batches?.h2d?.minNs), us(batches?.h2d?.maxNs)],
			[111.6, 111.3, 115.8],
		);
		assert.deepEqual(
			copies.map(({bytesPerS}) => Math.round((bytesPerS ?? 0) / 1e7) / 100),
			[53.55, 49.41],
		);
		assert.deepEqual([us(batches?.compute?.p50Ns), us(batches?.kernels?.p50Ns)].map(Math.round), [668, 521]);
		assert.deepEqual([us(batches?.d2h?.p50Ns)], [20.3]);
		assert.deepEqual([us(batches?.latency?.p50Ns), us(batches?.latency?.p90Ns)].map(Math.round), [814, 1006]);
		assert.equal(Math.round(us(batches?.period?.p50Ns)), 813);
		assert.deepEqual(
			stages.map(({host, launchDelay}) => [us(host?.p50Ns), us(launchDelay?.p50Ns)]),
			[
				[14.8, 46.4],
				[791.1, 99.8],
				[25.7, 47.3],
			],
		);
		assert.deepEqual([devices[0]?.windowNs, devices[0]?.busyNs, devices[0]?.idleNs].map(us), [17300.7, 13069, 4231.7]);
		assert.equal(devices[0]?.overlap.copyAndKernelNs, 0);
	});

	test('has all of its operations in its ranges, which hardly any of them runs in', () => {
		const [contained] = ask(
			'pipeline_range',
			`${operationsOf('pipeline_range')} SELECT count(*) AS count FROM op JOIN NVTX_EVENTS n ON n.text GLOB 'test_h2d*'
			 AND op.s >= n.start AND op.e <= n."end" WHERE class = 0`,
		);

		assert.equal(scope.operations, 460);
		assert.equal(stages[0]?.operations, 20);
		assert.equal(contained?.count, 0);
	});

	test('has the kernels that SQL counts', () => {
		const [all] = ask(
			'pipeline_range',
			'SELECT count(*) AS n, sum("end" - start) AS ns FROM CUPTI_ACTIVITY_KIND_KERNEL',
		);

		assert.deepEqual([kernels.all?.count, kernels.all?.totalNs], [all?.n, all?.ns]);
	});
});

for (const name of ['pipeline_range', 'three_stream'] as const) {
	suite(`the batches of ${name}, beside SQL`, () => {
		const profile = analyseRecorded(name);

		for (const stage of ['h2d', 'compute', 'd2h'] as const) {
			test(`take the same time in ${stage}`, () => {
				const rows = ask(name, rangesOf(name, `test_${stage}_batch_*`));
				const own = profile.stages.find((one) => one.name === `test_${stage}_batch_#`);

				assert.deepEqual(
					profile.batches?.listed.map((batch) => batch[`${stage}Ns`]),
					spans(rows),
				);
				assert.equal(own?.busy?.p50Ns, median(rows.map(({busy = 0}) => busy)));
				assert.equal(own?.launchDelay?.p50Ns, median(rows.map(({delay = 0}) => delay)));
			});
		}

		test('have the same latency, from the first byte there to the last byte back', () => {
			const [arriving, leaving] = ['h2d', 'd2h'].map((stage) => ask(name, rangesOf(name, `test_${stage}_batch_*`)));
			const latencies = arriving?.map(({first = 0}, index) => (leaving?.[index]?.last ?? 0) - first);

			assert.deepEqual(
				profile.batches?.listed.map(({latencyNs}) => latencyNs),
				latencies,
			);
		});
	});
}

suite('a recorded capture of three streams with nested ranges', () => {
	const {stages, devices, scope} = analyseRecorded('three_stream');

	test('gives the outer range all that the inner ones launched', () => {
		const counts = Object.fromEntries(stages.map(({name, operations}) => [name, operations]));

		assert.deepEqual(counts, {
			test_double_buffer: 2976,
			'test_batch_#': 2976,
			'test_h2d_batch_#': 32,
			'test_compute_batch_#': 2912,
			'test_vit_forward_#': 2912,
			'test_d2h_batch_#': 32,
		});
		assert.equal(scope.operations, 96 + 2720 + 160);
	});

	test('has the pauses of each stream that SQL finds', () => {
		const rows = ask(
			'three_stream',
			`${operationsOf('three_stream')}, gap AS (SELECT stream, s - max(e) OVER (PARTITION BY stream ORDER BY s ROWS BETWEEN UNBOUNDED
			 PRECEDING AND 1 PRECEDING) AS ns FROM op) SELECT stream, sum(ns > 1000) AS over1, sum(ns > 10000) AS over10,
			 sum(ns > 100000) AS over100, sum(CASE WHEN ns > 1000 THEN ns END) AS total FROM gap GROUP BY stream ORDER BY stream`,
		);
		const own = devices[0]?.streams.toSorted((left, right) => left.stream - right.stream);

		assert.deepEqual(
			own?.map(({stream, gaps}) => [stream, gaps.over1Us, gaps.over10Us, gaps.over100Us, gaps.totalNs]),
			rows.map(({stream, over1, over10, over100, total}) => [stream, over1, over10, over100, total]),
		);
	});

	test('ran one thing after the other: launching took three times as long as copying and computing', () => {
		assert.equal(devices[0]?.overlap.copyAndKernelNs, countOverlap('three_stream', [0, 2], [1]));
		assert.equal(devices[0]?.overlap.copyAndKernelNs, 0);
	});
});

suite('a recorded capture of CUDA graphs, by node', () => {
	const {graphs, devices, copies, stages, batches} = analyseRecorded('graph_node');

	test('has the four launches with what SQL adds up for each', () => {
		const rows = ask(
			'graph_node',
			`${operationsOf('graph_node')} SELECT corr, count(*) AS count, min(s) AS first, max(e) AS last, sum(class = 1) AS kernels,
			 sum(CASE class WHEN 0 THEN e - s END) AS h2d, sum(CASE class WHEN 1 THEN e - s END) AS compute FROM op GROUP BY corr`,
		);

		assert.deepEqual([graphs?.launches, graphs?.operationsEach, graphs?.kernelsEach], [4, 744, 680]);
		assert.deepEqual(
			rows.map(({count}) => count),
			[744, 744, 744, 744],
		);
		assert.equal(graphs?.span.p50Ns, median(spans(rows)));
		assert.equal(graphs?.h2d?.p50Ns, median(rows.map(({h2d = 0}) => h2d)));
		assert.equal(graphs?.compute?.p50Ns, median(rows.map(({compute = 0}) => compute)));
		assert.equal(stages.find(({name}) => name === 'test_graph_#')?.span?.p50Ns, median(spans(rows)));
	});

	test('has batches only by their copies, because no range is around one of them', () => {
		assert.equal(batches, null);
		assert.deepEqual([graphs?.h2dCopiesEach, graphs?.batchLatency?.count], [8, 32]);
	});

	test('has copies under kernels for as long as moment by moment', () => {
		const {overlap, busyNs} = devices[0] ?? assert.fail('no GPU');

		assert.equal(overlap.copyAndKernelNs, countOverlap('graph_node', [0, 2], [1]));
		assert.equal(overlap.h2dAndKernelNs, countOverlap('graph_node', [0], [1]));
		assert.equal(overlap.h2dAndD2hNs, countOverlap('graph_node', [0], [2]));
		assert.equal(busyNs, countOverlap('graph_node', [0, 1, 2, 3], [0, 1, 2, 3]));
		assert.ok(overlap.copyAndKernelNs > 2e6);
	});

	test('has copies of each kind with the bytes that SQL adds up', () => {
		const rows = ask(
			'graph_node',
			'SELECT count(*) AS count, sum(bytes) AS bytes, sum("end" - start) AS ns FROM CUPTI_ACTIVITY_KIND_MEMCPY GROUP BY copyKind',
		);

		assert.deepEqual(
			copies.map(({count, bytes, totalNs}) => [count, bytes, totalNs]),
			rows.map(({count, bytes, ns}) => [count, bytes, ns]),
		);
	});
});

suite('what a result keeps of a recorded capture', () => {
	const read = (name: Recorded) => readNsysFigures(analyseRecorded(name), {report: name, throughputSamplesPerS: null});

	for (const name of ['pipeline_range', 'three_stream'] as const) {
		test(`of ${name} are medians and bandwidths that its own SQL finds, in ms and GB/s`, () => {
			const {stagesMs, h2dGBPerS, d2hGBPerS} = read(name);
			const stage = (pattern: string) => median(spans(ask(name, rangesOf(name, pattern)))) / 1e6;

			assert.equal(stagesMs.h2d, stage('test_h2d_batch_[0-9]*'));
			assert.equal(stagesMs.compute, stage('test_compute_batch_[0-9]*'));
			assert.equal(stagesMs.d2h, stage('test_d2h_batch_[0-9]*'));
			for (const [rate, pattern] of [
				[h2dGBPerS, 'test_h2d_batch_[0-9]*'],
				[d2hGBPerS, 'test_d2h_batch_[0-9]*'],
			] as const) {
				const [sums] = ask(
					name,
					`${operationsOf(name)} SELECT sum(bytes) AS bytes, sum(e - s) AS ns FROM op WHERE class = ${pattern.includes('h2d') ? 0 : 2}
					 AND corr IN (SELECT r.correlationId FROM NVTX_EVENTS n JOIN CUPTI_ACTIVITY_KIND_RUNTIME r
					 ON r.globalTid = n.globalTid AND r.start >= n.start AND r.start < n."end" WHERE n.text GLOB '${pattern}')`,
				);
				assert.equal(rate?.toFixed(9), ((sums?.bytes ?? 0) / (sums?.ns ?? 1)).toFixed(9));
			}
		});
	}

	test('of three streams is the share of the copies that lies under kernels', () => {
		const {devices} = analyseRecorded('three_stream');
		const under = countOverlap('three_stream', [0, 2], [1]);

		assert.equal(read('three_stream').overlapPercent, (100 * under) / (devices[0]?.copyNs ?? 0));
	});

	test('of a graph has no stages, because no range tells its batches apart', () =>
		assert.deepEqual(read('graph_node').stagesMs, {h2d: null, compute: null, d2h: null}));
});
