import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JournalEvent} from '../../../source/journal/event.ts';
import {getAt} from '../../../source/journal/vector.ts';
import {listLaneBars} from '../../../source/report/figures/lane-bars.ts';
import {createGathering} from '../../../source/report/figures/measurements.ts';
import {gpuSample} from '../../rig/gpu-sample.ts';
import {cell, opened, planned, play, ran} from '../../rig/story.ts';

const THERMAL = '0x0000000000000040';
const CAP = '0x0000000000000004';

function gather(events: readonly JournalEvent[], startedAt: ReadonlyMap<string, number> = new Map()) {
	const gathering = createGathering({from: 0, to: 100, buckets: 10, startedAt});
	for (const event of events) gathering.take(event);
	return gathering.finish();
}

const gpus = (at: number, ...samples: readonly ReturnType<typeof gpuSample>[]): JournalEvent => ({
	type: 'gpus',
	samples,
	seq: 1,
	at,
});

const samples = (at: number, latencyMs: readonly number[]): JournalEvent => ({
	type: 'samples',
	id: 'a',
	latencyMs,
	seq: 1,
	at,
});

suite('what is gathered of measurements', () => {
	test('is the mean of each stretch of time, by GPU', () => {
		const {gpus: courses} = gather([
			gpus(1, gpuSample(0, {celsius: 40, powerWatts: 100})),
			gpus(9, gpuSample(0, {celsius: 50, powerWatts: null}), gpuSample(1, {celsius: 30})),
			gpus(95, gpuSample(0, {celsius: null, powerWatts: null})),
		]);
		const course = courses.get(0) ?? [];

		assert.deepEqual(
			course.map(({at, celsius, watts, samples: n}) => [at, celsius, watts, n]),
			[
				[5, 45, 100, 2],
				[95, null, null, 1],
			],
		);
		assert.equal(courses.get(1)?.[0]?.celsius, 30);
	});

	test('tells a clock that protects the GPU from one at its limit of power', () => {
		const [point] =
			gather([
				gpus(1, gpuSample(0, {throttleReasons: THERMAL})),
				gpus(2, gpuSample(0, {throttleReasons: CAP})),
				gpus(3, gpuSample(0, {throttleReasons: '0x0'})),
				gpus(4, gpuSample(0, {throttleReasons: null})),
			]).gpus.get(0) ?? [];

		assert.equal(point?.slowedPercent, 25);
		assert.equal(point?.cappedPercent, 25);
	});

	test('is nothing from before the run or behind its last fact', () => {
		assert.equal(gather([gpus(-1, gpuSample(0)), gpus(101, gpuSample(0))]).gpus.size, 0);
	});

	test('has the latencies of the last attempt only, and none of an experiment that left no result', () => {
		const {latencies} = gather([samples(10, [1, 2]), samples(60, [3, 4]), samples(70, [5])], new Map([['a', 50]]));

		assert.deepEqual(latencies.get('a'), {ms: [3, 4, 5], step: 1});
		assert.equal(gather([samples(60, [3])]).latencies.size, 0);
	});

	test('keeps every second latency where there are too many, spread over all of them', () => {
		const all = Array.from({length: 10_000}, (_, index) => index);
		const kept = gather([samples(60, all)], new Map([['a', 0]])).latencies.get('a');

		assert.equal(kept?.step, 4);
		assert.deepEqual(
			kept?.ms,
			all.filter((index) => index % 4 === 0),
		);
	});
});

test('very many experiments that follow each other on a lane are one bar for each end, and none is lost', () => {
	const models = Array.from({length: 700}, (_, index) => cell({model: `m${index}`}));
	const state = play(opened(), planned(models), ...models.flatMap(({runId}) => ran(runId)));
	const records = models.flatMap((_, index) => getAt(state.experiments, index) ?? []);
	const bars = listLaneBars(state, records);

	assert.ok(bars.length < 20, `${bars.length}`);
	assert.equal(
		bars.reduce((sum, {experiments}) => sum + experiments, 0),
		700,
	);
	assert.equal(listLaneBars(state, records.slice(0, 600)).length, 600);
});
