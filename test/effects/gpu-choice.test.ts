import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseMigParents, readGpuChoice} from '../../source/effects/gpu-choice.ts';
import {gpu} from '../rig/story.ts';

const UUIDS = ['GPU-8a1c0000-1111', 'GPU-8a1c0000-2222', 'GPU-ffff0000-3333', 'GPU-eeee0000-4444'];
const gpus = UUIDS.map((uuid, index) => ({...gpu(index, 0), uuid}));

const choose = async (env: {readonly [name: string]: string}, parents: readonly (readonly [string, string])[] = []) => {
	const {gpuChoice, gpus: left} = await readGpuChoice(gpus, env, async () => new Map(parents));
	return {indexes: gpuChoice?.indexes, source: gpuChoice?.source, uuids: left.map(({uuid}) => uuid)};
};

suite('the GPUs that may be used', () => {
	test('are all of them where nothing is said', async () => {
		assert.equal((await choose({})).indexes, undefined);
	});

	for (const [visible, indexes] of [
		['0', [0]],
		['1,3', [1, 3]],
		['3, 1', [3, 1]],
		['', []],
		['-1', []],
		['NoDevFiles', []],
		['0,-1,1', [0]],
		['0,9,1', [0]],
		['GPU-ffff0000-3333', [2]],
		['GPU-ffff', [2]],
		['GPU-8a1c', []],
		['1,1', [1]],
		['MIG-GPU-eeee0000-4444/7/0', [3]],
		['MIG-5c5c', [2]],
		['MIG-none', []],
	] as const) {
		test(`are those that CUDA would see with CUDA_VISIBLE_DEVICES=${visible}`, async () => {
			const choice = await choose({CUDA_VISIBLE_DEVICES: visible}, [['MIG-5c5c', 'GPU-ffff0000-3333']]);

			assert.deepEqual([choice.indexes, choice.source], [indexes, `CUDA_VISIBLE_DEVICES=${visible}`]);
		});
	}

	test('are known by their MIG instance where only that may be used', async () => {
		const {uuids} = await choose({CUDA_VISIBLE_DEVICES: 'MIG-5c5c'}, [['MIG-5c5c', 'GPU-ffff0000-3333']]);

		assert.deepEqual(uuids, ['GPU-8a1c0000-1111', 'GPU-8a1c0000-2222', 'MIG-5c5c', 'GPU-eeee0000-4444']);
	});

	test('are those of the Slurm job where all of the machine can be seen', async () => {
		assert.deepEqual((await choose({SLURM_JOB_GPUS: '2,3'})).indexes, [2, 3]);
		assert.deepEqual(await choose({SLURM_JOB_GPUS: '2,3', SLURM_STEP_GPUS: '3'}), {
			indexes: [3],
			source: 'SLURM_STEP_GPUS=3',
			uuids: UUIDS,
		});
	});

	test('are all that can be seen where the job’s are the only ones, counted anew', async () => {
		assert.equal((await choose({SLURM_JOB_GPUS: '4,5,6,7'})).indexes, undefined);
	});

	test('are what CUDA is told, when Slurm tells it too', async () => {
		assert.deepEqual((await choose({SLURM_JOB_GPUS: '2,3', CUDA_VISIBLE_DEVICES: '2'})).indexes, [2]);
	});
});

suite('nvidia-smi -L', () => {
	test('shows under which GPU a MIG instance is', () => {
		const listing = [
			'GPU 0: NVIDIA H200 (UUID: GPU-1)',
			'  MIG 1g.18gb     Device  0: (UUID: MIG-a)',
			'  MIG 1g.18gb     Device  1: (UUID: MIG-b)',
			'GPU 1: NVIDIA H200 (UUID: GPU-2)',
			'  MIG 3g.71gb     Device  0: (UUID: MIG-c)',
		].join('\n');

		assert.deepEqual(
			[...parseMigParents(listing)],
			[
				['MIG-a', 'GPU-1'],
				['MIG-b', 'GPU-1'],
				['MIG-c', 'GPU-2'],
			],
		);
	});
});
