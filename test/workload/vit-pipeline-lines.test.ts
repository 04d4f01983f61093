import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {assertConsistent, assertPrintedInOrder, effectiveKeys, metricKeys} from './printed-lines.ts';
import {
	findHuman,
	findResult,
	findSaid,
	type Printed,
	runVitPipeline,
	runVitPipelines,
	skipWithoutTorch,
	smallArguments,
	torchVersion,
} from './run-workloads.ts';

const hasCompiler = torchVersion !== undefined && Number.parseInt(torchVersion, 10) >= 2;

const experiments = {
	bare: smallArguments('--vit-depth 0 --skip-warmup'),
	labelled: smallArguments('--name a_label --num-samples 10'),
	long: smallArguments('--vit-depth 0 --batch-size 1 --num-samples 1001 --sync-frequency 1000'),
	compiled: smallArguments('--compile-model --compile-mode max-autotune'),
};

const runExperiments = (): Readonly<Record<string, Printed>> => {
	const printed = runVitPipelines(Object.values(experiments));
	return Object.fromEntries(Object.keys(experiments).map((name, index) => [name, printed[index] as Printed]));
};

suite('vit_pipeline.py prints', {skip: skipWithoutTorch}, () => {
	const {bare, labelled, long, compiled} = skipWithoutTorch ? {} : runExperiments();

	test('every line of the replaced script, in its order', () => {
		const printed = runVitPipeline(smallArguments());
		assert.equal(printed.exitCode, 0, printed.stderr);
		assertPrintedInOrder(printed);
	});

	test('a no-op line instead of a model, and no warm-up lines, when neither is wanted', () => {
		assert.ok(bare);
		const human = findHuman(bare);
		assert.ok(human.includes('No-op compute mode: depth=0, skipping ViT model creation'));
		assert.ok(!human.some((line) => line.startsWith('Warmup phase')));
		assert.deepEqual(
			findSaid(bare, 'phase').map(({name}) => name),
			['load', 'measure', 'report'],
		);
	});

	test('protocol lines that parse, with all keys and figures that agree with each other', () => {
		assert.ok(labelled);
		assert.deepEqual(
			findSaid(labelled, 'phase').map(({name}) => name),
			['load', 'warmup', 'measure', 'report'],
		);
		const {metrics, effective} = findResult(labelled);
		assert.deepEqual(Object.keys(metrics).sort(), metricKeys);
		assert.deepEqual(Object.keys(effective).sort(), effectiveKeys);
		assertConsistent(labelled, metrics);
		assert.equal(metrics.h2d_bytes, 10 * 3 * 32 * 32 * 4);
		assert.equal(metrics.d2h_bytes, 10 * 2 * 128 * 4);
		assert.deepEqual(findSaid(labelled, 'progress').at(-1), {event: 'progress', done: 10, total: 10});
	});

	test('who computes, and where the pages of the pool lie', () => {
		assert.ok(labelled);
		const [ready] = findSaid(labelled, 'ready');
		assert.equal(ready?.device, 'cpu');
		assert.equal(ready?.versions.torch, torchVersion);
		const [placement] = findSaid(labelled, 'placement');
		const pages = Object.values(placement?.node_pages ?? {}).reduce((sum, count) => sum + count, 0);
		if (placement?.reason === undefined) assert.equal(pages * (placement?.page_kib ?? 0), 8 * 1024);
	});

	test('a long latency list in pieces of at most 500, in order', () => {
		assert.ok(long);
		assert.deepEqual(
			findSaid(long, 'samples').map(({latency_ms}) => latency_ms.length),
			[500, 500, 1],
		);
	});

	test('a degraded line and an eager result where torch.compile is missing', {
		skip: hasCompiler && 'this PyTorch has torch.compile',
	}, () => {
		assert.ok(compiled);
		assert.match(findSaid(compiled, 'degraded')[0]?.reason ?? '', /not compiled: PyTorch 1\.\S+ has no torch\.compile/);
		assert.ok(findHuman(compiled).some((line) => /^Warning: .*using non-compiled model$/.test(line)));
		const {effective} = findResult(compiled);
		assert.deepEqual([effective.compile_model, effective.compile_mode], [false, null]);
	});
});
