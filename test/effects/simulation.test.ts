import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {suite, type TestContext, test} from 'node:test';
import {createSimulation} from '../../source/effects/simulation.ts';
import {judgeAttempt} from '../../source/engine/judge.ts';
import {createObserver} from '../../source/engine/observe.ts';
import {checkConsistency} from '../../source/report/consistency.ts';
import {createFakeClock, takeSettled} from '../rig/fake-clock.ts';
import {declared, only, playThrough, request, simulatedHost} from '../rig/simulated.ts';
import {STORY_START} from '../rig/story.ts';

const NO_MODEL = {depth: 0};
const BIG_MODEL = {patch_size: 16, depth: 12, heads: 16, dim: 1024, mlp_dim: 4096};

function stage(rates: Parameters<typeof simulatedHost>[0] = {}, seed = 7) {
	const clock = createFakeClock();
	return {clock, ...createSimulation(simulatedHost(rates), {clock, seed})};
}

async function measure(t: TestContext, one = declared(), rates = {}, seed = 7) {
	const simulation = stage(rates, seed);
	const played = await playThrough(t, simulation, simulation.clock, one);
	const result = only(played.said, 'result')[0];
	const latencyMs = only(played.said, 'samples').flatMap((line) => line.latency_ms);
	return {...played, latencyMs, metrics: result?.metrics ?? {}, effective: result?.effective ?? {}};
}

suite('a simulated experiment', () => {
	test('says what the bundled workload says, in its order, and ends with 0', async (t) => {
		const {said, report} = await measure(t);

		const events = said.map((line) => (line.event === 'phase' ? line.name : line.event));
		assert.deepEqual(
			events.filter((event, index) => event !== events[index - 1] && event !== 'progress' && event !== 'samples'),
			['load', 'ready', 'placement', 'warmup', 'measure', 'report', 'result'],
		);
		assert.deepEqual(report.end, {kind: 'exited', code: 0});
	});

	test('is judged a plain success, so its claims are consistent with themselves and with what was declared', async (t) => {
		const one = declared({...BIG_MODEL, compile_model: true, num_samples: 1005});
		const {lines, report} = await measure(t, one, {noisePercent: 4, timeScale: 0.01});
		const observer = createObserver(one.id, () => {});
		for (const line of lines) observer.read(line, STORY_START);

		const result = judgeAttempt({
			experiment: one,
			outcome: {kind: 'exited', code: 0},
			report,
			observation: observer.finish(STORY_START),
			gpu: {telemetry: null, doubts: []},
			startedAt: STORY_START,
			endedAt: STORY_START + 60_000,
			argv: [],
			isBundled: true,
			nodeCpus: [],
			usualClockMHz: null,
			stdoutLog: '',
			stderrLog: '',
			simulated: true,
		});

		assert.deepEqual([result.status, result.degraded, result.failure], ['succeeded', [], null]);
	});

	test('counts as many samples as its throughput times its window, and as its batches hold', async (t) => {
		const {metrics, latencyMs} = await measure(t, declared({num_samples: 995, batch_size: 10}), {noisePercent: 10});

		const product = Number(metrics.throughput_samples_per_s) * Number(metrics.window_s);
		assert.ok(Math.abs(product - 995) < 1e-6, `${product}`);
		assert.deepEqual([metrics.samples, metrics.batches, latencyMs.length], [995, 100, 100]);
	});

	test('lives at least as long as the window that it claims, however fast the demo is', async (t) => {
		const {clock, processes} = stage({timeScale: 0.001});
		const one = declared({...BIG_MODEL, num_samples: 20_000});
		let claimed = 0;
		let endedAt = 0;
		const asked = request(t, one, (line) => {
			if (line.includes('"result"')) claimed = Number(/"window_s":([\d.]+)/.exec(line)?.[1]);
		});

		const process = await processes.launch(asked);
		void process.finished.then(() => {
			endedAt = clock.now();
		});
		await clock.advance(600_000);

		assert.ok(claimed > 30, `${claimed} s for 20 000 samples of a big model`);
		assert.ok((endedAt - STORY_START) / 1000 >= claimed);
	});

	test('confirms the configuration of its command line, which a wrong one would not', async (t) => {
		const {metrics, effective} = await measure(t, declared({batch_size: 20, queue_depth: 3}));
		const span = {startedAt: 0, endedAt: 60_000, isBundled: true};
		const check = (declaredParams: ReturnType<typeof declared>['params']) =>
			checkConsistency({metrics, effective, declaredParams, ...span});

		assert.deepEqual(check(declared({batch_size: 20, queue_depth: 3}).params), []);
		assert.deepEqual(check(declared({batch_size: 20, queue_depth: 2}).params), [
			'queue_depth: declared 2, effective 3',
		]);
	});

	test('shows progress up to its last sample', async (t) => {
		const {said} = await measure(t);
		const done = only(said, 'progress').map((line) => line.done);

		assert.ok(done.length >= 10);
		assert.deepEqual(done.at(-1), 1000);
		assert.deepEqual(
			done,
			[...done].sort((a, b) => a - b),
		);
	});

	test('has the same numbers for the same seed and others for another one', async (t) => {
		const noisy = {noisePercent: 4};
		const first = await measure(t, declared(), noisy, 1);
		const again = await measure(t, declared(), noisy, 1);
		const other = await measure(t, declared(), noisy, 2);

		assert.deepEqual(again.latencyMs, first.latencyMs);
		assert.notDeepEqual(other.latencyMs, first.latencyMs);
	});
});

suite('a simulated host', () => {
	test('copies slower to a GPU of the other socket, by the factor of its distance', async (t) => {
		const local = await measure(t, declared(NO_MODEL, {numaNode: 0}));
		const near = await measure(t, declared(NO_MODEL, {numaNode: 1}));
		const remote = await measure(t, declared(NO_MODEL, {numaNode: 2}));

		const perS = Number(local.metrics.throughput_samples_per_s);
		// 0.03 for each point of distance above 10: 12 to the neighbour, 21 to the other socket.
		assert.ok(Math.abs(perS / Number(near.metrics.throughput_samples_per_s) - 1.06) < 0.001);
		assert.ok(Math.abs(perS / Number(remote.metrics.throughput_samples_per_s) - 1.33) < 0.001);
	});

	test('lets a model that only computes run as fast from a remote node', async (t) => {
		const local = await measure(t, declared(BIG_MODEL, {numaNode: 0}));
		const remote = await measure(t, declared(BIG_MODEL, {numaNode: 2}));

		assert.equal(local.metrics.throughput_samples_per_s, remote.metrics.throughput_samples_per_s);
	});

	test('puts the pages on the node that the experiment is bound to', async (t) => {
		const {said} = await measure(t, declared({}, {numaNode: 3}));

		assert.deepEqual(only(said, 'placement')[0]?.node_pages, {'3': 16_384});
	});

	test('fails one launch of so many with the text of CUDA, at a place that the seed decides', async (t) => {
		const {clock, processes, warm} = stage({failOneIn: 4});
		const codes: unknown[] = [];
		let failure = '';
		for (const gpuId of [0, 1, 2, 3]) {
			const {report} = await playThrough(t, {processes, warm}, clock, declared({}, {gpuId}));
			codes.push(report.end.kind === 'exited' ? report.end.code : report.end.signal);
			failure += report.stderrTail;
		}

		assert.deepEqual(codes.toSorted(), [0, 0, 0, 1]);
		assert.match(failure, /CUDA out of memory\. SIMULATED/);
	});
});

suite('what is simulated', () => {
	test('says so in the name of its device and in each line of its logs', async (t) => {
		const {said, files} = await measure(t);

		assert.equal(only(said, 'ready')[0]?.device_name, 'SIMULATED Story GPU');
		const log = readFileSync(files.stdout, 'utf8').trimEnd().split('\n');
		assert.ok(log.length >= 3 && log.every((line) => line.startsWith('SIMULATED')), log.join('\n'));
		assert.equal(existsSync(files.exitStatus), false);
	});

	test('has no process that could be signalled, adopted or found', async (t) => {
		const {process} = await measure(t);
		const {processes} = stage();

		assert.equal(process.identity.pid, 0);
		assert.equal(await processes.endTagged('a1b2c3d4', 0), 0);
	});

	test('invents nothing about the host that it is played on', async (t) => {
		const {metrics, report} = await measure(t);

		assert.deepEqual([metrics.peak_host_memory_mib, report.peakHostMemoryMiB], [null, null]);
	});

	test('refuses a workload of the user, whose output it could only invent', async (t) => {
		const {processes} = stage();
		const own = {...request(t, declared()), argv: ['/bin/true']};

		await assert.rejects(processes.launch(own), /plays the bundled vit_pipeline on GPUs, and not another workload/);
	});
});

suite('a simulated process that is stopped', () => {
	test('falls silent, ends with a signal and leaves no timer', async (t) => {
		const {clock, processes} = stage();
		const lines: string[] = [];
		const process = await processes.launch(request(t, declared(), (line) => lines.push(line)));
		await clock.advance(2500);
		const heard = lines.length;

		process.stop(5000);
		process.stop(0);
		const waiting = clock.waiting();
		const {end} = await takeSettled(process.finished);
		await clock.advance(60_000);

		assert.ok(heard > 0);
		assert.equal(lines.length, heard);
		assert.deepEqual(end, {kind: 'signalled', signal: 'SIGTERM'});
		assert.equal(waiting, 0);
	});
});

suite('a simulated worker', () => {
	async function serve(t: TestContext, count: number) {
		const simulation = stage({noisePercent: 5, timeScale: 0.1});
		const played = [];
		for (let index = 0; index < count; index++) {
			const one = {...declared({}, {runId: `m${index}`}), isolation: 'block'} as const;
			played.push(await playThrough(t, simulation, simulation.clock, one));
		}
		return {played, simulation};
	}

	test('gives an experiment the outcome that it has in a process of its own', async (t) => {
		const {played} = await serve(t, 1);
		const own = await measure(t, declared({}, {runId: 'm0'}), {noisePercent: 5, timeScale: 0.1});

		assert.deepEqual(only(played[0]?.said ?? [], 'result'), only(own.said, 'result'));
	});

	test('starts the experiments after the first sooner, with the same lines', async (t) => {
		const {played} = await serve(t, 2);
		const [first, second] = played.map(({said}) => only(said, 'result')[0]?.metrics.startup_s);

		assert.ok(Number(second) < Number(first) / 3, `${first} s, then ${second} s`);
		assert.deepEqual(
			played[1]?.said.map(({event}) => event),
			played[0]?.said.map(({event}) => event),
		);
	});

	test('is counted on its lane until it is released', async (t) => {
		const {simulation} = await serve(t, 2);

		assert.deepEqual([simulation.warm.count('gpu0'), simulation.warm.count('gpu1')], [1, 0]);
		simulation.warm.release('gpu0.node0.b1');
		assert.equal(simulation.warm.count('gpu0'), 0);
	});
});
