import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Cell} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {summarize} from '../../source/report/summarize.ts';
import {cell, failed, HEAT, opened, planned, play, ran, repeated, spoilt, tried} from '../rig/story.ts';

const A = cell({model: 'a'});
const B = cell({model: 'b'});
const C = cell({model: 'c', gpuId: 1});
const [a, b, c] = [A.runId, B.runId, C.runId];

suite('an invalid result', () => {
	const twice = (id: string, reason = HEAT) => [...spoilt(id), repeated(id), ...spoilt(id, [reason], 2)];

	test('makes its cell invalid, apart from failures and successes, and keeps the whole plan as the denominator', () => {
		const state = play(opened(), planned([A, B, C]), ...ran(a), ...twice(b), ...failed(c));

		const {
			succeeded,
			invalid,
			failed: failures,
			unfinished,
			successRatePercent,
			triedRatePercent,
		} = summarize(state, 0);

		assert.deepEqual([succeeded, invalid, failures, unfinished], [1, 1, 1, 0]);
		assert.deepEqual([successRatePercent?.toFixed(1), triedRatePercent?.toFixed(1)], ['33.3', '33.3']);
		assert.deepEqual(
			summarize(state, 0).groups.byModel.map(({label, invalid: count}) => [label, count]),
			[
				['a', 0],
				['b', 1],
				['c', 0],
			],
		);
	});

	test('of one block makes a cell of several invalid, and a failed one makes it failed', () => {
		const blocks = (...told: readonly Fact[]) => summarize(play(opened(), planned([A], {blocks: 3}), ...told), 0);
		const partly = [...ran(a), ...twice(`${a}.b2`)];

		assert.equal(blocks(...partly, ...ran(`${a}.b3`)).invalid, 1);
		assert.deepEqual(
			[blocks(...partly, ...failed(`${a}.b3`)).invalid, blocks(...partly, ...failed(`${a}.b3`)).failed],
			[0, 1],
		);
	});

	test('is in no average: neither throughput nor its percentiles', () => {
		const state = play(
			opened(),
			planned([A], {blocks: 2}),
			...ran(a, {throughputSamplesPerS: 1000}),
			...tried(`${a}.b2`, 1, {status: 'invalid', invalid: [HEAT], throughputSamplesPerS: 10}),
		);

		const {throughput, notes} = summarize(state, 0);

		assert.deepEqual(
			throughput.map(({n, meanSamplesPerS}) => [n, meanSamplesPerS]),
			[[1, 1000]],
		);
		assert.match(notes.join(), /1 invalid result is kept in results\.json and left out of every average/);
	});

	test('has its reasons counted by the cells that they touch', () => {
		const state = play(
			opened(),
			planned([A, B, C]),
			...spoilt(a),
			...spoilt(b),
			...spoilt(c, ['pages: 0.0 % on node 0']),
		);

		assert.deepEqual(summarize(state, 0).invalidations, [
			{reason: HEAT, count: 2, firstRunId: a},
			{reason: 'pages: 0.0 % on node 0', count: 1, firstRunId: c},
		]);
	});

	test('is said to have been repeated, with how every repetition ended', () => {
		const d = cell({model: 'd', gpuId: 1});
		const state = play(
			opened(),
			planned([A, B, C, d]),
			...spoilt(a),
			repeated(a),
			...tried(a, 2),
			...twice(b),
			...spoilt(c),
			repeated(c),
			...spoilt(d.runId),
			repeated(d.runId),
			...tried(d.runId, 2, {status: 'failed'}),
		);

		assert.deepEqual(summarize(state, 0).repeats, {count: 4, succeeded: 1, invalid: 1, failed: 1, unfinished: 1});
	});
});

suite('automatic NUMA balancing', () => {
	const kept = (mode: unknown, cells: readonly Cell[]) =>
		summarize(play(opened({provenance: {kernel: {numa_balancing: mode as number}}}), planned(cells)), 0).notes.join();
	const pair = [A, cell({model: 'a', numaNode: 2})];

	test('that was on while nodes were compared is said', () => {
		assert.match(kept(1, pair), /NUMA balancing was on \(kernel\.numa_balancing=1\) while nodes were compared/);
	});

	test('is not mentioned where it was off or unknown, or nothing was compared', () => {
		for (const notes of [kept(0, pair), kept(null, pair), kept(1, [A, B])]) assert.doesNotMatch(notes, /balancing/);
	});
});
