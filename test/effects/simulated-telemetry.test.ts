import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createSimulation} from '../../source/effects/simulation.ts';
import type {GpuSample, HostSample} from '../../source/journal/event.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {declared, request, simulatedHost} from '../rig/simulated.ts';

const BIG_MODEL = {patch_size: 16, depth: 12, heads: 16, dim: 1024, mlp_dim: 4096};

function watchHost() {
	const clock = createFakeClock();
	const simulation = createSimulation(simulatedHost({leastMeasureS: 60}), {clock, seed: 7});
	const ticks: (readonly GpuSample[])[] = [];
	const hosts: HostSample[] = [];
	const stop = simulation.telemetry.watch({
		onGpus: (samples) => ticks.push(samples),
		onHost: (sample) => hosts.push(sample),
		onLost: (reason) => assert.fail(reason),
		onSource: ({source}) => assert.fail(source),
		isMeasuring: () => false,
	});
	return {clock, ticks, hosts, stop, ...simulation};
}

suite('simulated telemetry', () => {
	test('shows every GPU once a second, idle while nothing is played there', async () => {
		const {clock, ticks} = watchHost();

		await clock.advance(2500);

		assert.equal(ticks.length, 3);
		assert.deepEqual(
			ticks[0]?.map((sample) => [sample.gpuIndex, sample.celsius, sample.utilizationPercent, sample.powerWatts]),
			[0, 1, 2, 3].map((index) => [index, 30, 0, 100]),
		);
	});

	test('lets the GPU of a running experiment work and warm up, and no other', async (t) => {
		const {clock, ticks, processes} = watchHost();

		await processes.launch(request(t, declared(BIG_MODEL)));
		await clock.advance(50_000);

		const [busy, idle] = ticks.at(-1) ?? [];
		assert.deepEqual([busy?.celsius, busy?.utilizationPercent, busy?.powerWatts], [70, 100, 400]);
		assert.ok((busy?.memoryUsedMiB ?? 0) > 500);
		assert.deepEqual([idle?.celsius, idle?.utilizationPercent, idle?.memoryUsedMiB], [30, 0, 0]);
	});

	test('lets a GPU cool down slowly once its experiment is over', async (t) => {
		const {clock, ticks, processes} = watchHost();

		const process = await processes.launch(request(t, declared(BIG_MODEL)));
		await clock.advance(50_000);
		process.stop(0);
		await clock.advance(1000);
		const [after] = ticks.at(-1) ?? [];
		await clock.advance(60_000);

		assert.deepEqual([after?.utilizationPercent, after?.memoryUsedMiB, after?.powerWatts], [0, 0, 100]);
		assert.ok((after?.celsius ?? 0) > 55);
		assert.equal(ticks.at(-1)?.[0]?.celsius, 30);
	});

	test('knows nothing of the host that it is played on', async () => {
		const {clock, hosts} = watchHost();

		await clock.advance(100);

		assert.deepEqual(new Set(Object.values(hosts[0] ?? {})), new Set([null]));
		assert.equal(Object.keys(hosts[0] ?? {}).length, 5);
	});

	test('stops when nobody watches any more', async () => {
		const {clock, ticks, stop} = watchHost();

		await clock.advance(1000);
		stop();
		await clock.advance(10_000);

		assert.equal(ticks.length, 2);
		assert.equal(clock.waiting(), 0);
	});
});
