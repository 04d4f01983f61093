import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {watchNvml} from '../../source/effects/nvml-telemetry.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {createPlannedClock} from '../rig/fake-clock.ts';
import {until} from '../rig/until.ts';
import {isAlive, makeFolder} from './fake-tools.ts';
import {nvmlStub, uuidOf} from './nvml-stub.ts';

const WATCHER = fileURLToPath(new URL('./watch-telemetry.ts', import.meta.url));
const FIRST_SAMPLE_MS = 45_000;
const SILENCE_MS = 10_000;
const EDGE_MS = 1000;
const HANG = 'hang nvmlDeviceGetTemperature 0';

type Options = {readonly indexes?: readonly number[]; readonly mayReadTraffic?: () => boolean};

/** Reads every 20 ms of real time; patience and back-off follow a clock that only `advance` moves. */
function watch(t: TestContext, env: NodeJS.ProcessEnv, {indexes = [0], mayReadTraffic}: Options = {}) {
	const {clock, planned} = createPlannedClock();
	const ticks: (readonly GpuSample[])[] = [];
	const losses: string[] = [];
	const unavailable: string[] = [];
	const gpus = indexes.map((gpuIndex) => ({gpuIndex, uuid: uuidOf(gpuIndex)}));
	const {stop, markEdge} = watchNvml(
		{gpus, everyMs: 20, clock, env, mayReadTraffic},
		{
			onGpus: (samples) => ticks.push(samples),
			onLost: (reason) => losses.push(reason),
			onUnavailable: (reason) => unavailable.push(reason),
		},
	);
	t.after(stop);
	const tick = async () => {
		const {length} = ticks;
		await until(() => ticks.length > length, 'a tick', 90_000);
	};
	/** The delay of the restart that is planned now. */
	const backOff = async () => {
		const find = () => planned().find((ms) => ms !== FIRST_SAMPLE_MS && ms !== SILENCE_MS);
		await until(() => find() !== undefined, 'a planned restart', 90_000);
		return find() ?? 0;
	};
	return {clock, planned, ticks, losses, unavailable, tick, backOff, stop, markEdge};
}

/** Processes that this one has started, by their pids. */
const listChildren = (pid = process.pid): readonly number[] =>
	readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const findReader = (pid = process.pid): number =>
	listChildren(pid).find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('nvml-child')) ?? 0;

suite('watching by NVML', () => {
	test('gives ticks of the GPUs of the run by our numbers, whatever NVML’s are', async (t) => {
		const {ticks, tick} = watch(t, nvmlStub(t).env, {indexes: [5, 3]});

		await tick();

		assert.deepEqual(
			ticks[0]?.map(({gpuIndex, powerWatts}) => [gpuIndex, powerWatts]),
			[
				[5, 75.63],
				[3, 78.96],
			],
		);
	});

	test('kills a process whose driver hangs, tells of it once, and reads on with another one', async (t) => {
		const stub = nvmlStub(t);
		const {clock, losses, tick, backOff} = watch(t, stub.env);
		await tick();
		const pid = findReader();
		stub.say(HANG);
		await until(stub.hangs, 'the hang');

		await clock.advance(SILENCE_MS);
		const waitMs = await backOff();
		await until(() => !isAlive(pid), 'the hanging process is gone');
		stub.say();
		await clock.advance(waitMs);
		await tick();

		assert.equal(waitMs, 1000);
		assert.deepEqual(losses, [
			'NVML has said nothing for 10 s. GPU values are missing until it answers again; type nvidia-smi to see why.',
		]);
		assert.notEqual(findReader(), pid);
	});

	test('asks a driver that hangs again and again after 1, 2, 4 … at most 30 s', async (t) => {
		const stub = nvmlStub(t);
		const {clock, losses, tick, backOff} = watch(t, stub.env);
		await tick();
		stub.say('init 9');
		process.kill(findReader(), 'SIGKILL');
		const waits: number[] = [];

		while (waits.length < 7) {
			waits.push(await backOff());
			await clock.advance(waits.at(-1) ?? 0);
		}

		assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
		assert.equal(losses.length, 1);
	});

	test('tells of a process that somebody killed, and reads again a second later', async (t) => {
		const {clock, losses, tick, backOff} = watch(t, nvmlStub(t).env);
		await tick();

		process.kill(findReader(), 'SIGKILL');
		await clock.advance(await backOff());
		await tick();

		assert.match(losses.join(), /^The process that reads NVML was ended by SIGKILL\. GPU values are missing/);
	});

	for (const [what, lines, reason] of [
		['a driver that does not fit its library', ['init 18'], 'NVML refuses: Driver/library version mismatch'],
		['a driver that is not loaded', ['init 9'], 'NVML refuses: Driver Not Loaded'],
	] as const) {
		test(`says at once that it cannot be with ${what}`, async (t) => {
			const {unavailable, losses, ticks} = watch(t, nvmlStub(t, lines).env);

			await until(() => unavailable.length > 0, 'the refusal', 90_000);

			assert.deepEqual([unavailable, losses, ticks], [[reason], [], []]);
		});
	}

	test('says at once that it cannot be where there is no library', async (t) => {
		const {unavailable} = watch(t, {PATH: makeFolder(t)});

		await until(() => unavailable.length > 0, 'the refusal', 90_000);

		assert.deepEqual(unavailable, ['libnvidia-ml.so.1 is not installed here']);
	});

	test('gives up on a driver that has not answered for 45 s, and leaves no process', async (t) => {
		const stub = nvmlStub(t, ['hang nvmlInit_v2 -1']);
		const {clock, unavailable, planned} = watch(t, stub.env);
		await until(stub.hangs, 'the hang');
		const pid = findReader();

		await clock.advance(FIRST_SAMPLE_MS);

		assert.deepEqual([unavailable, planned()], [['NVML did not answer within 45 s'], []]);
		await until(() => !isAlive(pid), 'the process is gone');
	});

	test('gives up on a library in which a process dies three times', async (t) => {
		const {clock, unavailable, backOff} = watch(t, nvmlStub(t, ['crash nvmlDeviceGetTemperature *']).env);

		await clock.advance(await backOff());
		await clock.advance(await backOff());
		await until(() => unavailable.length > 0, 'the end', 90_000);

		assert.match(unavailable.join(), /^The process that reads NVML was ended by SIG/);
	});

	test('asks for the traffic of one GPU a tick, and only while it may', async (t) => {
		let may = true;
		const {ticks, tick} = watch(t, nvmlStub(t).env, {indexes: [0, 1], mayReadTraffic: () => may});
		const count = () => ticks.flat().filter(({pcieTxMiBPerS}) => pcieTxMiBPerS !== undefined).length;
		await until(() => count() >= 4, 'traffic of both');

		may = false;
		// What was wished before, and what has come and waits to be read here.
		for (let quiet = 0; quiet < 5; ) {
			const told = count();
			await tick();
			quiet = count() === told ? quiet + 1 : 0;
		}
		const before = count();
		for (let more = 0; more < 5; more++) await tick();

		assert.ok(ticks.every((samples) => samples.filter(({pcieTxMiBPerS}) => pcieTxMiBPerS !== undefined).length <= 1));
		assert.equal(count(), before);
	});

	test('has the counters of a GPU as soon as an edge is marked there, in a sample of it alone', async (t) => {
		const {ticks, tick, markEdge, planned} = watch(t, nvmlStub(t).env, {indexes: [5, 3]});
		await tick();

		await markEdge(3);

		const edges = ticks.filter((samples) => samples.some(({energyJ}) => typeof energyJ === 'number'));
		assert.deepEqual(
			edges.map((samples) => samples.map(({gpuIndex}) => gpuIndex)),
			[[3]],
		);
		assert.equal(planned().includes(EDGE_MS), false);
	});

	test('waits for counters no longer than a second, or than there is a process', async (t) => {
		const stub = nvmlStub(t);
		const {clock, ticks, tick, markEdge} = watch(t, stub.env);
		await tick();
		stub.say('hang nvmlDeviceGetTotalEnergyConsumption 0');

		const late = markEdge(0);
		await until(stub.hangs, 'the hang');
		await clock.advance(EDGE_MS);
		await late;
		const abandoned = markEdge(0);
		process.kill(findReader(), 'SIGKILL');
		await abandoned;
		await markEdge(0);

		assert.ok(ticks.flat().every(({energyJ}) => energyJ === undefined));
	});

	test('that is stopped leaves neither process nor plans', async (t) => {
		const {tick, stop, planned, losses} = watch(t, nvmlStub(t).env);
		await tick();
		const pid = findReader();

		stop();

		await until(() => !isAlive(pid), 'the process is gone');
		assert.deepEqual([planned(), losses], [[], []]);
	});

	for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
		test(`ends with a warpdeck that ends by ${signal}`, async (t) => {
			const env = {...process.env, ...nvmlStub(t).env};
			const runner = spawn(process.execPath, ['--import=tsx', WATCHER], {env, stdio: 'ignore'});
			t.after(() => runner.kill('SIGKILL'));
			await until(() => findReader(runner.pid) > 0, 'the process runs', 90_000);
			const pid = findReader(runner.pid);

			runner.kill(signal);

			await until(() => !isAlive(pid), 'it is gone');
		});
	}
});
