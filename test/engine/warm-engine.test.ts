import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Verdict} from '../../source/engine/ports.ts';
import type {Fact} from '../../source/journal/event.ts';
import type {Command} from '../../source/plan/build-command.ts';
import {nameWorker} from '../../source/plan/worker.ts';
import {createFakeAdmission} from '../rig/fake-admission.ts';
import {GRACE_MS, type NightOptions, openNight} from '../rig/night.ts';
import {cell, opened, planned} from '../rig/story.ts';

/** Models a and b on nodes 0 and 2 of GPU 0, each model on both nodes before the next. */
const plan = (blocks = 1, change: Partial<Experiment> = {}): readonly Fact[] => [
	opened(),
	planned(
		['a', 'b'].flatMap((model) =>
			[0, 2].map((numaNode) => cell({gpuId: 0, numaNode, model, runId: `${model}${numaNode}`})),
		),
		{blocks, change: {isolation: 'block', ...change}},
	),
];

/** Of a plan for several GPUs what is of the first. */
const onlyOneLane = (fact: Fact): Fact =>
	fact.type === 'planned'
		? {
				...fact,
				cells: fact.cells.filter(({gpuId}) => gpuId === 0),
				experiments: fact.experiments.filter(({gpuId}) => gpuId === 0),
			}
		: fact;

const buildServed = (one: Experiment): Command => ({
	argv: ['program', '--serve'],
	env: {},
	cwd: '/run',
	worker: {key: nameWorker(one), request: {run_id: one.id, depth: 2}},
});

const openWarm = (options: NightOptions) => openNight({buildCommand: buildServed, ...options});

/** What became of workers and of those that they served. */
const follow = (trace: readonly string[]) => trace.filter((deed) => /^(worker|release|close|spawn) /.test(deed));

suite('a block in workers', () => {
	test('keeps both nodes’ workers while they alternate, and ends each after the last that needs it', async () => {
		const night = await openWarm({told: plan()});

		const state = await night.finish();

		assert.deepEqual(follow(night.trace), [
			...['worker gpu0.node0.b1', 'worker gpu0.node2.b1', 'spawn a0', 'spawn a2'],
			...['spawn b0', 'release gpu0.node0.b1', 'spawn b2', 'release gpu0.node2.b1'],
		]);
		assert.equal(state.counts.succeeded, 4);
	});

	test('has processes of its own in each block', async () => {
		const night = await openWarm({told: plan(2)});

		await night.finish();

		assert.deepEqual(
			follow(night.trace).filter((deed) => deed.startsWith('worker')),
			['worker gpu0.node0.b1', 'worker gpu0.node2.b1', 'worker gpu0.node0.b2', 'worker gpu0.node2.b2'],
		);
	});

	const twoLanes = (change: Partial<Experiment>): readonly Fact[] => [
		opened(),
		planned(
			[0, 1].flatMap((gpuId) => [0, 2].map((numaNode) => cell({gpuId, numaNode, runId: `${gpuId}on${numaNode}`}))),
			{blocks: 2, change: {isolation: 'block', ...change}},
		),
	];
	const startsOf = (trace: readonly string[]): string =>
		follow(trace)
			.filter((deed) => /^(worker|spawn)/.test(deed))
			.map((deed) => deed.replace('worker ', '+').replace('spawn ', ''))
			.join(' ');

	test('starts the workers of all lanes at once where nobody else measures meanwhile', async () => {
		const night = await openWarm({told: twoLanes({exclusive: 'host'})});

		await night.finish();

		assert.equal(
			startsOf(night.trace),
			[
				'+gpu0.node0.b1 +gpu0.node2.b1 +gpu1.node0.b1 +gpu1.node2.b1 0on0 0on2 1on0 1on2',
				'+gpu0.node0.b2 +gpu0.node2.b2 +gpu1.node0.b2 +gpu1.node2.b2 0on0.b2 0on2.b2 1on0.b2 1on2.b2',
			].join(' '),
		);
	});

	test('starts none on a GPU that others may hold', async () => {
		const admission = createFakeAdmission(() => ({kind: 'admitted'}));
		const night = await openWarm({told: twoLanes({exclusive: 'host'}), admission});

		await night.finish();

		// Of GPU 1 it knows that nobody else holds it from the first experiment there on.
		assert.match(
			startsOf(night.trace),
			/^\+gpu0\.node0\.b1 \+gpu0\.node2\.b1 0on0 0on2 \+gpu1\.node0\.b1 \+gpu1\.node2\.b1/,
		);
		assert.match(
			startsOf(night.trace),
			/\+gpu0\.node0\.b2 \+gpu0\.node2\.b2 \+gpu1\.node0\.b2 \+gpu1\.node2\.b2 0on0\.b2/,
		);
	});

	test('gives way where memory is short: what is idle ends, and workers start one by one from then on', async () => {
		const short: Verdict = {kind: 'wait', cause: 'memory', reason: 'for host memory: needs 600 MiB, 100 MiB are free'};
		const admission = createFakeAdmission((id, times) => (id === '0on2' && times === 1 ? short : {kind: 'admitted'}));
		const night = await openWarm({told: twoLanes({exclusive: 'gpu'}).map(onlyOneLane), admission});

		const state = await night.finish();

		assert.deepEqual(
			follow(night.trace).filter((deed) => !deed.startsWith('spawn')),
			[
				...['worker gpu0.node0.b1', 'worker gpu0.node2.b1', 'release gpu0.node0.b1', 'release gpu0.node2.b1'],
				...['worker gpu0.node2.b1', 'release gpu0.node2.b1', 'worker gpu0.node0.b2', 'release gpu0.node0.b2'],
				...['worker gpu0.node2.b2', 'release gpu0.node2.b2'],
			],
		);
		assert.match(
			state.notes.map(({message}) => message).join(),
			/Memory is short: workers that served nothing are ended/,
		);
		assert.equal(state.counts.succeeded, 4);
	});

	test('starts those of its own lane where another lane measures', async () => {
		const night = await openWarm({told: twoLanes({exclusive: 'gpu'})});

		await night.begin();

		const [first = '', second = ''] = startsOf(night.trace).split(/ (?=\+gpu1)/);
		assert.deepEqual([first.slice(0, 29), second.slice(0, 14)], ['+gpu0.node0.b1 +gpu0.node2.b1', '+gpu1.node0.b1']);
	});

	test('has its intent on the disk before the request is written, with the request in it, and then the worker', async () => {
		const night = await openWarm({told: plan()});

		await night.begin(100);

		const workers = ['worker gpu0.node0.b1', 'worker gpu0.node2.b1'];
		assert.deepEqual(night.trace.slice(0, 5), ['launching a0', ...workers, 'spawn a0', 'started a0']);
		const launching = night.disk.facts().find((fact) => fact.type === 'launching');
		assert.deepEqual(launching?.worker, {key: 'gpu0.node0.b1', request: {run_id: 'a0', depth: 2}});
		const [request] = night.processes.requests;
		assert.deepEqual(request?.worker, {
			key: 'gpu0.node0.b1',
			lane: 'gpu0',
			tag: 'a1b2c3d4:worker:gpu0.node0.b1:',
			line: '{"run_id":"a0","depth":2}',
		});
	});

	test('is degraded by a leak, in the words of the leak, and failed by a broken device', async () => {
		const say = (line: object) => [`::warpdeck ${JSON.stringify({event: 'done', run_id: 'x', ok: true, ...line})}`];
		const night = await openWarm({
			told: plan(),
			behave: (id) => ({
				lines: id === 'a0' ? say({leak: '2.0 MiB pinned'}) : id === 'a2' ? say({broken: true}) : say({}),
			}),
		});

		const state = await night.finish();

		const results = night.disk.facts().flatMap((fact) => (fact.type === 'committed' ? [fact.result] : []));
		assert.deepEqual([results[0]?.status, results[0]?.degraded], ['degraded', ['leak: 2.0 MiB pinned']]);
		assert.match(results[1]?.failure?.message ?? '', /cannot be used any more/);
		assert.deepEqual([state.counts.degraded, state.counts.failed, state.counts.succeeded], [1, 1, 2]);
	});

	for (const [how, act] of [
		['drained', 'drain'],
		['stopped', 'stop'],
	] as const) {
		test(`has its idle workers ended when the run is ${how}`, async () => {
			const night = await openWarm({told: plan(), behave: () => ({endsAfterMs: 1000})});
			await night.begin(1500);

			await night.engine[act]('user');

			assert.deepEqual(follow(night.trace).slice(4), ['release gpu0.node0.b1']);
			await night.finish();
			assert.deepEqual(follow(night.trace).slice(5), ['release gpu0.node2.b1']);
		});
	}

	test('has its workers killed by a kill', async () => {
		const night = await openWarm({told: plan(), behave: () => ({endsAfterMs: 1000})});
		await night.begin(1500);

		night.engine.kill();

		assert.deepEqual(follow(night.trace).slice(4), ['close gpu0.node0.b1 gpu0.node2.b1 0']);
	});

	test('leaves no worker behind when the run ends in an error', async () => {
		const night = await openWarm({told: plan(), behave: () => ({endsAfterMs: 1000})});
		const running = night.engine.run();
		running.catch(() => {});
		await night.clock.advance(500);
		night.disk.refuse('ENOSPC');
		await night.clock.advance(1000);

		night.recorder.abandon(new Error('given up'));
		await assert.rejects(running, /given up/);

		assert.deepEqual(follow(night.trace).slice(3), [`close gpu0.node0.b1 gpu0.node2.b1 ${GRACE_MS}`]);
	});
});

suite('profiles of a block in one process', () => {
	/** As nsys 2025.3 does it: no report of any before the process ends that served them all. */
	const writeAtEnd: NonNullable<NightOptions['profile']> = (warm, clock) => ({
		prepare: async () => {},
		collect: async ({workerKey = ''}) => {
			while (warm.isAlive(workerKey)) await new Promise<void>((resolve) => void clock.after(250, resolve));
			return {kind: 'problem', message: `read after ${workerKey}`, advice: ''};
		},
	});
	const profiles = (maxWorkers: number, blocks = 1): readonly Fact[] => [
		opened({maxWorkers}),
		planned(
			['a', 'b', 'c'].map((model) => cell({gpuId: 0, numaNode: 0, model, runId: model})),
			{blocks, change: {isolation: 'block', role: 'profile', profiler: 'nsys'}},
		),
	];

	test('are served one after the other, and committed once it has ended', async () => {
		const night = await openWarm({told: profiles(1), profile: writeAtEnd});

		const state = await night.finish();

		const key = 'gpu0.node0.b1.nsys';
		assert.deepEqual(follow(night.trace), [`worker ${key}`, 'spawn a', 'spawn b', 'spawn c', `release ${key}`]);
		const order = night.disk
			.facts()
			.flatMap((fact) => ('id' in fact && /ended|committed/.test(fact.type) ? [fact.type] : []));
		assert.deepEqual(order, [...Array(3).fill('ended'), ...Array(3).fill('committed')]);
		assert.deepEqual([state.counts.failed, state.anomalyCount], [3, 0]);
	});

	test('have ended before the next block has its first', async () => {
		const night = await openWarm({told: profiles(4, 2), profile: writeAtEnd});

		await night.finish();

		const [first = -1, second = -1] = ['committed c', 'launching a.b2'].map((deed) => night.trace.indexOf(deed));
		assert.ok(first >= 0 && second > first, night.trace.join('\n'));
	});

	test('are read while the lane is paused, for as long as that is', async () => {
		const night = await openWarm({told: profiles(1), profile: writeAtEnd, behave: () => ({endsAfterMs: 1000})});
		await night.begin(500);

		await night.recorder.record({type: 'run-paused', reason: 'somebody asked', by: 'user'});
		await night.clock.advance(5000);

		assert.deepEqual([night.store.get().counts.failed, night.store.get().counts.active], [1, 0]);
	});
});

suite('a block that cannot be served', () => {
	test('runs in processes of its own, and says so once', async () => {
		const night = await openNight({told: plan(2)});

		const state = await night.finish();

		assert.equal(state.counts.succeeded, 8);
		assert.deepEqual(
			follow(night.trace).filter((deed) => !deed.startsWith('spawn')),
			[],
		);
		assert.deepEqual(
			state.notes.map(({message}) => message),
			['experiment.isolation=block has no effect on a command of your own: each experiment has a process of its own.'],
		);
	});

	test('says of the reference pipeline that it is the one', async () => {
		const night = await openNight({told: plan(1, {device: 'cpu-reference'})});

		const state = await night.finish();

		assert.match(state.notes.map(({message}) => message).join(), /has no effect on the reference pipeline/);
	});
});
