import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {listMisfits} from '../../source/cli/list-misfits.ts';
import {composeLine, machine, planLine} from '../rig/suites.ts';

const misfitsOf = (words: string, memoryMiB: number | null = 256_000) => {
	const line = `experiment=numa_study experiment.blocks=1 experiment.warmup_blocks=0 experiment.control=false ${words}`;
	return listMisfits(planLine(line), composeLine(line), machine(), {memoryMiB});
};

suite('a plan', () => {
	test('says beforehand what would be postponed, each reason once', () => {
		assert.deepEqual(misfitsOf('experiment.memory.gpu_mb=60000'), [
			'48 experiments would be postponed: it needs 58.6 GiB of GPU memory, and there are 48.0 GiB in all.',
		]);
		assert.deepEqual(misfitsOf('experiment.test.memory_size_mb=70000'), [
			'24 experiments would be postponed: it needs 68.4 GiB of pinned memory on node 0, and there are 64.0 GiB in all.',
			'24 experiments would be postponed: it needs 68.4 GiB of pinned memory on node 2, and there are 64.0 GiB in all.',
		]);
	});

	test('says nothing of what fits, and of what nobody knows', () => {
		assert.deepEqual(misfitsOf(''), []);
		assert.deepEqual(misfitsOf('experiment.memory.host_mb=300000', null), []);
		assert.equal(misfitsOf('experiment.memory.host_mb=300000').length, 1);
	});
});
