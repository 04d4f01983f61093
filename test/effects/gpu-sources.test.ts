import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import {watchSources} from '../../source/effects/gpu-sources.ts';
import type {GpuSample, TelemetrySource} from '../../source/journal/event.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {until} from '../rig/until.ts';
import {fakeNvidiaSmi} from './fake-tools.ts';
import {nvmlStub, uuidOf} from './nvml-stub.ts';

const NO_STREAM = {code: 2, text: 'ERROR: Option -lms is not recognized.'};

function watch(t: TestContext, env: NodeJS.ProcessEnv) {
	const clock = createFakeClock();
	const told: string[] = [];
	const sources: TelemetrySource[] = [];
	const ticks: (readonly GpuSample[])[] = [];
	const gpus = [0, 1].map((gpuIndex) => ({gpuIndex, uuid: uuidOf(gpuIndex)}));
	const {stop, markEdge} = watchSources(
		{gpus, everyMs: 20, pcieTraffic: false, clock, env},
		{
			onGpus: (samples) => {
				told.push('gpus');
				ticks.push(samples);
			},
			onHost: () => {},
			onLost: () => told.push('lost'),
			onSource: (source) => {
				told.push('source');
				sources.push(source);
			},
			isMeasuring: () => false,
		},
	);
	t.after(stop);
	return {clock, told, sources, ticks, markEdge};
}

suite('the source of GPU samples', () => {
	test('is NVML where it answers, said before the first sample and without excuse', async (t) => {
		const smi = fakeNvidiaSmi(t, {});
		const {sources, ticks, told} = watch(t, {...smi.env, ...nvmlStub(t).env});

		await until(() => ticks.length > 1, 'ticks', 90_000);

		assert.deepEqual(sources, [{source: 'nvml', everyMs: 20, reason: null}]);
		assert.deepEqual([told[0], smi.starts()], ['source', []]);
	});

	test('is a stream of nvidia-smi where NVML refuses, and the reason is NVML’s', async (t) => {
		const smi = fakeNvidiaSmi(t, {gpus: 2});
		const {sources, ticks} = watch(t, {...nvmlStub(t, ['init 18']).env, ...smi.env});

		await until(() => ticks.length > 0, 'a tick', 90_000);

		const reason = 'NVML refuses: Driver/library version mismatch.';
		assert.deepEqual(sources, [{source: 'nvidia-smi stream', everyMs: 20, reason}]);
		assert.equal(ticks[0]?.length, 2);
	});

	test('is one nvidia-smi a sample where that answers once but does not stream', async (t) => {
		const smi = fakeNvidiaSmi(t, {gpus: 4, starts: [NO_STREAM, {}]});
		const {sources, ticks, clock} = watch(t, {...nvmlStub(t, ['init 9']).env, ...smi.env});
		await until(() => ticks.length === 1, 'the first sample', 90_000);

		await clock.advance(20);
		await until(() => ticks.length === 2, 'the next one', 90_000);

		const reason = /^nvidia-smi ended with code 2: ERROR: Option -lms is not recognized\./;
		assert.deepEqual(
			sources.map(({source}) => source),
			['nvidia-smi stream', 'nvidia-smi one-shot'],
		);
		assert.match(sources[1]?.reason ?? '', reason);
		assert.deepEqual(
			ticks[1]?.map(({gpuIndex}) => gpuIndex),
			[0, 1],
		);
		assert.ok(
			smi
				.starts()
				.slice(1)
				.every(({args}) => !args.includes('-lms')),
		);
	});

	test('that is one nvidia-smi a sample is lost once and found again', async (t) => {
		const fails = {code: 15, text: 'Unable to talk to the driver.'};
		const smi = fakeNvidiaSmi(t, {gpus: 2, starts: [NO_STREAM, {}, fails, fails, {}]});
		const {told, ticks, clock} = watch(t, {...nvmlStub(t, ['init 9']).env, ...smi.env});
		await until(() => ticks.length === 1, 'the first sample', 90_000);

		await clock.advance(20);
		await until(() => told.filter((what) => what === 'lost').length === 2, 'the loss', 90_000);
		await clock.advance(10_000);
		await until(() => smi.starts().length === 4, 'the second failure', 90_000);
		await until(() => clock.waiting() > 0, 'the next plan', 90_000);
		await clock.advance(10_000);
		await until(() => ticks.length === 2, 'a sample again', 90_000);

		assert.deepEqual(told, ['source', 'lost', 'source', 'gpus', 'lost', 'gpus']);
	});

	test('stays a stream that is tried again where nvidia-smi answers not even once', async (t) => {
		const {sources, told, clock} = watch(t, {...nvmlStub(t, ['init 9']).env, PATH: '/nonexistent'});

		await until(() => told.includes('lost'), 'the loss', 90_000);
		await until(() => clock.waiting() > 0, 'a planned restart', 90_000);

		assert.deepEqual(
			sources.map(({source}) => source),
			['nvidia-smi stream'],
		);
	});
});
