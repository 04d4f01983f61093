import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {createTelemetry} from '../../source/effects/telemetry.ts';
import type {GpuSample, HostSample} from '../../source/journal/event.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {until} from '../rig/until.ts';
import {fakeNvidiaSmi, isAlive} from './fake-tools.ts';

const WATCHER = fileURLToPath(new URL('./watch-telemetry.ts', import.meta.url));

function watch(t: TestContext, env: NodeJS.ProcessEnv, gpuIndexes: readonly number[]) {
	const clock = createFakeClock();
	const seen = {ticks: [] as (readonly GpuSample[])[], host: [] as HostSample[], losses: [] as string[]};
	const gpus = gpuIndexes.map((gpuIndex) => ({
		gpuIndex,
		uuid: `GPU-0000000${gpuIndex}-0000-4000-8000-00000000000${gpuIndex}`,
	}));
	const stop = createTelemetry({gpus, everyMs: 20, diskPath: tmpdir(), clock, env}).watch({
		onGpus: (samples) => seen.ticks.push(samples),
		onHost: (sample) => seen.host.push(sample),
		onLost: (reason) => seen.losses.push(reason),
		onSource: () => {},
		isMeasuring: () => false,
	});
	t.after(stop);
	return {clock, stop, ...seen};
}

/** Field 5 of /proc/PID/stat, after the name in parentheses. */
const readGroup = (pid: number) =>
	Number(
		readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ')[2],
	);

suite('telemetry', () => {
	test('measures GPUs and host side by side', async (t) => {
		const {env} = fakeNvidiaSmi(t, {gpus: 2});
		const {ticks, host} = watch(t, env, [0, 1]);

		await until(() => ticks.length > 0 && host.length > 0, 'both');

		assert.deepEqual([ticks[0]?.length, host[0]?.cpuPercent], [2, null]);
	});

	test('without GPUs starts no tool, and still measures the host every second', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {});
		const {host, clock} = watch(t, env, []);
		await until(() => host.length === 1, 'a host sample');

		await clock.advance(1000);
		await until(() => host.length === 2, 'the next one');

		assert.deepEqual(starts(), []);
		assert.ok((host[0]?.memoryTotalMiB ?? 0) > 0);
	});

	test('that is stopped leaves neither process nor plans', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {gpus: 2});
		const {ticks, losses, host, clock, stop} = watch(t, env, [0, 1]);
		await until(() => ticks.length > 0 && host.length > 0, 'samples');

		stop();
		await until(() => !isAlive(starts()[0]?.pid ?? 0), 'the tool is gone');

		assert.deepEqual([clock.waiting(), losses], [0, []]);
	});

	test('goes on when the terminal interrupts everything in it, because the runner still drains', async (t) => {
		const {env, starts} = fakeNvidiaSmi(t, {gpus: 1});
		const {ticks} = watch(t, env, [0]);
		await until(() => ticks.length > 0, 'a sample');

		const pid = starts()[0]?.pid ?? 0;

		assert.notEqual(readGroup(pid), readGroup(process.pid));
		assert.equal(readGroup(pid), pid);
	});

	for (const [how, signal] of [
		['exits', 'SIGTERM'],
		['is killed', 'SIGKILL'],
	] as const) {
		test(`ends its nvidia-smi when warpdeck ${how}`, async (t) => {
			const {env, starts} = fakeNvidiaSmi(t, {});
			const options = {env: {...process.env, ...env}, stdio: 'ignore'} as const;
			const child = spawn(process.execPath, ['--import=tsx', WATCHER], options);
			t.after(() => child.kill('SIGKILL'));
			await until(() => starts().length === 1, 'the tool runs', 90_000);

			child.kill(signal);

			await until(() => !isAlive(starts()[0]?.pid ?? 0), 'the tool is gone');
		});
	}
});
