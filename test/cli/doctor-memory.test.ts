import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {judgeMemoryRecords} from '../../source/cli/doctor-memory.ts';

const record = (batchSize: number, mib: number | null) => ({
	...{run: 'study/2026-11-28/10-00-00', gpuName: 'NVIDIA H200', axes: {}},
	...{params: {batch_size: batchSize}, mib},
});

suite('what the doctor knows of the memory of GPUs', () => {
	test('is the most that earlier runs measured, and in which', () => {
		const [finding] = judgeMemoryRecords([record(8, 2048), record(16, 30_925), record(16, 30_000), record(32, null)]);

		assert.equal(finding?.verdict, 'ok');
		assert.match(JSON.stringify(finding), /2 configurations, at most 30\.2 GiB on NVIDIA H200, in study/);
	});

	test('is nothing where nothing was measured', () => {
		assert.deepEqual(judgeMemoryRecords([record(32, null)]), []);
	});
});
