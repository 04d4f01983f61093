import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Machine} from '../../source/domain/topology.ts';
import {machine, planLine} from '../rig/suites.ts';

const choosing = (indexes: readonly number[]): Machine => ({
	...machine(),
	gpuChoice: {indexes, source: `CUDA_VISIBLE_DEVICES=${indexes.join(',')}`},
});

const gpusOf = (line: string, indexes: readonly number[]) => [
	...new Set(planLine(line, {machine: choosing(indexes)}).cells.map(({gpuId}) => gpuId)),
];

suite('a plan for a machine of which only some GPUs may be used', () => {
	test('takes those for auto, and none of the others', () => {
		const line = 'experiment=numa_study experiment.hardware.gpu_ids=auto';

		assert.deepEqual(gpusOf(line, [1, 3]), [1, 3]);
		assert.deepEqual(planLine(line, {machine: choosing([1, 3])}).problems, []);
	});

	test('says which of its GPUs may not be used, and which may', () => {
		const {problems} = planLine('experiment=numa_study', {machine: choosing([1, 3])});

		assert.deepEqual(
			problems.map(({message}) => message),
			[
				'GPU 0 may not be used: CUDA_VISIBLE_DEVICES=1,3 leaves 1, 3.',
				'GPU 2 may not be used: CUDA_VISIBLE_DEVICES=1,3 leaves 1, 3.',
			],
		);
		assert.equal(problems[0]?.advice, 'experiment.hardware.gpu_ids=[1,3]');
	});

	test('still says of a GPU that is not here that it is not here', () => {
		const {problems} = planLine('experiment=numa_study experiment.hardware.gpu_ids=[9]', {machine: choosing([1])});

		assert.deepEqual(
			problems.map(({message}) => message),
			['GPU 9 is not here; this machine has 0, 1, 2, 3.'],
		);
	});

	test('is no plan for the CPU where all are hidden, because that was not asked for', () => {
		const line = 'experiment=quick_test experiment.hardware.gpu_ids=auto';
		const {problems} = planLine(line, {machine: choosing([])});

		assert.deepEqual(
			problems.map(({message}) => message),
			['No GPU of this machine may be used: CUDA_VISIBLE_DEVICES=.'],
		);
		assert.deepEqual(planLine(`${line} experiment.hardware.device=cpu`, {machine: choosing([])}).problems, []);
	});
});
