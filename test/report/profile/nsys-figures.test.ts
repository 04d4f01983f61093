import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {analyse} from '../../../source/report/profile/analyse.ts';
import {readNsysFigures} from '../../../source/report/profile/nsys-figures.ts';
import {makeCapture} from '../../rig/synthetic-capture.ts';

const profile = analyse(
	makeCapture({
		ranges: [
			['test_h2d_batch_0', 0, 1500],
			['test_compute_batch_0', 1500, 2500],
			['test_d2h_batch_0', 2500, 3500],
		],
		calls: [
			[1000, 1],
			[2000, 2],
			[3000, 3],
		],
		operations: [
			{kind: 'copy', start: 5000, end: 105_000, correlation: 1, detail: 1, bytes: 5_000_000},
			{kind: 'kernel', start: 55_000, end: 205_000, correlation: 2},
			{kind: 'copy', start: 225_000, end: 245_000, correlation: 3, detail: 2, bytes: 1_000_000},
		],
	}),
	{includeWarmUp: false},
);

suite('figures of nsys', () => {
	const figures = readNsysFigures(profile, {report: 'nsys_reports/a.nsys-rep', throughputSamplesPerS: 900});

	test('are medians of the stages in ms and bandwidths in GB/s of 1e9 bytes', () => {
		assert.deepEqual(figures.stagesMs, {h2d: 0.1, compute: 0.15, d2h: 0.02});
		assert.deepEqual([figures.h2dGBPerS, figures.d2hGBPerS], [50, 50]);
		assert.equal(figures.batches, 1);
	});

	test('are the share of copies under kernels, and of the window without work', () => {
		// 50 of the 120 us of copies; 20 of the 240 us between 5 and 245.
		assert.equal(figures.overlapPercent?.toFixed(3), ((100 * 50) / 120).toFixed(3));
		assert.equal(figures.idlePercent?.toFixed(3), ((100 * 20) / 240).toFixed(3));
	});

	test('carry the report and the throughput of their own pass', () =>
		assert.deepEqual([figures.report, figures.throughputSamplesPerS], ['nsys_reports/a.nsys-rep', 900]));

	test('are unknown where nothing was captured', () => {
		const empty = analyse(makeCapture({}), {includeWarmUp: false});
		const {stagesMs, h2dGBPerS, overlapPercent, idlePercent, topKernels, batches} = readNsysFigures(empty, {
			report: 'a',
			throughputSamplesPerS: null,
		});

		assert.deepEqual(stagesMs, {h2d: null, compute: null, d2h: null});
		assert.deepEqual([h2dGBPerS, overlapPercent, idlePercent, topKernels, batches], [null, null, null, [], 0]);
	});
});
