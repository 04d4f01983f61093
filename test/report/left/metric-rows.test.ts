import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Workload} from '../../../source/domain/suite.ts';
import {formatFigure} from '../../../source/report/left/metric-rows.ts';
import {summarize} from '../../../source/report/summarize.ts';
import {formatSummary} from '../../../source/report/summary-text.ts';
import {cell, failed, opened, planned, play, ran} from '../../rig/story.ts';

const WORKLOAD: Workload = {
	command: ['solve'],
	env: {},
	metrics: {loss: {pattern: '(.)', unit: 'nats'}, accuracy: '(.)', trace: {pattern: '(.)', take: 'all'}},
};
const A = cell({model: null, runId: 'a', axes: {method: 'direct'}});
const B = cell({model: null, runId: 'b', axes: {method: 'iterative'}});
const C = cell({model: null, runId: 'c', axes: {method: 'iterative'}});

const summaryOf = (workload: Workload = WORKLOAD) =>
	summarize(
		play(
			opened({workloads: [workload]}),
			planned([A, B, C]),
			...ran('a', {metrics: {loss: 2, accuracy: null, trace: [1, 2]}}),
			...ran('b', {status: 'degraded', degraded: ['accuracy: no line has it'], metrics: {loss: 4}}),
			...failed('c', {metrics: {loss: 1000}}),
		),
		0,
	);

suite('numbers of commands in a summary', () => {
	test('are averaged by point of the axes in the order of the suite, without those of failures', () => {
		assert.deepEqual(
			summaryOf().metrics.map(({metric, unit, model, n, degraded, mean}) => [metric, unit, model, n, degraded, mean]),
			[
				['loss', 'nats', 'method="direct"', 1, 0, 2],
				['loss', 'nats', 'method="iterative"', 1, 1, 4],
			],
		);
	});

	test('have a table with their units', () => {
		const text = formatSummary(summaryOf(), {columns: 120});

		assert.match(text, /metrics by model/);
		assert.match(text, /loss +method="direct" +cuda +1 +2 +2 +2 +nats/);
	});

	test('are none of a bundled workload, whose figures have tables of their own', () => {
		assert.deepEqual(summaryOf('vit_pipeline').metrics, []);
	});

	test('are rounded for reading, from the smallest to the largest', () => {
		assert.deepEqual([1e-12, 0.1 + 0.2, 1234.5678, 123_456_789, 1e308].map(formatFigure), [
			'1e-12',
			'0.3',
			'1234.6',
			'123460000',
			'1e+308',
		]);
	});
});
