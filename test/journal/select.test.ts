import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {selectHeader} from '../../source/journal/select.ts';
import {initialState} from '../../source/journal/state.ts';
import {cell, failed, opened, planned, play, ran, STORY_START, spoilt, topology} from '../rig/story.ts';

const cells = ['a', 'b', 'c', 'd'].map((model) => cell({model}));
const id = (model: string) => `gpu0_numa0_${model}`;

suite('the header of a run', () => {
	test('of which nothing is known yet says so with nulls, not zeros', () => {
		const header = selectHeader(initialState, STORY_START);

		assert.deepEqual(header.course, {kind: 'opening'});
		assert.equal(header.elapsedMs, null);
		assert.equal(header.successRatePercent, null);
		assert.equal(header.remaining, null);
		assert.equal(header.diskFreeMiB, null);
	});

	test('counts what is done and rates degraded results as successes', () => {
		const state = play(
			opened(),
			planned(cells),
			...ran(id('a')),
			...ran(id('b'), {status: 'degraded', degraded: ['other dtype']}),
			...failed(id('c')),
		);

		const {total, done, succeeded, degraded, failed: bad, waiting, successRatePercent} = selectHeader(state, state.at);

		assert.deepEqual([total, done, succeeded, degraded, bad, waiting], [4, 3, 1, 1, 1, 1]);
		assert.equal(successRatePercent?.toFixed(1), '66.7');
	});

	test('counts invalid results as done, and not as successes', () => {
		const {done, invalid, successRatePercent} = selectHeader(
			play(opened(), planned(cells), ...ran(id('a')), ...spoilt(id('b'))),
			STORY_START,
		);

		assert.deepEqual([done, invalid, successRatePercent], [2, 1, 50]);
	});

	test('stops its clock when the run is closed', () => {
		const state = play(opened(), planned(cells), {type: 'closed', reason: 'finished'});

		const header = selectHeader(state, STORY_START + 3_600_000);

		assert.equal(header.elapsedMs, 2000);
		assert.deepEqual(header.course, {kind: 'closed', reason: 'finished'});
	});

	test('says stopping rather than draining when both were asked, and by whom', () => {
		const drained = play(opened(), {type: 'draining', by: 'the user'});
		const stopped = play(opened(), {type: 'draining', by: 'the user'}, {type: 'stopping', by: 'SIGTERM'});

		assert.deepEqual(selectHeader(drained, drained.at).course, {kind: 'draining', by: 'the user'});
		assert.deepEqual(selectHeader(stopped, stopped.at).course, {kind: 'stopping', by: 'SIGTERM'});
	});

	test('says where GPU samples come from and why, until another runner takes over', () => {
		const source = {source: 'nvidia-smi stream', everyMs: 1000, reason: 'libnvidia-ml.so.1 was not found.'} as const;
		const before = play(opened());
		const watched = play(opened(), {type: 'telemetry-source', ...source});
		const resumed = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0} as const;
		const after = play(opened(), {type: 'telemetry-source', ...source}, resumed);

		assert.deepEqual(
			[before, watched, after].map((state) => selectHeader(state, state.at).telemetrySource),
			[null, source, null],
		);
	});

	test('is simulated as soon as one number is', () => {
		const honest = play(opened(), planned(cells), ...ran(id('a')));
		const mixed = play(opened(), planned(cells), ...ran(id('a'), {simulated: true}));

		assert.equal(selectHeader(honest, honest.at).simulated, false);
		assert.equal(selectHeader(mixed, mixed.at).simulated, true);
		assert.equal(selectHeader(play(opened({simulated: true})), STORY_START).simulated, true);
	});

	test('names the device: GPUs by number and name, a CPU by its model', () => {
		const gpus = opened().lanes.filter(({gpuId}) => gpuId !== null);
		const onCpu = opened({
			lanes: [{id: 'cpu0', gpuId: null, gpuUuid: null, label: 'CPU'}],
			topology: topology({gpus: []}),
		});

		assert.equal(selectHeader(play(opened({lanes: gpus})), STORY_START).device, '4 x Story GPU');
		assert.equal(selectHeader(play(onCpu), STORY_START).device, 'CPU: Story CPU');
	});

	test('calls the built-in pipeline by its name, because its numbers compare with no other', () => {
		const onCpu = opened({lanes: [{id: 'cpu0', gpuId: null, gpuUuid: null, label: 'CPU'}]});
		const plan = planned([cell({gpuId: null})], {change: {device: 'cpu-reference'}});

		assert.equal(selectHeader(play(onCpu, plan), STORY_START).device, 'CPU reference: Story CPU');
	});
});
