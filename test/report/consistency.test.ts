import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {checkConsistency} from '../../source/report/consistency.ts';

const METRICS: JsonObject = {samples: 95, batches: 10, window_s: 2, throughput_samples_per_s: 47.5};
const CONFIGURATION: JsonObject = {num_samples: 95, batch_size: 10, depth: 2, tensor_shape: [3, 224, 224]};

const check = (changes: {metrics?: JsonObject; declared?: JsonObject; effective?: JsonObject; lifeS?: number} = {}) =>
	checkConsistency({
		metrics: {...METRICS, ...changes.metrics},
		declaredParams: {...CONFIGURATION, ...changes.declared},
		effective: changes.effective ?? CONFIGURATION,
		startedAt: 1000,
		endedAt: 1000 + (changes.lifeS ?? 10) * 1000,
	});

suite('a declared configuration', () => {
	test('that the workload confirms leaves nothing to say', () => {
		assert.deepEqual(check(), []);
	});

	test('that differs from the effective one is named key by key', () => {
		assert.deepEqual(check({effective: {...CONFIGURATION, depth: 4, tensor_shape: [3, 256, 256]}}), [
			'depth: declared 2, effective 4',
			'tensor_shape: declared [3,224,224], effective [3,256,256]',
		]);
	});

	test('with a knob that the workload ignores is degraded, because silence is no confirmation', () => {
		assert.deepEqual(check({declared: {queue_depth: 8}}), ['queue_depth: declared 8, not confirmed by the workload']);
	});

	test('may hold keys that have no meaning in this run, which the workload answers with null', () => {
		assert.deepEqual(check({declared: {heads: 8}, effective: {...CONFIGURATION, heads: null}}), []);
	});

	test('need not have its time limit confirmed, because warpdeck keeps that itself', () => {
		assert.deepEqual(check({declared: {timeout_s: 600}}), []);
	});
});

suite('the figures of a result', () => {
	test('may hold a last batch that is not full', () => {
		assert.deepEqual(check({metrics: {samples: 91, throughput_samples_per_s: 45.5}}), []);
	});

	test('that count more samples than their batches hold are inconsistent', () => {
		assert.deepEqual(check({metrics: {samples: 101, throughput_samples_per_s: 50.5}}), [
			'inconsistent: 101 samples do not fit 10 batches of 10',
		]);
	});

	test('that count fewer samples than their full batches hold are inconsistent', () => {
		assert.match(check({metrics: {samples: 90, throughput_samples_per_s: 45}})[0] ?? '', /^inconsistent: 90 samples/);
	});

	test('agree within one percent, and not beyond', () => {
		assert.deepEqual(check({metrics: {throughput_samples_per_s: 47.9}}), []);
		assert.deepEqual(check({metrics: {throughput_samples_per_s: 48.1}}), [
			'inconsistent: 48.1 samples/s x 2 s = 96.2 samples, but it counted 95',
		]);
	});

	test('cannot cover more time than the process lived', () => {
		assert.deepEqual(check({lifeS: 1.5}), ['inconsistent: it measured for 2 s, but its process lived 1.5 s']);
	});

	test('that are missing are named, so that no check passes for want of a number', () => {
		assert.deepEqual(
			checkConsistency({metrics: {}, declaredParams: {}, effective: {}, startedAt: 0, endedAt: 1}),
			['samples', 'batches', 'window_s', 'throughput_samples_per_s'].map(
				(name) => `inconsistent: the result has no ${name}`,
			),
		);
	});
});
