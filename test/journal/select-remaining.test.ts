import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {selectRemaining} from '../../source/journal/select.ts';
import {cell, launching, opened, planned, play, ran, STORY_START, started} from '../rig/story.ts';

const GPUS = opened().lanes.filter(({gpuId}) => gpuId !== null);
const MODELS = ['a', 'b', 'c'];
const cells = [0, 1].flatMap((gpuId) => MODELS.map((model) => cell({gpuId, model})));
const id = (gpuId: number, model: string) => `gpu${gpuId}_numa0_${model}`;
const start = (maxWorkers = 4) => [opened({maxWorkers, lanes: GPUS.slice(0, 2)}), planned(cells)];

suite('the time that remains', () => {
	test('is unknown before the first end, never guessed', () => {
		const state = play(...start(), launching(id(0, 'a')), started(id(0, 'a')));

		assert.equal(selectRemaining(state, state.at).total, null);
	});

	test('is that of the longest lane, from the durations measured in it', () => {
		const state = play(...start(), ...ran(id(0, 'a'), {durationS: 10}), ...ran(id(1, 'a'), {durationS: 30}));

		const {total, byLane} = selectRemaining(state, state.at);

		assert.equal(byLane.get('gpu0')?.ms, 20_000);
		assert.equal(byLane.get('gpu1')?.ms, 60_000);
		assert.deepEqual(total, {ms: 60_000, isGuess: false});
	});

	test('is all of the work when only one experiment may run at a time', () => {
		const state = play(...start(1), ...ran(id(0, 'a'), {durationS: 10}), ...ran(id(1, 'a'), {durationS: 30}));

		assert.equal(selectRemaining(state, state.at).total?.ms, 80_000);
	});

	test('borrows the mean of the others for a lane that has measured nothing', () => {
		const state = play(...start(), ...ran(id(0, 'a'), {durationS: 10}));

		assert.equal(selectRemaining(state, state.at).byLane.get('gpu1')?.ms, 30_000);
	});

	test('is that of the same model where it was measured, on whatever lane', () => {
		const slow = ran(id(0, 'a'), {durationS: 100});
		const quick = ran(id(0, 'b'), {durationS: 1});

		const {byLane} = selectRemaining(play(...start(), ...slow, ...quick), STORY_START);

		// a 100 s, b 1 s, and c, which nobody has measured, the mean of the run.
		assert.equal(byLane.get('gpu1')?.ms, 151_500);
	});

	test('is that of profiles from profiles, and from nothing else that is measured', () => {
		const profiles = planned(cells);
		const asProfiles = profiles.experiments.map((one) => ({...one, role: 'profile', profiler: 'nsys'}) as const);
		const ids = asProfiles.map((one) => ({...one, id: `${one.id}.nsys`}));
		const plan = {...profiles, experiments: [...profiles.experiments, ...ids]};
		const timed = cells.flatMap(({runId}) => ran(runId, {durationS: 1}));
		const profiled = ran(`${id(0, 'a')}.nsys`, {durationS: 100, profiled: 'nsys'});

		const state = play(opened({lanes: GPUS.slice(0, 2)}), plan, ...timed, ...profiled);

		// Of models whose profile nobody has measured the mean of the lane, which is that of what is timed.
		assert.equal(selectRemaining(state, STORY_START).byLane.get('gpu1')?.ms, 102_000);
		assert.equal(state.lanes.get('gpu0')?.tally.whole.count, 3);
	});

	test('shrinks while an experiment runs and never falls below what waits behind it', () => {
		const state = play(...start(), ...ran(id(0, 'a'), {durationS: 10}), launching(id(0, 'b')), started(id(0, 'b')));
		const left = (afterMs: number) => selectRemaining(state, state.at + afterMs).byLane.get('gpu0')?.ms;

		assert.equal(left(0), 20_000);
		assert.equal(left(4000), 16_000);
		assert.equal(left(99_000), 10_000);
	});

	test('counts only what runs while the run drains, and is unknown while it is stopped', () => {
		const busy = [...start(), ...ran(id(0, 'a'), {durationS: 10}), launching(id(0, 'b')), started(id(0, 'b'))];
		const draining = play(...busy, {type: 'draining', by: 'the user'});
		const stopping = play(...busy, {type: 'stopping', by: 'the user'});

		assert.equal(selectRemaining(draining, draining.at).total?.ms, 9000);
		assert.equal(selectRemaining(stopping, stopping.at).total, null);
	});
});

suite('a suite that says what it expects', () => {
	const expecting = (experiment: JsonObject) => [
		opened({maxWorkers: 4, lanes: GPUS.slice(0, 2), config: {experiment}}),
		planned(cells),
	];

	test('gives a time from the beginning, which is called a guess', () => {
		const {total} = selectRemaining(play(...expecting({expected_s: 20})), STORY_START);

		assert.deepEqual(total, {ms: 60_000, isGuess: true});
	});

	test('may expect something else of a model, which holds until that model was measured', () => {
		const suiteOf = expecting({expected_s: 20, vit_configs: [{name: 'c', expected_s: 100}]});
		const before = selectRemaining(play(...suiteOf), STORY_START);
		const after = selectRemaining(play(...suiteOf, ...ran(id(0, 'a'), {durationS: 10})), STORY_START);

		assert.deepEqual(before.total, {ms: 140_000, isGuess: true});
		assert.deepEqual(after.byLane.get('gpu1'), {ms: 120_000, isGuess: true});
	});

	test('is not asked any more once durations were measured', () => {
		const {total} = selectRemaining(
			play(...expecting({expected_s: 20}), ...ran(id(0, 'a'), {durationS: 10})),
			STORY_START,
		);

		assert.deepEqual(total, {ms: 30_000, isGuess: false});
	});
});
