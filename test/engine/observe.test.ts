import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createObserver, type Observation} from '../../source/engine/observe.ts';
import type {Measurement} from '../../source/journal/event.ts';

const say = (line: object): string => `::warpdeck ${JSON.stringify(line)}`;

function watch(...lines: readonly (readonly [at: number, line: string | object])[]) {
	const measured: Measurement[] = [];
	const observer = createObserver('a', (measurement) => measured.push(measurement));
	for (const [at, line] of lines) observer.read(typeof line === 'string' ? line : say(line), at);
	return {measured, finish: (at: number): Observation => observer.finish(at)};
}

suite('what a workload says of itself', () => {
	test('is kept to the end and shown at once: phases, progress and latencies', () => {
		const {measured, finish} = watch(
			[0, {event: 'phase', name: 'load'}],
			[2500, {event: 'phase', name: 'measure'}],
			[2600, {event: 'progress', done: 5, total: 10}],
			[2700, {event: 'samples', latency_ms: [1.5, 2]}],
		);

		assert.deepEqual(measured, [
			{type: 'phase', id: 'a', name: 'load'},
			{type: 'phase', id: 'a', name: 'measure'},
			{type: 'progress', id: 'a', done: 5, total: 10},
			{type: 'samples', id: 'a', latencyMs: [1.5, 2]},
		]);
		const {phasesS, latencyMs} = finish(4000);
		assert.deepEqual([phasesS, latencyMs], [{load: 2.5, measure: 1.5}, [1.5, 2]]);
	});

	test('adds up a phase that comes twice', () => {
		const {finish} = watch(
			[0, {event: 'phase', name: 'load'}],
			[1000, {event: 'phase', name: 'warmup'}],
			[3000, {event: 'phase', name: 'load'}],
		);

		assert.deepEqual(finish(4000).phasesS, {load: 2, warmup: 2});
	});

	test('is its result, its device, where its pages are and why it is not what was asked', () => {
		const {finish} = watch(
			[0, {event: 'ready', device: 'cuda', device_name: 'GPU', versions: {torch: '2.11.0'}}],
			[1, {event: 'placement', node_pages: {'0': 100}, page_kib: 4}],
			[2, {event: 'degraded', reason: 'no pinned memory'}],
			[3, {event: 'result', metrics: {samples: 10}, effective: {batch_size: 5}}],
		);

		const seen = finish(4);
		assert.equal(seen.ready?.device, 'cuda');
		assert.deepEqual(seen.placements, [
			{what: 'buffer', nodePages: {'0': 100}, pageKiB: 4, cpusAllowed: null, reason: null},
		]);
		assert.deepEqual(seen.degraded, ['no pinned memory']);
		assert.deepEqual(seen.result, {metrics: {samples: 10}, effective: {batch_size: 5}});
	});

	test('is its first error, because the others come of it', () => {
		const {finish} = watch(
			[0, {event: 'error', kind: 'cuda-out-of-memory', message: 'first'}],
			[1, {event: 'error', kind: 'exit', message: 'second'}],
		);

		assert.deepEqual(finish(2).error, {kind: 'cuda-out-of-memory', message: 'first'});
	});

	test('is nothing where it prints lines of its own only', () => {
		const {measured, finish} = watch([0, 'Test Samples: 1000'], [1, 'see ::warpdeck {"event":"phase","name":"load"}']);

		assert.deepEqual(measured, []);
		assert.deepEqual(finish(2), {
			ready: null,
			result: null,
			error: null,
			degraded: [],
			placements: [],
			latencyMs: [],
			phasesS: {},
		});
	});

	for (const line of [
		'::warpdeck {"event":"progress","done":1',
		'::warpdeck {"event":"dance"}',
		'::warpdeck {"event":"phase","name":"lunch"}',
	]) {
		test(`degrades the result where it cannot be read, instead of being dropped: ${line}`, () => {
			const {measured, finish} = watch([0, line]);

			assert.deepEqual(measured, []);
			assert.match(finish(1).degraded.join(), /^a ::warpdeck line could not be read: ./);
		});
	}

	test('is neither shown nor kept where it cannot be true, and degrades the result', () => {
		const {measured, finish} = watch(
			[0, {event: 'progress', done: 11, total: 10}],
			[1, {event: 'samples', latency_ms: [3, -1]}],
		);

		assert.deepEqual(measured, []);
		const {degraded, latencyMs} = finish(2);
		assert.deepEqual(degraded, ['inconsistent: progress of 11 out of 10', 'inconsistent: a latency of -1 ms']);
		assert.deepEqual(latencyMs, []);
	});

	test('may be 300 000 latencies in one line', () => {
		const many = Array.from({length: 300_000}, (_, index) => index % 10);

		assert.equal(watch([0, {event: 'samples', latency_ms: many}]).finish(1).latencyMs.length, 300_000);
	});

	test('is kept in bounded space where it does not end', () => {
		const degraded = watch(
			...Array.from({length: 500}, (_, at) => [at, {event: 'degraded', reason: `${at}`}] as const),
		);
		const block = {event: 'samples', latency_ms: Array.from({length: 100_000}, () => 1)};
		const samples = watch(...Array.from({length: 12}, (_, at) => [at, block] as const));

		assert.equal(degraded.finish(500).degraded.length, 100);
		assert.equal(samples.finish(12).latencyMs.length, 1_000_000);
		assert.equal(samples.measured.length, 12);
	});
});
