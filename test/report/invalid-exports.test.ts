import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import type {RunState} from '../../source/journal/state.ts';
import {buildExperimentSummary} from '../../source/report/experiment-summary.ts';
import {buildResults} from '../../source/report/exports.ts';
import {cell, HEAT, opened, planned, play, ran, repeated, STORY_START, tried} from '../rig/story.ts';

const A = cell({model: 'a'});
const B = cell({model: 'b'});
const [a, b] = [A.runId, B.runId];

const first = (state: RunState): JsonObject => buildResults(state)[0] ?? assert.fail('no record');
const pick = (record: JsonObject, ...keys: readonly string[]) => keys.map((key) => record[key]);

suite('an invalid result in the files', () => {
	const measured = {throughputSamplesPerS: 10, latencyMs: {p50: 90, p90: 95, p99: null, mean: 91, n: 100}};
	const spoil = (id: string, attempt = 1) =>
		tried(id, attempt, {status: 'invalid', invalid: [HEAT], degraded: ['x'], ...measured});

	test('is no success, has its reasons, and its cell has no number of it', () => {
		const record = first(play(opened(), planned([A]), ...spoil(a)));

		assert.deepEqual(pick(record, 'status', 'success', 'invalid', 'degraded'), ['invalid', false, [HEAT], ['x']]);
		assert.deepEqual(pick(record, 'throughput_samples_per_s', 'error'), [null, undefined]);
		assert.equal((record.latency_ms as JsonObject).p50, null);
	});

	test('is kept in its block, and in no mean of the blocks that are valid', () => {
		const record = first(play(opened(), planned([A], {blocks: 2}), ...ran(a), ...spoil(`${a}.b2`)));

		const blocks = record.blocks as readonly JsonObject[];
		assert.deepEqual(
			blocks.map((block) => pick(block, 'status', 'throughput_samples_per_s', 'invalid')),
			[
				['succeeded', 1000, []],
				['invalid', 10, [HEAT]],
			],
		);
		assert.equal(record.throughput_samples_per_s, 1000);
		assert.equal((record.latency_ms as JsonObject).p50, 9);
	});

	test('leaves its reason beside the repetition that took its place', () => {
		const record = first(play(opened(), planned([A]), ...spoil(a), repeated(a), ...tried(a, 2)));

		assert.deepEqual(pick(record, 'status', 'attempts', 'invalid'), ['succeeded', 2, []]);
		assert.deepEqual((record.blocks as readonly JsonObject[])[0]?.repeated, HEAT);
	});

	test('is counted apart, with what it was and how repetitions ended', () => {
		const state = play(opened(), planned([A, B]), ...spoil(a), repeated(a), ...spoil(a, 2), ...ran(b));
		const summary = buildExperimentSummary(state, STORY_START);

		assert.deepEqual(
			pick(summary, 'total_runs', 'successful_runs', 'failed_runs', 'invalid_runs', 'success_rate'),
			[2, 1, 0, 1, 50],
		);
		assert.deepEqual(summary.invalid_by_reason, [{reason: HEAT, count: 1}]);
		assert.deepEqual(summary.repeated, {count: 1, succeeded: 0, invalid: 1, failed: 0, unfinished: 0});
		// Means of durations are of what was measured as declared, as far as it goes.
		assert.deepEqual(pick(summary, 'average_duration', 'total_duration'), [12.5, 25]);
	});
});
