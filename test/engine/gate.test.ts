import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Verdict} from '../../source/engine/ports.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {selectLanes} from '../../source/journal/select.ts';
import {buildResults} from '../../source/report/exports.ts';
import {createFakeAdmission} from '../rig/fake-admission.ts';
import {gpuSample} from '../rig/gpu-sample.ts';
import {type NightOptions, openNight} from '../rig/night.ts';
import {cell, opened, planned} from '../rig/story.ts';

const ADMITTED: Verdict = {kind: 'admitted'};
const busy = (reason = 'GPU 0 is used by pid 5150 (alice)'): Verdict => ({kind: 'wait', cause: 'busy', reason});

/** Two experiments on each of GPUs 0 and 1. */
const cells = [0, 1].flatMap((gpuId) => ['a', 'b'].map((model) => cell({gpuId, model, runId: `${model}${gpuId}`})));
const told = (change: Partial<Experiment> = {}, maxWorkers = 4) => [opened({maxWorkers}), planned(cells, {change})];

const open = (judge: (id: string, times: number) => Verdict, more: Partial<NightOptions> = {}) => {
	const admission = createFakeAdmission(judge);
	return {admission, night: openNight({told: told(), ...more, admission})};
};

suite('an experiment', () => {
	test('that nobody is in the way of starts at once, and nothing is written about it', async () => {
		const {admission, night} = open(() => ADMITTED);
		const {finish, trace} = await night;

		const {counts} = await finish();

		assert.equal(counts.succeeded, 4);
		assert.deepEqual(
			trace.filter((deed) => deed.startsWith('lane')),
			[],
		);
		assert.deepEqual(admission.asked.filter((deed) => deed.startsWith('ask')).toSorted(), [
			'ask a0',
			'ask a1',
			'ask b0',
			'ask b1',
		]);
	});

	test('waits while its GPU is busy, with the holder on the screen, and the other lanes go on', async () => {
		let isBusy = true;
		const {night} = open((id) => (id.endsWith('0') && isBusy ? busy() : ADMITTED));
		const {begin, finish, store, clock} = await night;

		await begin(10_000);

		const [first, second] = selectLanes(store.get(), clock.now());
		assert.deepEqual([first?.held, first?.succeeded], ['GPU 0 is used by pid 5150 (alice)', 0]);
		assert.deepEqual([second?.held, second?.succeeded], [null, 2]);
		isBusy = false;
		const {counts, anomalyCount} = await finish();
		assert.deepEqual([counts.succeeded, anomalyCount], [4, 0]);
	});

	test('takes no worker’s place while it waits', async () => {
		const {night} = open((id) => (id.endsWith('0') ? busy() : ADMITTED), {told: told({}, 1)});
		const {begin, store} = await night;

		await begin(20_000);

		assert.equal(store.get().lanes.get('gpu1')?.succeeded, 2);
	});

	test('that waits for a moment only leaves no fact, because what just ended may still be seen', async () => {
		const {night} = open((_, times) => (times <= 2 ? busy() : ADMITTED));
		const {finish, disk} = await night;

		await finish();

		assert.deepEqual(
			disk.facts().filter(({type}) => type === 'lane-paused' || type === 'lane-continued'),
			[],
		);
	});

	test('that waits long tells of another holder, and not of every look', async () => {
		const {night} = open((id, times) => (id === 'a0' && times < 200 ? busy(times < 100 ? 'alice' : 'bob') : ADMITTED));
		const {finish, disk} = await night;

		await finish();

		const said = disk.facts().flatMap((fact) => (fact.type === 'lane-paused' ? [fact.reason] : [fact.type]));
		assert.deepEqual(
			said.filter((one) => ['alice', 'bob', 'lane-continued'].includes(one)),
			['alice', 'bob', 'lane-continued'],
		);
	});

	test('that will never fit is postponed with the reason, and the run finishes without it', async () => {
		const never = {kind: 'never', reason: 'it needs 900000 MiB of host memory'} as const;
		const {night} = open((id) => (id === 'a0' ? never : ADMITTED));
		const {finish} = await night;

		const state = await finish();

		assert.deepEqual([state.counts.postponed, state.counts.succeeded, state.closed?.reason], [1, 3, 'finished']);
		const [record] = buildResults(state);
		assert.deepEqual([record?.run_id, record?.status, record?.postponed], ['a0', 'postponed', never.reason]);
	});

	test('that waits is not started after the user stopped or drained', async () => {
		let isBusy = true;
		const {night} = open(() => (isBusy ? busy() : ADMITTED));
		const {begin, engine, finish} = await night;
		await begin(10_000);

		await engine.drain('user');
		isBusy = false;
		const {counts, closed} = await finish();

		assert.deepEqual([counts.succeeded, counts.waiting, closed?.reason], [0, 4, 'drained']);
	});

	test('is told of what was taken over for it', async () => {
		const admission = createFakeAdmission(() => ADMITTED, {notes: ['GPU 0: took over the lease of process 7']});
		const {finish} = await openNight({told: [opened(), planned([cell()])], admission});

		assert.deepEqual(
			(await finish()).notes.map(({message}) => message),
			['GPU 0: took over the lease of process 7'],
		);
	});
});

suite('what is kept for a lane', () => {
	test('is given back as soon as the lane has nothing left, while others go on', async () => {
		const behave = (id: string) => ({endsAfterMs: id.endsWith('1') ? 60_000 : 1000});
		const {admission, night} = open(() => ADMITTED, {behave});
		const {begin, finish} = await night;

		await begin(10_000);

		assert.deepEqual(
			admission.asked.filter((deed) => deed.startsWith('leave')),
			['leave gpu0'],
		);
		await finish();
		assert.deepEqual(admission.asked.filter((deed) => deed.startsWith('leave')).toSorted(), [
			'leave gpu0',
			'leave gpu1',
		]);
	});

	test('is given back when the run ends, whatever waits', async () => {
		const {admission, night} = open(() => busy());
		const {begin, engine, finish, clock} = await night;
		await begin(10_000);

		await engine.stop('user');
		await finish();

		assert.deepEqual(admission.asked.filter((deed) => deed.startsWith('leave')).toSorted(), [
			'leave gpu0',
			'leave gpu1',
		]);
		assert.equal(clock.waiting(), 0);
	});
});

suite('a sample of a GPU', () => {
	const measuring = ['::warpdeck {"event":"phase","name":"measure"}'];
	const night = async (change: Partial<Experiment>, endsAfterMs = 5000) => {
		const admission = createFakeAdmission(() => ADMITTED, {
			listForeign: ({processes}: GpuSample) => (processes ?? []).map(({pid}) => `pid ${pid} (alice)`),
		});
		return openNight({told: told(change), admission, behave: () => ({lines: measuring, endsAfterMs})});
	};

	test('belongs to the experiment that ran on it, and to no other', async () => {
		const {begin, finish, engine, clock} = await night({});
		await begin(100);
		for (const celsius of [60, 62, 64]) {
			engine.observe([gpuSample(0, {celsius}), gpuSample(1, {celsius: 40})]);
			await clock.advance(1000);
		}

		const results = buildResults(await finish());

		const celsius = results.map(({telemetry}) => (telemetry as {celsius?: unknown} | null)?.celsius ?? null);
		assert.deepEqual(celsius, [{mean: 62, max: 64, n: 3}, null, {mean: 40, max: 40, n: 3}, null]);
	});

	test('with somebody else’s program makes what is measured just then invalid, so that it is tried once more', async () => {
		const {begin, finish, engine, clock} = await night({});
		await begin(100);
		engine.observe([gpuSample(0, {processes: [{pid: 5150, memoryMiB: null}]})]);
		await clock.advance(10);

		const state = await finish();

		assert.deepEqual(
			[...state.repeats].map(([id, {reason}]) => [id, reason]),
			[['a0', 'another program used GPU 0 meanwhile: pid 5150 (alice)']],
		);
		assert.deepEqual(
			buildResults(state)
				.slice(0, 3)
				.map(({run_id, status, attempts}) => [run_id, status, attempts]),
			[
				['a0', 'succeeded', 2],
				['b0', 'succeeded', 1],
				['a1', 'succeeded', 1],
			],
		);
	});

	test('of a GPU that is lost ends what runs there, and moves the rest to another one where the suite allows it', async () => {
		const {begin, finish, engine} = await night({conditions: {move: true}});
		await begin(100);
		engine.observe([gpuSample(0, {lost: 'GPU is lost'})]);

		const state = await finish();

		const [lost, moved] = buildResults(state);
		assert.deepEqual([lost?.run_id, lost?.status], ['a0', 'failed']);
		assert.deepEqual([moved?.run_id, moved?.status], ['b0', 'degraded']);
		assert.match(String(moved?.degraded), /moved: planned for lane gpu0, ran on gpu[123]/);
		assert.equal(state.anomalyCount, 0);
	});

	test('of a GPU that is lost postpones the rest where the suite does not', async () => {
		const {begin, finish, engine} = await night({});
		await begin(100);
		engine.observe([gpuSample(0, {lost: 'GPU is lost'})]);

		const {counts, closed} = await finish();

		assert.deepEqual([counts.failed, counts.postponed, counts.succeeded, closed?.reason], [1, 1, 2, 'finished']);
	});

	test('of a GPU that is too hot lets what runs end, and the next one wait until it is cool', async () => {
		const {begin, finish, engine, clock, store} = await night({conditions: {maxCelsius: 80}});
		await begin(100);
		engine.observe([gpuSample(0, {celsius: 85})]);
		await clock.advance(30_000);
		assert.deepEqual([store.get().lanes.get('gpu0')?.succeeded, store.get().lanes.get('gpu1')?.succeeded], [1, 2]);

		engine.observe([gpuSample(0, {celsius: 60})]);

		assert.equal((await finish()).counts.succeeded, 4);
	});
});
