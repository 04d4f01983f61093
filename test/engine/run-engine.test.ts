import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState} from '../../source/journal/state.ts';
import {iterate} from '../../source/journal/vector.ts';
import type {Behaviour} from '../rig/fake-ports.ts';
import {gpuSample} from '../rig/gpu-sample.ts';
import {openNight} from '../rig/night.ts';
import {cell, opened, planned} from '../rig/story.ts';

/** `count` models on each of the four GPUs: a0, b0 … on GPU 0 and so on. */
const matrix = (count: number) =>
	[0, 1, 2, 3].flatMap((gpuId) =>
		['a', 'b', 'c', 'd']
			.slice(0, count)
			.map((model) => cell({gpuId, numaNode: gpuId < 2 ? 0 : 2, model, runId: `${model}${gpuId}`})),
	);
const plan = (count = 2, change: Partial<Experiment> = {}, maxWorkers = 4): readonly Fact[] => [
	opened({maxWorkers}),
	planned(matrix(count), {change}),
];
const only = (change: Partial<Experiment> = {}): readonly Fact[] => [
	opened(),
	planned([cell({runId: 'a'}), cell({runId: 'b'})], {change}),
];

/** Lengths that differ, so that lanes drift apart. */
const uneven = (id: string): Behaviour => ({
	endsAfterMs: 700 + ((id.charCodeAt(0) * 37 + id.charCodeAt(1) * 113) % 900),
});

suite('a night', () => {
	test('runs every experiment once and closes as finished', async () => {
		const night = await openNight({told: plan(4), behave: uneven});

		const state = await night.finish();

		assert.deepEqual(state.counts, {
			waiting: 0,
			active: 0,
			succeeded: 16,
			degraded: 0,
			failed: 0,
			postponed: 0,
			skipped: 0,
		});
		assert.deepEqual([state.closed?.reason, state.anomalyCount, night.processes.requests.length], ['finished', 0, 16]);
	});

	test('leaves a journal whose fold is the state on the screen', async () => {
		const night = await openNight({told: plan(2), behave: uneven});

		const state = await night.finish();

		assert.deepEqual(night.disk.facts().reduce(reduce, initialState), state);
	});

	test('marks the edges of what is measured on each GPU, and has the counters that are read there', async () => {
		const edges: number[] = [];
		const counts = new Map<number, number>();
		const phases = ['load', 'measure', 'report'].map((name) => `::warpdeck {"event":"phase","name":"${name}"}`);
		const night = await openNight({
			told: plan(1),
			behave: () => ({lines: phases}),
			markEdge: async (gpuIndex) => {
				edges.push(gpuIndex);
				const energyJ = (counts.get(gpuIndex) ?? 0) + 100;
				counts.set(gpuIndex, energyJ);
				night.engine.observe([gpuSample(gpuIndex, {energyJ})]);
			},
		});

		await night.finish();

		assert.deepEqual(edges.toSorted(), [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
		const telemetry = night.disk.facts().flatMap((fact) => (fact.type === 'committed' ? [fact.result.telemetry] : []));
		assert.deepEqual(
			telemetry.map((of) => [of?.window, of?.energyJ]),
			[0, 1, 2, 3].map(() => ['measure', 100]),
		);
	});

	test('records the intent before the deed and the deed’s identity after it', async () => {
		const night = await openNight({told: only()});

		await night.finish();

		const facts = night.trace.filter((deed) => !deed.startsWith('file'));
		assert.deepEqual(facts.slice(0, 6), [
			'launching a',
			'spawn a',
			'started a',
			'ended a',
			'committed a',
			'launching b',
		]);
		const started = night.disk.facts().find(({type}) => type === 'started');
		assert.ok(started?.type === 'started');
		assert.deepEqual([started.pid, started.startTicks, started.bootId], [1001, 1001, 'boot']);
	});

	test('spawns nothing as long as its intent is not on the disk', async () => {
		const night = await openNight({told: only()});
		night.disk.hold();

		await night.begin(60_000);
		assert.deepEqual(night.processes.requests, []);
		night.disk.release();
		await night.finish();

		assert.equal(night.processes.requests.length, 2);
	});

	test('says that a result is committed only when its file stands on the disk', async () => {
		const night = await openNight({told: only()});

		const state = await night.finish();

		for (const id of ['a', 'b']) {
			assert.ok(night.trace.indexOf(`file results/${id}.json`) < night.trace.indexOf(`committed ${id}`));
			const {result, attempt} = JSON.parse(night.disk.files.get(`results/${id}.json`) ?? '{}');
			assert.deepEqual([result.status, attempt], ['succeeded', 1]);
		}
		assert.equal(state.closed?.reason, 'finished');
	});

	test('keeps every latency beside the journal, and shows it while it is measured', async () => {
		const lines = [
			'::warpdeck {"event":"samples","latency_ms":[1.5,2]}',
			'::warpdeck {"event":"samples","latency_ms":[3]}',
		];
		const night = await openNight({told: only(), behave: (id) => (id === 'a' ? {lines} : {})});

		const state = await night.finish();

		assert.deepEqual(night.disk.samples, ['a: [1.5,2]\n', 'a: [3]\n']);
		assert.deepEqual(state.lanes.get('gpu0')?.latest, {id: 'a', parts: [[1.5, 2, 3]]});
		assert.equal(night.disk.facts().length, 2 + 8 + 1);
	});

	test('tags every attempt, so that whatever carries the tag is known to be its', async () => {
		const night = await openNight({told: only()});

		await night.finish();

		assert.deepEqual(
			night.processes.requests.map(({tag, files}) => [tag, files.stdout]),
			[
				['a1b2c3d4:a:1', '/run/logs/a.1.stdout'],
				['a1b2c3d4:b:1', '/run/logs/b.1.stdout'],
			],
		);
	});
});

suite('what runs at once', () => {
	const gpusOf = (ids: readonly string[]): readonly string[] => ids.map((id) => id.slice(1));

	test('is one experiment a GPU and no more, in lanes that do not wait for each other (A7.4)', async () => {
		const night = await openNight({told: plan(4), behave: (id) => ({endsAfterMs: 300 + 900 * Number(id.slice(1))})});

		await night.finish();

		const {together} = night.processes;
		for (const ids of together) assert.equal(new Set(gpusOf(ids)).size, ids.length, ids.join(' '));
		assert.ok(together.some(({length}) => length === 4));
		assert.ok(night.trace.indexOf('spawn d0') < night.trace.indexOf('spawn b3'));
	});

	for (const maxWorkers of [1, 2, 3]) {
		test(`is never more than max_workers: ${maxWorkers}`, async () => {
			const night = await openNight({told: plan(3, {}, maxWorkers), behave: uneven});

			const {counts} = await night.finish();

			assert.equal(Math.max(...night.processes.together.map(({length}) => length)), maxWorkers);
			assert.equal(counts.succeeded, 12);
		});
	}

	test('is one alone where experiments need the host for themselves', async () => {
		const night = await openNight({told: plan(2, {exclusive: 'host'}), behave: uneven});

		const {counts} = await night.finish();

		assert.ok(night.processes.together.every(({length}) => length === 1));
		assert.equal(counts.succeeded, 8);
	});

	test('is one a socket where they need that, and both sockets are used', async () => {
		const night = await openNight({told: plan(2, {exclusive: 'socket'}), behave: uneven});

		const {counts} = await night.finish();

		const sockets = night.processes.together.map((ids) => gpusOf(ids).map((gpu) => (Number(gpu) < 2 ? 0 : 1)));
		for (const used of sockets) assert.equal(new Set(used).size, used.length);
		assert.ok(sockets.some(({length}) => length === 2));
		assert.equal(counts.succeeded, 8);
	});

	test('is one alone where nobody knows the sockets', async () => {
		const night = await openNight({told: plan(2, {exclusive: 'socket', socket: null}), behave: uneven});

		await night.finish();

		assert.ok(night.processes.together.every(({length}) => length === 1));
	});

	for (const exclusive of ['host', 'socket'] as const) {
		test(`lets one that needs the ${exclusive} have its turn before those that come later in the plan`, async () => {
			const {experiments, ...rest} = planned(matrix(4));
			const told = [
				opened(),
				{...rest, experiments: experiments.map((one) => (one.id === 'b0' ? {...one, exclusive} : one))},
			];
			const night = await openNight({told, behave: uneven});

			const {counts} = await night.finish();

			const spawned = night.trace.filter((deed) => deed.startsWith('spawn')).map((deed) => deed.slice(6));
			const same = exclusive === 'host' ? ['c1', 'c2', 'c3'] : ['c1'];
			for (const other of same) assert.ok(spawned.indexOf('b0') < spawned.indexOf(other), spawned.join(' '));
			const beside = night.processes.together.filter((ids) => ids.includes('b0'));
			const quiet = (ids: readonly string[]) =>
				exclusive === 'host' ? ids.length === 1 : !ids.some((id) => id.endsWith('1'));
			assert.ok(beside.every(quiet), beside.join(' | '));
			assert.equal(counts.succeeded, 16);
		});
	}
});

suite('a failure', () => {
	const behave = (id: string): Behaviour => {
		if (id === 'a0') return {end: {kind: 'exited', code: 3}, report: {stderrTail: 'ValueError: no'}};
		if (id === 'a1') return {refused: 'ENOENT: program not found'};
		if (id === 'a2') return {end: {kind: 'signalled', signal: 'SIGSEGV'}};
		if (id === 'a3') return {lost: 'the driver hangs and cannot be ended'};
		return uneven(id);
	};

	test('stops no other lane and not its own: a refused, crashed, failed or abandoned one is followed by the next', async () => {
		const night = await openNight({told: plan(2), behave});

		const state = await night.finish();

		assert.deepEqual(state.counts, {
			waiting: 0,
			active: 0,
			succeeded: 4,
			degraded: 0,
			failed: 4,
			postponed: 0,
			skipped: 0,
		});
		assert.equal(state.closed?.reason, 'finished');
	});

	test('is recorded with how it ended and why it is one', async () => {
		const night = await openNight({told: plan(2), behave});

		const {experiments} = await night.finish();

		const ends = [...iterate(experiments)].flatMap(({experiment, stage}) =>
			stage.kind === 'committed' && stage.result.failure
				? [[experiment.id, stage.outcome.kind, stage.result.failure.kind, stage.startedAt === null]]
				: [],
		);
		assert.deepEqual(ends, [
			['a0', 'exited', 'exit', false],
			['a1', 'not-spawned', 'not-spawned', true],
			['a2', 'signalled', 'signal', false],
			['a3', 'abandoned', 'lost', false],
		]);
	});
});
