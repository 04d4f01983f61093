import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {selectExperiment} from '../../source/journal/select-experiment.ts';
import {
	cell,
	committed,
	ended,
	failed,
	gpu,
	launching,
	opened,
	planned,
	play,
	STORY_START,
	started,
	topology,
} from '../rig/story.ts';

const LOCAL = cell({gpuId: 0, numaNode: 0});
const REMOTE = cell({gpuId: 0, numaNode: 2});
const THIRD = cell({gpuId: 0, numaNode: 1});
const ID = LOCAL.runId;

const tell = (...told: readonly (Fact | Measurement)[]) => play(opened(), planned([LOCAL, REMOTE, THIRD]), ...told);

const select = (id: string, ...told: readonly (Fact | Measurement)[]) => {
	const state = tell(...told);
	const view = selectExperiment(state, id, state.at + 500);
	assert.ok(view);
	return view;
};

suite('one experiment', () => {
	test('that the run does not have is not there', () => {
		assert.equal(selectExperiment(tell(), 'gpu9_numa9', STORY_START), null);
	});

	test('waits behind those of its lane that wait before it', () => {
		assert.deepEqual(select(THIRD.runId).queue, {ahead: 2, held: false, blocked: null});
		assert.deepEqual(select(THIRD.runId, launching(ID)).queue, {ahead: 1, held: false, blocked: null});
		assert.deepEqual(select(THIRD.runId, {type: 'draining', by: 'user'}).queue, {ahead: 2, held: true, blocked: null});
	});

	test('that is postponed, or whose lane is held, says why', () => {
		const paused = select(ID, {type: 'lane-paused', lane: 'gpu0', cause: 'hot', reason: 'GPU 0 has 91 C'});
		assert.equal(paused.queue?.blocked, 'GPU 0 has 91 C');
		const postponed = select(ID, {type: 'postponed', id: ID, reason: 'its lane is quarantined'});
		assert.deepEqual([postponed.status, postponed.postponed], ['postponed', 'its lane is quarantined']);
	});

	test('is launching, runs through its phases, and has ended before its result is there', () => {
		assert.deepEqual(pick(select(ID, launching(ID))), {status: 'launching', attempt: 1, elapsedMs: 500});
		const running = select(
			ID,
			launching(ID),
			started(ID),
			{type: 'phase', id: ID, name: 'measure'},
			{type: 'progress', id: ID, done: 4, total: 10},
		);
		assert.deepEqual(pick(running), {status: 'running', attempt: 1, elapsedMs: 2500});
		assert.deepEqual(running.phase, {name: 'measure', forMs: 1500});
		assert.deepEqual(running.progress, {done: 4, total: 10});
		const over = select(ID, launching(ID), started(ID), ended(ID, {kind: 'signalled', signal: 'SIGBUS'}));
		assert.deepEqual(pick(over), {status: 'ended', attempt: 1, elapsedMs: 1000});
		assert.deepEqual(over.outcome, {kind: 'signalled', signal: 'SIGBUS'});
	});

	test('has the status and the duration of its result', () => {
		const view = select(ID, launching(ID), started(ID), ended(ID), committed(ID, {status: 'degraded', durationS: 7}));

		assert.deepEqual(pick(view), {status: 'degraded', attempt: 1, elapsedMs: 7000});
		assert.equal(view.result?.status, 'degraded');
	});

	test('waits again after a resume, and knows its attempts', () => {
		const view = select(ID, ...failed(ID), {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 2, droppedBytes: 0});

		assert.deepEqual(pick(view), {status: 'waiting', attempt: 1, elapsedMs: null});
	});

	test('is local or remote by the machine, and unknown where the machine does not say', () => {
		assert.equal(select(LOCAL.runId).locality, 'local');
		assert.equal(select(REMOTE.runId).locality, 'remote');
		const silent = play(opened({topology: topology({gpus: [gpu(0, null)]})}), planned([LOCAL]));
		assert.equal(selectExperiment(silent, ID, 0)?.locality, 'unknown');
		const cpu = cell({gpuId: null, numaNode: 0});
		assert.equal(selectExperiment(play(opened(), planned([cpu])), cpu.runId, 0)?.locality, null);
		const onCpu = play(opened(), planned([REMOTE], {change: {device: 'cpu'}}));
		assert.equal(selectExperiment(onCpu, REMOTE.runId, 0)?.locality, null);
		assert.equal(selectExperiment(onCpu, REMOTE.runId, 0)?.gpu, null);
	});

	test('has the latencies that its lane keeps, until another experiment of the lane is measured', () => {
		const measured: readonly (Fact | Measurement)[] = [
			launching(ID),
			started(ID),
			{type: 'samples', id: ID, latencyMs: [9, 8]},
			ended(ID),
			committed(ID),
		];
		assert.deepEqual(select(ID, ...measured).latencyMs, [9, 8]);
		const next = [launching(REMOTE.runId), started(REMOTE.runId)];
		const later: Measurement = {type: 'samples', id: REMOTE.runId, latencyMs: [7]};
		assert.deepEqual(select(ID, ...measured, ...next, later).latencyMs, []);
	});
});

const pick = ({status, attempt, elapsedMs}: ReturnType<typeof select>) => ({status, attempt, elapsedMs});
