import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ExperimentResult} from '../../source/domain/experiment.ts';
import {buildResults} from '../../source/report/exports.ts';
import {fitMemory, predictLargest} from '../../source/report/memory-fit.ts';
import {summarize} from '../../source/report/summarize.ts';
import {formatSummaryCsv} from '../../source/report/summary-tables.ts';
import {formatSummary} from '../../source/report/summary-text.ts';
import {cell, clocked, committed, ended, experiment, launching, opened, play, started} from '../rig/story.ts';

const SETTINGS = {key: 'batch_size', from: 1, to: 64, step: 1, largest: true, fastest: false, repeat: 1} as const;
const TOO_MUCH = {tooMuch: {kind: 'cuda-out-of-memory', message: 'full'}, throughputSamplesPerS: null} as const;

/** A search that tried these values, with what came of each. */
const search = (tries: readonly (readonly [value: number, changes: Partial<ExperimentResult>])[]) => {
	const plan = tries.map(([value]) => {
		const own = cell({runId: `a_batch${value}`, gpuId: 0, numaNode: null, model: 'base'});
		return {own, experiment: {...experiment(own), search: {...SETTINGS, series: 'a', value, grown: {}}}};
	});
	return play(
		opened(),
		{type: 'planned', cells: plan.map(({own}) => own), experiments: plan.map(({experiment: one}) => one)},
		...tries.flatMap(([value, changes]) => {
			const id = `a_batch${value}`;
			return [
				launching(id),
				started(id),
				ended(id),
				committed(id, {effective: {batch_size: value}, peakGpuMemoryMiB: 1000 + 50 * value, ...changes}),
			];
		}),
	);
};
const tried = search([
	[1, {throughputSamplesPerS: 10}],
	[2, {throughputSamplesPerS: 30}],
	[4, {throughputSamplesPerS: 20}],
	[8, TOO_MUCH],
	[6, TOO_MUCH],
	[5, TOO_MUCH],
]);
const only = (state: typeof tried) => summarize(state, 0).searches[0] ?? assert.fail();

suite('what a search found', () => {
	test('is the largest that fits, the fastest, their peaks and the line through all of them', () => {
		const {largest, isLimit, tooMuch, fastest, fastestSamplesPerS, largestMiB, state, memory} = only(tried);

		assert.deepEqual([largest, isLimit, tooMuch, largestMiB], [4, true, 5, 1200]);
		assert.deepEqual([fastest, fastestSamplesPerS, state, memory], [2, 30, 'done', 'gpu']);
		assert.deepEqual(Object.values(only(tried).fit ?? {}).map(Math.round), [1000, 50, 3, 0]);
	});

	test('is at least the last one where nothing was too much', () => {
		const all = [1, 2, 4, 8, 16, 32, 64].map((value) => [value, {}] as const);

		assert.deepEqual([only(search(all)).largest, only(search(all)).isLimit], [64, false]);
		assert.match(formatSummary(summarize(search(all), 0), {columns: 100}), />=64/);
	});

	test('takes the larger peak of the driver and the workload, and none of what did not fit', () => {
		const state = search([
			[1, {telemetry: clocked(null, {peakMemoryMiB: 1900})}],
			[2, TOO_MUCH],
		]);

		assert.deepEqual(
			only(state).points.map(({mib}) => mib),
			[1900, null],
		);
	});

	test('is a degraded result only as far as that it fits', () => {
		const state = search([
			[1, {status: 'degraded', degraded: ['moved'], throughputSamplesPerS: 99}],
			[2, {throughputSamplesPerS: 5}],
		]);

		assert.deepEqual([only(state).largest, only(state).fastest], [2, 2]);
	});

	test('says at which value it was given up, and why', () => {
		const failure = {kind: 'exit', message: 'exited with code 7', advice: 'x'} as const;
		const state = search([
			[1, {}],
			[2, {status: 'failed', failure}],
		]);

		assert.equal(only(state).why, '2: exited with code 7');
		assert.match(formatSummary(summarize(state, 0), {columns: 130}), /given up at 2: exited with code 7/);
	});

	test('stands in the records, and its values in no mean of the model', () => {
		const [first, , , fourth] = buildResults(tried).map((record) => record.search);

		assert.deepEqual(first, {key: 'batch_size', value: 1, series: 'a', fits: true, out_of_memory: null});
		assert.equal(JSON.stringify(fourth).includes('"fits":false'), true);
		assert.deepEqual(summarize(tried, 0).throughput, []);
		assert.match(formatSummaryCsv(tried), /a_batch8,.*does not fit: full/);
	});
});

suite('a line through peaks', () => {
	const line = (n: number, noise: (index: number) => number = () => 0) =>
		fitMemory(Array.from({length: n}, (_, index) => [index + 1, 100 + 8 * (index + 1) + noise(index)] as const));

	test('needs three values', () => {
		assert.equal(line(2), null);
		assert.equal(Math.round(line(3)?.interceptMiB ?? 0), 100);
	});

	test('is none where scatter leaves open whether more takes more', () => {
		assert.equal(
			line(4, (index) => (index % 2 === 0 ? 60 : -60)),
			null,
		);
	});

	test('says what would fit, less the farthest that a point was off', () => {
		assert.equal(predictLargest({interceptMiB: 100, mibPerUnit: 8, n: 3, offMiB: 0}, 500), 50);
		assert.equal(predictLargest({interceptMiB: 100, mibPerUnit: 8, n: 3, offMiB: 40}, 500), 45);
		assert.equal(predictLargest({interceptMiB: 600, mibPerUnit: 8, n: 3, offMiB: 0}, 500), 0);
	});
});
