import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {suite, test} from 'node:test';
import {
	evaluateInPython,
	findSaid,
	type Printed,
	python,
	runVitPipeline,
	runVitPipelines,
	skipWithoutTorch,
	smallArguments,
} from './run-workloads.ts';

const skipWithoutPython = spawnSync(python, ['-c', '']).status !== 0 && `${python} does not run: set WARPDECK_PYTHON`;

const assertRefused = (printed: Printed, kind: string, exitCode: number, message: RegExp): void => {
	const [error] = findSaid(printed, 'error');
	assert.deepEqual([printed.exitCode, error?.kind], [exitCode, kind]);
	assert.match(error?.message ?? '', message);
	assert.ok(printed.lines.some((line) => line === `ERROR: ${error?.message}`));
};

suite('vit_pipeline.py refuses', {skip: skipWithoutPython}, () => {
	test('a pool that does not hold one batch, and names the size that does', () => {
		assertRefused(
			runVitPipeline(smallArguments('--batch-size 100 --shape 3 64 64 --memory-size-mb 4')),
			'config',
			2,
			/try --memory-size-mb 5$/,
		);
	});

	test('heads that do not divide the dim, and names some that do', () => {
		assertRefused(runVitPipeline(smallArguments('--vit-heads 6')), 'config', 2, /try --vit-heads 2$/);
	});

	test('an argument that it does not know, instead of ignoring it', () => {
		assertRefused(
			runVitPipeline(smallArguments('--vit-dep 3')),
			'config',
			2,
			/unrecognized arguments: --vit-dep 3\. --help/,
		);
	});

	test('CUDA on a machine without a CUDA device, with exit code 1', {skip: skipWithoutTorch}, (t) => {
		if (evaluateInPython('import torch; print(str(torch.cuda.is_available()).lower())'))
			return t.skip('this machine has a CUDA device');
		assertRefused(runVitPipeline(smallArguments('--device cuda')), 'no_cuda', 1, /try --device cpu/);
	});

	test('an interpreter without PyTorch, and says which one it was', () => {
		const printed = runVitPipeline(smallArguments(), ['-S', '-E']);
		assertRefused(printed, 'no_torch', 1, /PyTorch not found by \S+ .*WARPDECK_PYTHON/);
	});

	test('memory that the host does not have, keeping the traceback', {skip: skipWithoutTorch}, () => {
		const printed = runVitPipeline(smallArguments('--memory-size-mb 90000000'));
		assert.equal(printed.exitCode, 1);
		assert.equal(findSaid(printed, 'error')[0]?.kind, 'host_oom');
		assert.match(printed.stderr, /Traceback[\s\S]*MemoryError/);
	});

	test('nothing after a refusal: the next experiment of the process succeeds', {skip: skipWithoutTorch}, () => {
		const printed = runVitPipelines([smallArguments('--queue-depth 0'), smallArguments()]);
		assert.deepEqual(
			printed.map(({exitCode}) => exitCode),
			[2, 0],
		);
	});
});

test('vit_pipeline.py --describe lists parameters and metrics without importing PyTorch', {
	skip: skipWithoutPython,
}, () => {
	const {lines, exitCode} = runVitPipeline(['--describe'], ['-S', '-E']);
	const described = JSON.parse(lines.join('\n')) as {
		parameters: {name: string; default: unknown}[];
		metrics: Record<string, string>;
	};
	assert.equal(exitCode, 0);
	assert.equal(described.parameters.find(({name}) => name === 'queue_depth')?.default, 2);
	assert.ok('throughput_samples_per_s' in described.metrics);
});
