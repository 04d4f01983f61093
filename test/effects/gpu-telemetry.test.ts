import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import {watchGpus} from '../../source/effects/gpu-telemetry.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {createPlannedClock} from '../rig/fake-clock.ts';
import {until} from '../rig/until.ts';
import {fakeNvidiaSmi, isAlive, makeFolder} from './fake-tools.ts';

const FIRST_SAMPLE_MS = 45_000;
const SILENCE_MS = 10_000;

/** The fake tool samples every 20 ms of real time; patience and back-off follow a clock that only `advance` moves. */
function watch(t: TestContext, env: NodeJS.ProcessEnv, gpuIndexes: readonly number[] = [0, 1]) {
	const {clock, planned} = createPlannedClock();
	const ticks: (readonly GpuSample[])[] = [];
	const losses: string[] = [];
	const handlers = {
		onGpus: (samples: readonly GpuSample[]) => ticks.push(samples),
		onLost: (reason: string) => losses.push(reason),
	};
	t.after(watchGpus({gpuIndexes, everyMs: 20, clock, env}, handlers));
	/** The delay of the restart that is planned now. */
	const backOff = async () => {
		const find = () => planned().find((ms) => ms !== FIRST_SAMPLE_MS && ms !== SILENCE_MS);
		await until(() => find() !== undefined, 'a planned restart');
		return find() ?? 0;
	};
	return {clock, ticks, losses, backOff};
}

suite('watching GPUs', () => {
	test('gives whole ticks of the GPUs of the run', async (t) => {
		const {env} = fakeNvidiaSmi(t, {gpus: 4, cut: true});
		const {ticks} = watch(t, env, [1, 3]);

		await until(() => ticks.length >= 3, 'three ticks');

		const indexes = ticks.slice(0, 3).map((tick) => tick.map(({gpuIndex}) => gpuIndex));
		assert.deepEqual(indexes, [
			[1, 3],
			[1, 3],
			[1, 3],
		]);
	});

	test('knows no value of a GPU that is lost, while the others go on', async (t) => {
		const {env} = fakeNvidiaSmi(t, {gpus: 2, lost: [1]});
		const {ticks} = watch(t, env);

		await until(() => ticks.length > 0, 'a tick');

		const celsius = ticks[0]?.map((sample) => sample.celsius);
		assert.deepEqual(celsius, [40, null]);
	});

	test('asks an older driver by the older name, without calling anything lost', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {gpus: 2, badFields: ['clocks_event_reasons.active']});
		const {ticks, losses} = watch(t, env);

		await until(() => ticks.length > 0, 'a tick');

		assert.equal(ticks[0]?.[0]?.throttleReasons, '0x0000000000000004');
		assert.deepEqual([starts().length, losses], [2, []]);
	});

	test('does without a field that a driver does not know at all', async (t) => {
		const {env} = fakeNvidiaSmi(t, {gpus: 2, badFields: ['power.limit']});
		const {ticks} = watch(t, env);

		await until(() => ticks.length > 0, 'a tick');

		assert.deepEqual([ticks[0]?.[0]?.powerLimitWatts, ticks[0]?.[0]?.powerWatts], [null, 80.5]);
	});

	test('tells the last words of a tool that dies once, and sees the GPUs again a second later', async (t) => {
		const dies = {ticks: 1, code: 15, text: 'GPU fell off the bus.'};
		const {env, starts} = fakeNvidiaSmi(t, {gpus: 2, starts: [dies, {}]});
		const {ticks, losses, clock, backOff} = watch(t, env);

		const waitMs = await backOff();
		await clock.advance(waitMs);
		await until(() => ticks.length > 1, 'a tick after the loss');

		assert.match(losses.join(), /^nvidia-smi ended with code 15: GPU fell off the bus\. GPU values .* type nvidia-smi/);
		assert.deepEqual([waitMs, starts().length], [1000, 2]);
	});

	test('asks a tool that stays away after 1, 2, 4 … at most 30 s, and tells of it once', async (t) => {
		const {losses, clock, backOff} = watch(t, {PATH: makeFolder(t)});
		const waits: number[] = [];

		while (waits.length < 7) {
			waits.push(await backOff());
			await clock.advance(waits.at(-1) ?? 0);
		}

		assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
		assert.equal(losses.length, 1);
	});

	test('survives a start that fails at once, as on a host without memory', async (t) => {
		const {losses, backOff} = watch(t, {PATH: 'a byte that no environment may hold: \0'});

		assert.equal(await backOff(), 1000);
		assert.match(losses.join(), /^nvidia-smi could not be started \(/);
	});

	test('begins the back-off from the start after a minute of good health', async (t) => {
		const dies = {ticks: 1, code: 1};
		const {env, starts} = fakeNvidiaSmi(t, {gpus: 2, starts: [dies, {}]});
		const {ticks, clock, backOff} = watch(t, env);
		await clock.advance(await backOff());

		for (let heard = 0; heard < 13; heard++) {
			if (heard > 0) await clock.advance(SILENCE_MS / 2);
			const {length} = ticks;
			await until(() => ticks.length > length, 'another tick');
		}
		process.kill(starts()[1]?.pid ?? 0, 'SIGKILL');

		assert.equal(await backOff(), 1000);
	});

	test('loses a driver that hangs after its silence, and replaces the process', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {gpus: 2, starts: [{hang: true}, {}]});
		const {ticks, losses, clock, backOff} = watch(t, env);
		await until(() => starts().length === 1, 'the first start');

		await clock.advance(FIRST_SAMPLE_MS);
		await clock.advance(await backOff());
		await until(() => ticks.length > 0, 'a tick');

		assert.match(losses.join(), /^nvidia-smi has said nothing for 45 s: the driver hangs\. .* type nvidia-smi/);
		assert.equal(isAlive(starts()[0]?.pid ?? 0), false);
	});
});
