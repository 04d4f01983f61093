import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Conditions} from '../../source/domain/experiment.ts';
import type {Fact, GpuSample} from '../../source/journal/event.ts';
import {judgeSamples} from '../../source/plan/guards.ts';
import {gpuSample} from '../rig/gpu-sample.ts';
import {cell, launching, opened, paused, planned, play, quarantined, ran, started} from '../rig/story.ts';

const cells = [0, 1].flatMap((gpuId) => ['a', 'b'].map((model) => cell({gpuId, model, runId: `${model}${gpuId}`})));

const judge = (sample: Partial<GpuSample>, told: readonly Fact[] = [], conditions: Conditions = {}) =>
	judgeSamples(play(opened(), planned(cells, {change: {conditions}}), ...told), [gpuSample(0, sample)]).map(say);

const say = (fact: Fact): string => `${fact.type} ${'cause' in fact ? fact.cause : ''}`.trim();

const HOT = {maxCelsius: 80};
const heated = paused('gpu0', {cause: 'hot', reason: '84 °C'});
const throttled = paused('gpu0', {cause: 'throttled', reason: 'thermal slowdown'});

suite('a GPU', () => {
	test('that is hotter than the suite allows pauses its lane; without a limit none is invented', () => {
		assert.deepEqual(judge({celsius: 81}, [], HOT), ['lane-paused hot']);
		assert.deepEqual(judge({celsius: 80}, [], HOT), []);
		assert.deepEqual(judge({celsius: 104}), []);
		assert.deepEqual(judge({celsius: null}, [], HOT), []);
	});

	test('says its temperature and the limit', () => {
		const state = play(opened(), planned(cells, {change: {conditions: HOT}}));
		const [fact] = judgeSamples(state, [gpuSample(0, {celsius: 84})]);

		assert.deepEqual(fact, {
			type: 'lane-paused',
			lane: 'gpu0',
			cause: 'hot',
			reason: "GPU 0 has 84 °C, and the suite's limit is 80 °C",
		});
	});

	test('that was too hot goes on when it is 5 degrees below the limit, not before', () => {
		assert.deepEqual(judge({celsius: 76}, [heated], HOT), []);
		assert.deepEqual(judge({celsius: 75}, [heated], HOT), ['lane-continued']);
		assert.deepEqual(judge({celsius: null}, [heated], {}), ['lane-continued']);
	});

	test('that was too hot waits for the end of what still heats it', () => {
		assert.deepEqual(judge({celsius: 60}, [launching('a0'), started('a0'), heated], HOT), []);
	});

	for (const [mask, name] of [
		['0x0000000000000048', 'HW thermal slowdown, HW slowdown'],
		['0x0000000000000020', 'SW thermal slowdown'],
		['0x0000000000000040', 'HW thermal slowdown'],
	] as const) {
		test(`that slows itself down by heat pauses its lane: ${name}`, () => {
			const state = play(opened(), planned(cells));
			const [fact] = judgeSamples(state, [gpuSample(0, {throttleReasons: mask})]);

			assert.ok(fact?.type === 'lane-paused' && fact.reason.endsWith(`: ${name}`), JSON.stringify(fact));
		});
	}

	test('at its power limit, braked by its power supply, or idle gets no rest, which would cure nothing', () => {
		assert.deepEqual(judge({throttleReasons: '0x0000000000000088'}), []);
		assert.deepEqual(judge({throttleReasons: '0x0000000000000004'}), []);
		assert.deepEqual(judge({throttleReasons: '0x0000000000000001'}), []);
		assert.deepEqual(judge({throttleReasons: null}), []);
	});

	test('that slows itself down is let go on where the suite says so', () => {
		assert.deepEqual(judge({throttleReasons: '0x20'}, [], {throttling: 'ignore'}), []);
	});

	test('that runs at full speed again goes on', () => {
		assert.deepEqual(judge({throttleReasons: '0x20'}, [throttled]), []);
		assert.deepEqual(judge({throttleReasons: '0x0'}, [throttled]), ['lane-continued']);
	});

	test('that others use is not continued because it is cool', () => {
		assert.deepEqual(judge({celsius: 30}, [paused('gpu0', {cause: 'busy'})], HOT), []);
	});

	test('that is lost quarantines its lane, once', () => {
		assert.deepEqual(judge({lost: 'GPU is lost'}), ['lane-quarantined']);
		assert.deepEqual(judge({lost: 'GPU is lost'}, [quarantined('gpu0')]), []);
		assert.deepEqual(judge({lost: null}), []);
	});

	test('that reports an Xid quarantines its lane, unless a program alone can cause it', () => {
		assert.deepEqual(judge({xid: 79}), ['lane-quarantined']);
		assert.deepEqual(judge({xid: 48}), ['lane-quarantined']);
		assert.deepEqual(judge({xid: 13}), []);
		assert.deepEqual(judge({xid: 31}), []);
		assert.deepEqual(judge({xid: null}), []);
	});

	test('that has nothing left to run is nobody’s concern', () => {
		assert.deepEqual(judge({lost: 'GPU is lost'}, [...ran('a0'), ...ran('b0')]), []);
	});
});
