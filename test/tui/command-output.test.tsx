import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import type {ExperimentFiles} from '../../source/journal/experiment-files.ts';
import {NO_LOG} from '../../source/journal/experiment-files.ts';
import {KEY} from '../rig/render-to-screen.ts';
import {cell, launching, opened, planned, play, ran, started} from '../rig/story.ts';
import {drawApp} from './draw-app.tsx';

const ONE = cell({gpuId: 0, numaNode: 0});
const ID = ONE.runId;
const SIZE = {columns: 120, rows: 40};

const begun: readonly (Fact | Measurement)[] = [
	opened({
		lanes: [{id: 'gpu0', gpuId: 0, gpuUuid: 'GPU-0', label: 'GPU 0'}],
		workloads: [{command: ['prove'], env: {}, metrics: {proof_kib: {pattern: '(.)', unit: 'KiB'}}}],
	}),
	planned([ONE]),
];

const runsNow = play(
	...begun,
	launching(ID),
	started(ID),
	{type: 'phase', id: ID, name: 'measure', title: 'proving'},
	{type: 'progress', id: ID, done: 3, total: 8},
);

const hasEnded = play(
	...begun,
	...ran(ID, {metrics: {proof_kib: 12.5, ok: null, all: [1, 2, 3]}, stagesS: {setup: 1.5, proving: 40}}),
);

const FILES: ExperimentFiles = {
	id: ID,
	facts: [],
	latencyMs: [],
	skippedBatches: 0,
	gpuSamples: [],
	hostSamples: [],
	stdout: NO_LOG,
	stderr: NO_LOG,
	problems: [],
};

const RESULTS = {keys: KEY.tab, until: /^RESULTS/m};
const ENTER = {keys: KEY.enter, until: /\[1 overview\]/};

suite('a command that knows nothing of warpdeck, on screens', () => {
	test('is on the dashboard in the stage of its own name, with its progress', async () => {
		const rows = (await drawApp(runsNow, SIZE)).join('\n');

		assert.match(rows, /proving/);
	});

	test('counts what it counts, which may be no batches', async () => {
		const rows = (await drawApp(runsNow, SIZE, {experiment: FILES, pressings: [ENTER]})).join('\n');

		assert.match(rows, /running, proving for .*, 3 of 8/);
		assert.doesNotMatch(rows, /batches/);
	});

	test('has its metrics with their units and its stages on its own screen', async () => {
		const rows = (await drawApp(hasEnded, SIZE, {experiment: FILES, pressings: [RESULTS, ENTER]})).join('\n');

		assert.match(rows, /stages +setup 1\.5 s +proving 40\.0 s/);
		assert.match(rows, /metrics +proof_kib 12\.5 KiB +ok N\/A +all 3 values/);
	});

	test('has its numbers in a table of the summary', async () => {
		const pressings = [RESULTS, {keys: KEY.tab, until: /^SUMMARY/m}];
		const rows = (await drawApp(hasEnded, {columns: 120, rows: 80}, {pressings})).join('\n');

		assert.match(rows, /metrics by model/);
		assert.match(rows, /proof_kib .*12\.5 .*KiB/);
	});
});
