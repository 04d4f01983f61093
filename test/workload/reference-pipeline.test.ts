import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {assertConsistent, assertPrintedInOrder, effectiveKeys, metricKeys} from './printed-lines.ts';
import {findHuman, findResult, findSaid, runReference, smallArguments} from './run-workloads.ts';

suite('The reference pipeline', () => {
	test('prints every line of vit_pipeline.py, in its order', async () => {
		const printed = await runReference(smallArguments());
		assert.equal(printed.exitCode, 0);
		assertPrintedInOrder(printed);
	});

	test('labels itself cpu-reference and says the same keys', async () => {
		const printed = await runReference(smallArguments('--num-samples 10'));
		const {metrics, effective} = findResult(printed);
		assert.equal(findSaid(printed, 'ready')[0]?.device, 'cpu-reference');
		assert.equal(effective.device, 'cpu-reference');
		assert.deepEqual(Object.keys(metrics).sort(), metricKeys);
		assert.deepEqual(Object.keys(effective).sort(), effectiveKeys);
		assert.deepEqual([metrics.samples, metrics.batches], [10, 3]);
		assertConsistent(printed, metrics);
		assert.deepEqual(findSaid(printed, 'degraded'), []);
	});

	test('stops after the batch in which the time box expires, and says what it measured', async () => {
		const printed = await runReference(smallArguments('--time-box-s 0 --num-samples 40 --warmup-samples 8'));
		const {metrics, effective} = findResult(printed);
		assert.deepEqual([metrics.samples, effective.num_samples, effective.warmup_samples], [4, 4, 4]);
		assert.deepEqual(
			findSaid(printed, 'degraded').map(({reason}) => reason),
			['time-boxed: 4 of 8 warm-up samples', 'time-boxed: 4 of 40 samples'],
		);
		assert.ok(findHuman(printed).includes('Test Samples: 4'));
	});

	test('does not claim what one thread cannot do', async () => {
		const printed = await runReference(smallArguments('--pipeline-mode async --compile-model'));
		const {effective} = findResult(printed);
		assert.deepEqual([effective.pipeline_mode, effective.compile_model], ['sync', false]);
		assert.equal(findSaid(printed, 'degraded').length, 2);
	});

	for (const [flags, kind, exitCode, advice] of [
		['--batch-size 100 --shape 3 64 64 --memory-size-mb 4', 'config', 2, 'Try --memory-size-mb 5'],
		['--vit-dep 3', 'config', 2, 'Try --vit-depth'],
		['--vit-heads 3', 'config', 2, 'Try --vit-heads 1'],
		['--num-samples 1.5', 'config', 2, 'Try --num-samples 1000'],
		['--fill-pattern ones', 'config', 2, 'Try --fill-pattern random'],
		['--device cuda', 'no_cuda', 1, 'Try --device cpu'],
		['--memory-size-mb 90000000', 'host_oom', 1, 'Try a smaller --memory-size-mb'],
	] as const) {
		test(`refuses ${flags} and says what to type next`, async () => {
			const printed = await runReference(smallArguments(flags));
			const [error] = findSaid(printed, 'error');
			assert.deepEqual([printed.exitCode, error?.kind], [exitCode, kind]);
			assert.ok(error?.message.includes(advice), error?.message);
		});
	}
});
