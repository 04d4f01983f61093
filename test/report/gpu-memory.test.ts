import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {adviseGpuMemory, type MemoryRecord} from '../../source/report/gpu-memory.ts';
import {describeGpuMemory} from '../../source/report/gpu-memory-text.ts';
import {cell, experiment, gpu, PARAMS} from '../rig/story.ts';

const GIB = 1024;
const A100 = {...gpu(0, 0), name: 'A100-40GB', memoryTotalMiB: 40 * GIB};
const planned = (batchSize: number, device: 'cuda' | 'cpu' = 'cuda') => ({
	...experiment(cell({gpuId: 0, model: 'base', params: {...PARAMS, batch_size: batchSize}})),
	device,
});
const record = (batchSize: number, mib: number | null, changes: Partial<MemoryRecord> = {}): MemoryRecord => ({
	...{run: 'study/2026-11-28/10-00-00', gpuName: 'A100-40GB', axes: {}},
	...{params: {...PARAMS, batch_size: batchSize, num_samples: 9}, mib},
	...changes,
});
const say = (batchSize: number, ...records: readonly MemoryRecord[]) =>
	describeGpuMemory(adviseGpuMemory([planned(batchSize)], [A100], records));

suite('what is said of the memory of a GPU', () => {
	test('is that nothing was measured, where nothing was', () => {
		assert.deepEqual(say(64), ['GPU memory: not measured by an earlier run for base, batch_size 64']);
	});

	test('is what the same settings took, in which run and on which GPU, against the one that is planned for', () => {
		assert.deepEqual(say(64, record(64, 30.2 * GIB, {gpuName: 'H200'})), [
			'GPU memory: base, batch_size 64 fits in GPU 0 (A100-40GB, 40.0 GiB): measured 30.2 GiB on H200 in study/2026-11-28/10-00-00',
		]);
		assert.match(
			say(64, record(64, 60 * GIB, {gpuName: 'H200'}))[0] ?? '',
			/does not fit in GPU 0 .* 60\.0 GiB on H200/,
		);
	});

	test('is which batch fitted here, where this one was too much or is larger than what was', () => {
		const [line] = say(64, record(32, 20 * GIB), record(48, null));

		assert.match(
			line ?? '',
			/base, batch_size 64 does not fit in .*: largest batch_size measured to fit is 32, .*; 48 was too much/,
		);
		assert.match(say(64, record(32, 20 * GIB))[0] ?? '', /is not known to fit in/);
		assert.match(say(16, record(32, 20 * GIB))[0] ?? '', /batch_size 16 fits in .* measured to fit is 32/);
	});

	test('goes by the newest where two runs of the same differ', () => {
		assert.match(say(64, record(64, null), record(64, 20 * GIB))[0] ?? '', /does not fit/);
		assert.match(say(64, record(64, 20 * GIB), record(64, null))[0] ?? '', / fits /);
	});

	test('derives what would fit from a line through three batches, and marks it', () => {
		const [line] = say(64, record(8, 14 * GIB), record(16, 18 * GIB), record(32, 26 * GIB));

		assert.match(line ?? '', /would fit 60 \(derived\)/);
		assert.doesNotMatch(say(64, record(8, 14 * GIB), record(16, 18 * GIB))[0] ?? '', /derived/);
	});

	test('is nothing of another model, and nothing on a CPU', () => {
		assert.match(say(64, record(64, GIB, {params: {...PARAMS, batch_size: 64, depth: 99}}))[0] ?? '', /not measured/);
		assert.deepEqual(adviseGpuMemory([planned(64, 'cpu')], [A100], []), []);
	});
});
