import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {openSampleStream, queryGpus, type SampleStreamEnd} from '../../source/effects/nvidia-smi.ts';
import {SAMPLE_FIELDS} from '../../source/effects/telemetry-format.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {until} from '../rig/until.ts';
import {fakeNvidiaSmi, isAlive, makeFolder} from './fake-tools.ts';

suite('asking which GPUs are here', () => {
	test('gives each with its identity, and the driver', async (t) => {
		const {env} = fakeNvidiaSmi(t, {gpus: 2});

		const {gpus, driverVersion, problem} = await queryGpus({procRoot: '/proc', env, timeoutMs: 60_000});

		assert.deepEqual(
			gpus.map(({pciAddress}) => pciAddress),
			['0000:21:00.0', '0000:41:00.0'],
		);
		assert.deepEqual([driverVersion, problem], ['580.159.04', null]);
	});

	test('is no problem on a machine with neither tool nor driver', async (t) => {
		const answer = await queryGpus({procRoot: makeFolder(t), env: {PATH: makeFolder(t)}, timeoutMs: 60_000});

		assert.deepEqual(answer, {gpus: [], driverVersion: null, problem: null});
	});

	test('says that the tool is missing where a driver is loaded', async (t) => {
		const procRoot = makeFolder(t);
		mkdirSync(join(procRoot, 'driver/nvidia'), {recursive: true});

		const {problem} = await queryGpus({procRoot, env: {PATH: makeFolder(t)}, timeoutMs: 60_000});

		assert.match(problem ?? '', /^An NVIDIA driver is loaded, but nvidia-smi is not on PATH\. Type /);
	});

	test('passes on what a failing driver printed, and what to type', async (t) => {
		const {env} = fakeNvidiaSmi(t, {code: 9, text: 'NVIDIA-SMI could not reach the driver.'});

		const {problem} = await queryGpus({procRoot: '/proc', env, timeoutMs: 60_000});

		assert.match(
			problem ?? '',
			/^nvidia-smi ended with code 9: NVIDIA-SMI could not reach the driver\. Type nvidia-smi /,
		);
	});

	test('ends in time when the driver hangs, and leaves no process behind', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {hang: true});

		const {problem} = await queryGpus({procRoot: '/proc', env, timeoutMs: 1500});

		assert.match(problem ?? '', /^nvidia-smi did not answer within 1\.5 s: the driver hangs\./);
		await until(() => !isAlive(starts()[0]?.pid ?? 0), 'the hanging tool is gone');
	});

	test('keeps the healthy GPUs and names the line of the lost one', async (t) => {
		const {env} = fakeNvidiaSmi(t, {gpus: 2, lost: [1]});

		const {gpus, problem} = await queryGpus({procRoot: '/proc', env, timeoutMs: 60_000});

		assert.deepEqual(
			gpus.map(({index}) => index),
			[0],
		);
		assert.match(problem ?? '', /names no usable GPU: 1, \[GPU is lost\]/);
	});
});

suite('the stream of samples', () => {
	const listen = (env: NodeJS.ProcessEnv) => {
		const samples: GpuSample[] = [];
		const ends: SampleStreamEnd[] = [];
		const stream = openSampleStream({
			fields: SAMPLE_FIELDS,
			everyMs: 20,
			env,
			onSample: (sample) => samples.push(sample),
			onEnd: (end) => ends.push(end),
		});
		return {samples, ends, stream};
	};

	test('is whole although its lines come in pieces', async (t) => {
		const {env} = fakeNvidiaSmi(t, {gpus: 3, cut: true});
		const {samples, stream} = listen(env);

		await until(() => samples.length >= 9, 'three ticks');
		stream.close();

		assert.deepEqual(
			samples.slice(0, 9).map(({gpuIndex, celsius, powerWatts}) => [gpuIndex, celsius, powerWatts]),
			[
				...[
					[0, 40, 80.5],
					[1, 41, 81.5],
					[2, 42, 82.5],
				],
				...[
					[0, 40, 80.5],
					[1, 41, 81.5],
					[2, 42, 82.5],
				],
				...[
					[0, 40, 80.5],
					[1, 41, 81.5],
					[2, 42, 82.5],
				],
			],
		);
	});

	test('is one process that asks at the interval, not one a sample', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {gpus: 1});
		const {samples, stream} = listen(env);

		await until(() => samples.length >= 5, 'five samples');
		stream.close();

		assert.deepEqual(
			starts().map(({args}) => args.slice(1)),
			[['--format=csv,noheader,nounits', '-lms', '20']],
		);
	});

	test('ends with the last words of the tool', async (t) => {
		const {env} = fakeNvidiaSmi(t, {ticks: 2, code: 15, text: 'GPU 0000:21:00.0 has fallen off the bus.'});
		const {ends} = listen(env);

		await until(() => ends.length > 0, 'the end');

		assert.deepEqual(ends, [
			{reason: 'nvidia-smi ended with code 15: GPU 0000:21:00.0 has fallen off the bus.', badField: null},
		]);
	});

	test('ends with a reason where there is no such tool', async (t) => {
		const {ends} = listen({PATH: makeFolder(t)});

		await until(() => ends.length > 0, 'the end');

		assert.match(ends[0]?.reason ?? '', /^nvidia-smi could not be started \(spawn nvidia-smi ENOENT\)/);
	});

	test('that is closed takes its process along and says nothing more', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {});
		const {samples, ends, stream} = listen(env);
		await until(() => samples.length > 0, 'a sample');

		stream.close();
		const pid = starts()[0]?.pid ?? 0;
		await until(() => !isAlive(pid), 'the tool is gone');

		assert.deepEqual(ends, []);
	});
});
