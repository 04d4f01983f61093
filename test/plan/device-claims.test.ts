import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {CommandWorkload} from '../../source/domain/workload.ts';
import {listClaims} from '../../source/plan/device-claims.ts';
import {judgeClaim} from '../../source/plan/judge-claims.ts';
import {type DeviceForm, nameTorchDevice, tellDevice} from '../../source/plan/tell-device.ts';
import {topology} from '../rig/story-values.ts';

const slot = (name: string) => ['$', `{${name}}`].join('');
const onGpu = (gpuId: number) => ({device: 'cuda', gpuId, lane: `gpu${gpuId}`}) as const;
const onCpu = {device: 'cpu', gpuId: null, lane: 'cpu0'} as const;

suite('how a command is told its GPU', () => {
	const told = (form: DeviceForm, gpuId: number) => [
		tellDevice(form, onGpu(gpuId), topology()).CUDA_VISIBLE_DEVICES,
		nameTorchDevice(form, onGpu(gpuId), topology()),
	];

	test('is by the only one that it sees, which is 0 inside', () => {
		assert.deepEqual(told('uuid', 2), ['GPU-2', 'cuda:0']);
		assert.deepEqual(told('index', 2), ['2', 'cuda:0']);
	});

	test('is by its place among all where it chooses itself', () => {
		assert.deepEqual(told('open', 2), ['GPU-0,GPU-1,GPU-2,GPU-3', 'cuda:2']);
		assert.deepEqual(told('none', 2), [undefined, 'cuda:2']);
	});

	test('counts them in the order of the bus', () => {
		assert.equal(tellDevice('open', onGpu(1), topology()).CUDA_DEVICE_ORDER, 'PCI_BUS_ID');
	});

	test('is the CPU, with no GPU in sight, where it has none', () => {
		assert.equal(tellDevice('open', onCpu, topology()).CUDA_VISIBLE_DEVICES, '');
		assert.equal(nameTorchDevice('uuid', onCpu, topology()), 'cpu');
	});
});

const judge = (
	{
		command = [],
		env = {},
		form = 'uuid',
	}: {command?: readonly string[]; env?: CommandWorkload['env']; form?: DeviceForm},
	gpus: readonly number[],
) =>
	listClaims({command: ['run', ...command], env}).map(
		(claim) => judgeClaim(claim, form, gpus.length > 0 ? gpus.map(onGpu) : [onCpu], topology())?.weight ?? null,
	);

suite('a device that stands in a command', () => {
	const rows = [
		['cuda:1 where it sees one GPU', {command: ['--device', 'cuda:1']}, [1], 'problem'],
		['cuda:0 where it sees one GPU', {command: ['--device=cuda:0']}, [1, 2], null],
		['cuda:1 where it sees all, on lane 1', {command: ['--device=cuda:1'], form: 'open'}, [1], null],
		['cuda:1 where it sees all, on two lanes', {command: ['--device=cuda:1'], form: 'open'}, [0, 1], 'problem'],
		['the number outside as that inside', {command: [`cuda:${slot('gpu.index')}`]}, [0, 1], 'problem'],
		['the same on GPU 0 only', {command: [`cuda:${slot('gpu.index')}`]}, [0], null],
		['CUDA_VISIBLE_DEVICES of another', {command: ['CUDA_VISIBLE_DEVICES=2', 'python']}, [0, 2], 'problem'],
		['the same inside a text for a shell', {command: ['-c', 'CUDA_VISIBLE_DEVICES="2" python x.py']}, [0], 'problem'],
		['CUDA_VISIBLE_DEVICES of its own', {env: {CUDA_VISIBLE_DEVICES: '2'}}, [2], null],
		['CUDA_VISIBLE_DEVICES in env', {env: {CUDA_VISIBLE_DEVICES: '2'}}, [1, 2], 'problem'],
		['the UUID of its own', {env: {CUDA_VISIBLE_DEVICES: 'GPU-2'}}, [2], null],
		['a number that only the program knows', {command: ['--gpu-id=5']}, [0], 'notice'],
		['the same in two words', {command: ['--gpu', '5']}, [0], 'notice'],
		['number 0 where it sees one', {command: ['--gpu-id', '0']}, [0, 3], null],
		['a Mac’s', {command: ['--device', 'mps']}, [0], 'notice'],
		['CUDA without a GPU', {command: ['--device', 'cuda']}, [], 'notice'],
		['CUDA with a GPU', {command: ['--device', 'cuda']}, [1], null],
	] as const;
	for (const [what, said, gpus, weight] of rows) {
		test(`${what}: ${weight ?? 'nothing against it'}`, () => assert.deepEqual(judge(said, gpus), [weight]));
	}

	test('is no claim where a placeholder is filled for each lane', () => {
		const command = [
			'--device',
			slot('device'),
			`CUDA_VISIBLE_DEVICES=${slot('gpu.index')}`,
			'--gpu-id',
			slot('gpu.index'),
		];

		assert.deepEqual(judge({command}, [0, 1]), []);
	});
});
