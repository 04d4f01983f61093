import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {checkConsistency, compareSettings} from '../../source/report/consistency.ts';

const METRICS: JsonObject = {samples: 95, batches: 10, window_s: 2, throughput_samples_per_s: 47.5};
const CONFIGURATION: JsonObject = {num_samples: 95, batch_size: 10, depth: 2, tensor_shape: [3, 224, 224]};

const check = (
	changes: {
		metrics?: JsonObject;
		declared?: JsonObject;
		effective?: JsonObject;
		lifeS?: number;
		isBundled?: boolean;
	} = {},
) =>
	checkConsistency({
		metrics: {...METRICS, ...changes.metrics},
		declaredParams: {...CONFIGURATION, ...changes.declared},
		effective: changes.effective ?? CONFIGURATION,
		startedAt: 1000,
		endedAt: 1000 + (changes.lifeS ?? 10) * 1000,
		isBundled: changes.isBundled ?? true,
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

	test('may be of several passes, each with a last batch that is not full', () => {
		const metrics = {samples: 285, batches: 30, passes: 3, throughput_samples_per_s: 142.5};
		assert.deepEqual(check({metrics}), []);
		assert.deepEqual(check({metrics: {...metrics, samples: 269, throughput_samples_per_s: 134.5}}), [
			'inconsistent: 269 samples do not fit 30 batches of 10',
			'inconsistent: 269 samples are not 3 passes over 95',
		]);
	});

	test('that measured for less time than was asked for are inconsistent', () => {
		const asked = {declared: {min_window_s: 3}, effective: {...CONFIGURATION, min_window_s: 3}};
		assert.deepEqual(check(asked), ['inconsistent: it measured for 2 s, and not for at least 3 s']);
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
			checkConsistency({metrics: {}, declaredParams: {}, effective: {}, startedAt: 0, endedAt: 1, isBundled: true}),
			['samples', 'batches', 'window_s', 'throughput_samples_per_s'].map(
				(name) => `inconsistent: the result has no ${name}`,
			),
		);
	});

	for (const [metrics, problem] of [
		[{samples: -95}, 'samples is -95, which is no quantity'],
		[{batches: 9.5}, 'batches is 9.5, which is no count'],
		[{window_s: '2'}, 'window_s is "2", which is no quantity'],
		[{throughput_samples_per_s: -47.5}, 'throughput_samples_per_s is -47.5, which is no quantity'],
		[{peak_gpu_memory_mib: [512]}, 'peak_gpu_memory_mib is [512], which is no quantity'],
	] as const) {
		test(`that nothing can have are inconsistent, not absent: ${problem}`, () => {
			assert.ok(check({metrics}).includes(`inconsistent: ${problem}`), check({metrics}).join());
		});
	}

	test('may be null where the workload does not have them, and anything where only the workload knows them', () => {
		assert.deepEqual(check({metrics: {peak_gpu_memory_mib: null, output_checksum: -3, peak_kernel: 'gemm'}}), []);
	});
});

suite('a claim of a user’s program', () => {
	const claim = (metrics: JsonObject, effective: JsonObject = {}) =>
		checkConsistency({
			metrics,
			declaredParams: CONFIGURATION,
			effective,
			startedAt: 0,
			endedAt: 10_000,
			isBundled: false,
		});

	test('owes no figure and no confirmation', () => {
		assert.deepEqual(claim({}), []);
		assert.deepEqual(claim({throughput_samples_per_s: 47.5}, {dtype: 'float16'}), []);
	});

	test('is compared where it says something, key by key and figure by figure', () => {
		assert.deepEqual(claim({...METRICS, window_s: 20, throughput_samples_per_s: 4.75}, {depth: 4}), [
			'depth: declared 2, effective 4',
			'inconsistent: it measured for 20 s, but its process lived 10 s',
		]);
	});
});

suite('declared against effective configuration', () => {
	test('tells for every key of both sides how they stand to each other', () => {
		const settings = compareSettings({
			declaredParams: {batch_size: 10, depth: 2, heads: 4, tensor_shape: [3, 224, 224], timeout_s: 600},
			effective: {batch_size: 8, depth: 2, tensor_shape: null, amp: 'off'},
			isBundled: true,
		});

		assert.deepEqual(
			settings.map(({key, verdict}) => [key, verdict]),
			[
				['batch_size', 'differs'],
				['depth', 'same'],
				['heads', 'not confirmed'],
				['tensor_shape', 'no meaning here'],
				['timeout_s', 'not compared'],
				['amp', 'read back'],
			],
		);
	});

	test("holds a user's own program to nothing that it does not say", () => {
		const [only] = compareSettings({declaredParams: {depth: 2}, effective: {}, isBundled: false});

		assert.equal(only?.verdict, 'not compared');
	});
});
