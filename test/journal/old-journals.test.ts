import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {foldJournal} from '../../source/journal/fold.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState} from '../../source/journal/state.ts';
import {iterate} from '../../source/journal/vector.ts';

const FOLDER = new URL('../../fixtures/journals/', import.meta.url);

const load = (name: string) => foldJournal([readFileSync(new URL(name, FOLDER))], reduce, initialState);

suite('a journal of an earlier version', () => {
	for (const name of readdirSync(FOLDER).filter((file) => /^v\d+-.*\.jsonl$/.test(file))) {
		test(`${name} loads whole, with nothing damaged, unknown or impossible`, () => {
			const {state, damageCount, tornBytes, unknown} = load(name);

			assert.deepEqual({damageCount, tornBytes, unknown: [...unknown]}, {damageCount: 0, tornBytes: 0, unknown: []});
			assert.deepEqual(state.anomalies, []);
		});
	}

	test('of quick_test on an H200 holds its three successes with their measured rates', () => {
		const {state} = load('v1-quick-test-h200.jsonl');
		const rates = [...iterate(state.experiments)].map(({experiment, stage}) => [
			experiment.id,
			stage.kind === 'committed' ? Math.round(stage.result.throughputSamplesPerS ?? 0) : stage.kind,
		]);

		assert.deepEqual(rates, [
			['gpu0_numa0_vit0x0x0', 21_913],
			['gpu0_numa0_vit32x2x256', 3357],
			['gpu0_numa0_vit32x4x512', 3869],
		]);
		assert.equal(state.closed?.reason, 'finished');
	});

	test('of imported results holds them without a launch, marked as foreign', () => {
		const {state} = load('v1-imported-ezkl.jsonl');
		const {succeeded, degraded, invalid, failed, waiting} = state.counts;

		assert.equal(state.opened?.foreign?.kind, 'ezkl');
		assert.deepEqual([succeeded, degraded, invalid, failed, waiting], [2, 1, 1, 3, 0]);
	});

	test('of a runner that was killed and a run that was resumed counts one attempt more, not one result more', () => {
		const {state} = load('v1-killed-and-resumed-h200.jsonl');
		const attempts = [...iterate(state.experiments)].map(({stage}) => (stage.kind === 'committed' ? stage.attempt : 0));

		assert.deepEqual(attempts, [1, 2, 1]);
		assert.deepEqual(state.counts, {
			waiting: 0,
			active: 0,
			succeeded: 3,
			degraded: 0,
			invalid: 0,
			failed: 0,
			postponed: 0,
			skipped: 0,
		});
	});
});
