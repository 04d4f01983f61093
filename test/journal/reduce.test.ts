import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {findPosition} from '../../source/journal/positions.ts';
import {listLatencies, MAX_ANOMALIES, MAX_LATENCIES, type RunState} from '../../source/journal/state.ts';
import {getAt} from '../../source/journal/vector.ts';
import {
	cell,
	committed,
	ended,
	failed,
	launching,
	opened,
	planned,
	play,
	ran,
	STORY_START,
	spoilt,
	started,
} from '../rig/story.ts';

const cells = [cell({runId: 'a'}), cell({runId: 'b'}), cell({runId: 'c', gpuId: 1})];
const begun = [opened(), planned(cells)];
const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0};

const stageOf = (state: RunState, id: string) =>
	getAt(state.experiments, findPosition(state.positions, id) ?? -1)?.stage;
const lane = (state: RunState, id = 'gpu0') => {
	const {waiting, running, succeeded, failed: lost} = state.lanes.get(id) ?? assert.fail(`no lane ${id}`);
	return {waiting, running, succeeded, failed: lost};
};

suite('an experiment', () => {
	test('waits, launches, runs, ends and is committed, with the times of its facts', () => {
		const told = [...begun, ...ran('a')];
		const kinds = told.map((_, count) => stageOf(play(...told.slice(0, count + 1)), 'a')?.kind);

		assert.deepEqual(kinds, [undefined, 'waiting', 'launching', 'running', 'ended', 'committed']);
		const stage = stageOf(play(...told), 'a');
		assert.ok(stage?.kind === 'committed');
		assert.deepEqual([stage.startedAt, stage.endedAt], [STORY_START + 3000, STORY_START + 4000]);
	});

	test('that ended without having started has no start', () => {
		const state = play(...begun, launching('a'), ended('a', {kind: 'not-spawned', message: 'ENOENT'}));

		const stage = stageOf(state, 'a');
		assert.ok(stage?.kind === 'ended');
		assert.deepEqual([stage.startedAt, state.anomalyCount], [null, 0]);
	});

	test('that ended twice keeps its first end, and the second one is an anomaly', () => {
		const state = play(...begun, launching('a'), started('a'), ended('a', {kind: 'timed-out', limitMs: 5}), ended('a'));

		const stage = stageOf(state, 'a');
		assert.ok(stage?.kind === 'ended');
		assert.deepEqual(stage.outcome, {kind: 'timed-out', limitMs: 5});
		assert.deepEqual(state.anomalies, ['a ended: cannot follow ended of attempt 1']);
	});

	for (const [what, facts, anomaly] of [
		['is launched twice', [launching('a'), launching('a')], 'a launching: cannot follow launching of attempt 1'],
		['starts without a launch', [started('a')], 'a started: cannot follow waiting after 0 attempts'],
		[
			'is committed while it runs',
			[launching('a'), started('a'), committed('a')],
			'a committed: cannot follow running of attempt 1',
		],
		['skips an attempt', [launching('a', 2)], 'a launching: cannot follow waiting after 0 attempts'],
		[
			'ends as another attempt',
			[launching('a'), ended('a', undefined, 2)],
			'a ended: cannot follow launching of attempt 1',
		],
		['was never planned', [launching('x')], 'launching: no experiment x'],
		['is launched in a lane that is not free', [launching('a'), launching('b')], 'b launching: lane gpu0 is not free'],
	] as const) {
		test(`that ${what} is an anomaly that the screen shows`, () => {
			assert.deepEqual(play(...begun, ...facts).anomalies, [anomaly]);
		});
	}

	test('that was launched beside another one holds the lane until it has ended itself', () => {
		const state = play(...begun, launching('a'), launching('b'), started('a'), ended('a'), committed('a'));

		assert.equal(lane(state).running, 1);
	});

	test('that was launched beside another one in a lane keeps its result, and so does the other', () => {
		const state = play(...begun, launching('a'), ...ran('b'), started('a'), ended('a'), committed('a'));

		assert.deepEqual([state.counts.succeeded, state.counts.active, state.anomalyCount], [2, 0, 1]);
		assert.deepEqual(lane(state), {waiting: 0, running: null, succeeded: 2, failed: 0});
	});
});

suite('a lane', () => {
	test('counts what waits, succeeds and fails, and knows what runs', () => {
		const state = play(...begun, ...ran('a'), launching('b'), started('b'), ...failed('c'));

		assert.deepEqual(lane(state), {waiting: 0, running: 1, succeeded: 1, failed: 0});
		assert.deepEqual(lane(state, 'gpu1'), {waiting: 0, running: null, succeeded: 0, failed: 1});
		assert.deepEqual(state.counts, {
			waiting: 0,
			active: 1,
			succeeded: 1,
			degraded: 0,
			invalid: 0,
			failed: 1,
			postponed: 0,
			skipped: 0,
		});
	});

	test('counts degraded results as successes of its own, and apart from them in the run', () => {
		const state = play(...begun, ...ran('a', {status: 'degraded', degraded: ['no pin']}));

		assert.equal(lane(state).succeeded, 1);
		assert.deepEqual([state.counts.degraded, state.counts.succeeded], [1, 0]);
	});
});

suite('a plan', () => {
	test('in several facts is one plan', () => {
		const [first, ...others] = cells;
		assert.ok(first);

		const state = play(opened(), planned([first]), planned(others));

		assert.deepEqual([state.cells.length, state.experiments.length, state.counts.waiting], [3, 3, 3]);
		assert.equal(state.anomalyCount, 0);
	});

	for (const [what, facts] of [
		['twice in two facts', [planned(cells), planned(cells.slice(0, 1))]],
		['twice in one fact', [planned([...cells, cell({runId: 'a'})])]],
		['for a lane that is not there', [planned(cells), planned([cell({runId: 'd', gpuId: 9})])]],
	] as const) {
		test(`that names an experiment ${what} has it once or not at all, and says so`, () => {
			const state = play(opened(), ...facts);

			assert.deepEqual([state.experiments.length, state.counts.waiting], [3, 3]);
			assert.deepEqual(state.anomalies, ['1 planned experiments had a known id or no lane']);
		});
	}

	test('is kept when a second runner says that it opened the run', () => {
		const state = play(...begun, opened({suite: 'another'}));

		assert.equal(state.opened?.suite, 'numa_study');
		assert.deepEqual(state.anomalies, ['the run was opened twice']);
	});
});

suite('a resume', () => {
	const told = [...begun, ...ran('a'), ...failed('c'), launching('b'), started('b')];

	test('lets an invalid result wait again too, and its lane counts it no more', () => {
		const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0};
		const state = play(opened(), planned([cell()]), ...spoilt(cell().runId), resumed);

		assert.deepEqual([state.counts.waiting, state.counts.invalid], [1, 0]);
		assert.equal(state.lanes.get('gpu0')?.invalid, 0);
	});

	test('lets everything but committed successes wait again, with the attempts that it had', () => {
		const state = play(...told, resumed);

		assert.deepEqual(
			['a', 'b', 'c']
				.map((id) => stageOf(state, id))
				.map((stage) => (stage?.kind === 'waiting' ? stage.attempts : stage?.kind)),
			['committed', 1, 1],
		);
		assert.deepEqual(state.counts, {
			waiting: 2,
			active: 0,
			succeeded: 1,
			degraded: 0,
			invalid: 0,
			failed: 0,
			postponed: 0,
			skipped: 0,
		});
		assert.deepEqual(lane(state), {waiting: 1, running: null, succeeded: 1, failed: 0});
	});

	test('keeps a degraded result, because repeating it would degrade it again', () => {
		const state = play(...begun, ...ran('a', {status: 'degraded', degraded: ['no pin']}), resumed);

		assert.equal(stageOf(state, 'a')?.kind, 'committed');
	});

	test('takes back what was asked of the runner before', () => {
		const state = play(...told, {type: 'stopping', by: 'user'}, {type: 'closed', reason: 'stopped'}, resumed);

		assert.deepEqual([state.draining, state.stopping, state.closed], [null, null, null]);
	});

	test('twice counts attempts on', () => {
		const state = play(...told, resumed, launching('b', 2), started('b', 2), resumed);

		const stage = stageOf(state, 'b');
		assert.deepEqual([stage?.kind === 'waiting' && stage.attempts, state.anomalyCount], [2, 0]);
	});
});

suite('a measurement', () => {
	const running = [...begun, launching('a'), started('a')];

	test('colours what runs: phase, progress and the latest latencies of the lane', () => {
		const state = play(
			...running,
			{type: 'phase', id: 'a', name: 'measure'},
			{type: 'progress', id: 'a', done: 3, total: 10},
			{type: 'samples', id: 'a', latencyMs: [1, 2]},
			{type: 'samples', id: 'a', latencyMs: [3]},
		);

		const stage = stageOf(state, 'a');
		assert.ok(stage?.kind === 'running');
		assert.deepEqual([stage.phase?.name, stage.progress], ['measure', {done: 3, total: 10}]);
		assert.deepEqual(state.lanes.get('gpu0')?.latest, {id: 'a', parts: [[1, 2, 3]]});
	});

	test('begins its progress anew with every phase', () => {
		const state = play(
			...running,
			{type: 'progress', id: 'a', done: 10, total: 10},
			{type: 'phase', id: 'a', name: 'measure'},
		);

		const stage = stageOf(state, 'a');
		assert.ok(stage?.kind === 'running');
		assert.equal(stage.progress, null);
	});

	for (const late of [
		{type: 'phase', id: 'b', name: 'measure'},
		{type: 'progress', id: 'b', done: 1, total: 2},
		{type: 'samples', id: 'x', latencyMs: [1]},
	] as const satisfies readonly Measurement[]) {
		test(`of something that does not run changes nothing and is no anomaly: ${late.type} of ${late.id}`, () => {
			const before = play(...running);
			const after = play(...running, late);

			assert.deepEqual({...after, at: 0}, {...before, at: 0});
		});
	}

	test('of latencies is kept in bounded space, the newest of them', () => {
		const many = Array.from({length: MAX_LATENCIES + 500}, (_, index) => index);
		const lines = Array.from({length: many.length / 10}, (_, index) => many.slice(index * 10, (index + 1) * 10));
		for (const told of [[many], lines]) {
			const state = play(...running, ...told.map((latencyMs) => ({type: 'samples', id: 'a', latencyMs}) as const));
			const latest = state.lanes.get('gpu0')?.latest;
			const kept = latest ? listLatencies(latest) : [];

			assert.deepEqual([kept.length, kept[0], kept.at(-1)], [MAX_LATENCIES, 500, MAX_LATENCIES + 499]);
			assert.ok((latest?.parts.flat().length ?? 0) < MAX_LATENCIES * 1.25);
		}
	});

	test('of a GPU ends the news that telemetry is lost', () => {
		const sample = {
			gpuIndex: 0,
			celsius: 41,
			utilizationPercent: null,
			memoryUsedMiB: 5,
			memoryTotalMiB: 10,
			powerWatts: null,
			powerLimitWatts: null,
			smClockMHz: null,
			memoryClockMHz: null,
			throttleReasons: null,
		};
		const state = play(...running, {type: 'telemetry-lost', reason: 'gone'}, {type: 'gpus', samples: [sample]});

		assert.deepEqual([state.telemetryLost, state.gpus.get(0)?.sample.celsius], [null, 41]);
	});
});

suite('what could not be true', () => {
	test('is counted in full and kept in bounded space', () => {
		const state = play(opened(), ...Array.from({length: MAX_ANOMALIES + 50}, () => launching('x')));

		assert.deepEqual([state.anomalies.length, state.anomalyCount], [MAX_ANOMALIES, MAX_ANOMALIES + 50]);
	});
});
