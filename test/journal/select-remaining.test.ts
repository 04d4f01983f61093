import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {selectRemaining} from '../../source/journal/select.ts';
import {cell, launching, opened, planned, play, ran, started} from '../rig/story.ts';

const GPUS = opened().lanes.filter(({gpuId}) => gpuId !== null);
const MODELS = ['a', 'b', 'c'];
const cells = [0, 1].flatMap((gpuId) => MODELS.map((model) => cell({gpuId, model})));
const id = (gpuId: number, model: string) => `gpu${gpuId}_numa0_${model}`;
const start = (maxWorkers = 4) => [opened({maxWorkers, lanes: GPUS.slice(0, 2)}), planned(cells)];

suite('the time that remains', () => {
	test('is unknown before the first end, never guessed', () => {
		const state = play(...start(), launching(id(0, 'a')), started(id(0, 'a')));

		assert.equal(selectRemaining(state, state.at).totalMs, null);
	});

	test('is that of the longest lane, from the durations measured in it', () => {
		const state = play(...start(), ...ran(id(0, 'a'), {durationS: 10}), ...ran(id(1, 'a'), {durationS: 30}));

		const {totalMs, byLane} = selectRemaining(state, state.at);

		assert.equal(byLane.get('gpu0'), 20_000);
		assert.equal(byLane.get('gpu1'), 60_000);
		assert.equal(totalMs, 60_000);
	});

	test('is all of the work when only one experiment may run at a time', () => {
		const state = play(...start(1), ...ran(id(0, 'a'), {durationS: 10}), ...ran(id(1, 'a'), {durationS: 30}));

		assert.equal(selectRemaining(state, state.at).totalMs, 80_000);
	});

	test('borrows the mean of the others for a lane that has measured nothing', () => {
		const state = play(...start(), ...ran(id(0, 'a'), {durationS: 10}));

		assert.equal(selectRemaining(state, state.at).byLane.get('gpu1'), 30_000);
	});

	test('shrinks while an experiment runs and never falls below what waits behind it', () => {
		const state = play(...start(), ...ran(id(0, 'a'), {durationS: 10}), launching(id(0, 'b')), started(id(0, 'b')));
		const left = (afterMs: number) => selectRemaining(state, state.at + afterMs).byLane.get('gpu0');

		assert.equal(left(0), 20_000);
		assert.equal(left(4000), 16_000);
		assert.equal(left(99_000), 10_000);
	});

	test('counts only what runs while the run drains, and is unknown while it is stopped', () => {
		const busy = [...start(), ...ran(id(0, 'a'), {durationS: 10}), launching(id(0, 'b')), started(id(0, 'b'))];
		const draining = play(...busy, {type: 'draining', by: 'the user'});
		const stopping = play(...busy, {type: 'stopping', by: 'the user'});

		assert.equal(selectRemaining(draining, draining.at).totalMs, 9000);
		assert.equal(selectRemaining(stopping, stopping.at).totalMs, null);
	});
});
