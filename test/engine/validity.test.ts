import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {GpuSample} from '../../source/journal/event.ts';
import {buildResults} from '../../source/report/exports.ts';
import {summarize} from '../../source/report/summarize.ts';
import {gpuSample} from '../rig/gpu-sample.ts';
import {type Night, openNight} from '../rig/night.ts';
import {cell, opened, planned} from '../rig/story.ts';

const MEASURING = {lines: ['::warpdeck {"event":"phase","name":"measure"}']};
/** On one GPU, one after the other, each measured for a second. */
const openLane = (ids: readonly string[]): Promise<Night> =>
	openNight({
		told: [opened(), planned(ids.map((runId) => cell({runId})))],
		behave: () => MEASURING,
	});

/** Four samples of the GPU within the second that an experiment takes. */
async function watch({engine, clock}: Night, changes: Partial<GpuSample>): Promise<void> {
	for (let count = 0; count < 4; count++) {
		await clock.advance(200);
		engine.observe([gpuSample(0, changes)]);
	}
	await clock.advance(200);
}

const factsOf = ({disk}: Night) =>
	disk
		.facts()
		.filter(({type}) => ['launching', 'committed', 'requeued', 'lane-paused', 'lane-continued'].includes(type))
		.map((fact) => {
			const what = 'id' in fact ? fact.id : 'lane' in fact ? fact.lane : '';
			const more = fact.type === 'committed' ? ` ${fact.result.status}` : 'attempt' in fact ? ` ${fact.attempt}` : '';
			return `${fact.type} ${what}${more}`;
		});

suite('a GPU that slows itself down within the measured window', () => {
	test('makes the result invalid, and it is tried once more when the GPU has cooled, before the next one', async () => {
		const night = await openLane(['a', 'b']);
		await night.begin();
		await watch(night, {throttleReasons: '0x40'});
		night.engine.observe([gpuSample(0)]);

		const state = await night.finish();

		assert.deepEqual(factsOf(night), [
			'launching a 1',
			'lane-paused gpu0',
			'committed a invalid',
			'requeued a',
			'lane-continued gpu0',
			'launching a 2',
			'committed a succeeded',
			'launching b 1',
			'committed b succeeded',
		]);
		assert.deepEqual(summarize(state, 0).repeats, {count: 1, succeeded: 1, invalid: 0, failed: 0, unfinished: 0});
		const requeued = night.disk.facts().find((fact) => fact.type === 'requeued');
		assert.deepEqual(
			[requeued?.by, requeued?.reason],
			['validity', 'GPU 0 slowed itself down meanwhile: HW thermal slowdown'],
		);
		assert.equal(state.anomalyCount, 0);
	});

	test('twice leaves it invalid: kept, and the rest goes on', async () => {
		const night = await openLane(['a', 'b']);
		await night.begin();
		for (const _ of ['first', 'second']) {
			await watch(night, {throttleReasons: '0x80'});
		}

		const state = await night.finish();

		const [a, b] = buildResults(state);
		assert.deepEqual([a?.status, a?.success, a?.attempts], ['invalid', false, 2]);
		assert.deepEqual(a?.invalid, ['GPU 0 slowed itself down meanwhile: HW power brake']);
		assert.equal(b?.status, 'succeeded');
		assert.deepEqual([state.counts.invalid, state.closed?.reason], [1, 'finished']);
	});

	test('by a power limit that is reached is no reason', async () => {
		const night = await openLane(['a']);
		await night.begin();
		await watch(night, {throttleReasons: '0x4'});

		assert.equal((await night.finish()).counts.succeeded, 1);
	});
});

suite('a GPU whose clock is under 75 % of its usual', () => {
	test('makes the result invalid once three before it have shown what is usual', async () => {
		const night = await openLane(['a', 'b', 'c', 'd']);
		await night.begin();
		for (const smClockMHz of [1900, 2000, 2100, 1400, 1950]) await watch(night, {smClockMHz});

		await night.finish();

		assert.deepEqual(
			factsOf(night).filter((fact) => fact.includes(' d')),
			['launching d 1', 'committed d invalid', 'requeued d', 'launching d 2', 'committed d succeeded'],
		);
		const invalid = night.disk
			.facts()
			.flatMap((fact) => (fact.type === 'committed' ? (fact.result.invalid ?? []) : []));
		assert.deepEqual(invalid, ['clock: GPU 0 ran at 1400 MHz, 70 % of the usual 2000 MHz']);
	});

	test('is none before that, and where its clock is unknown', async () => {
		for (const clocks of [
			[2000, 2000, 900],
			[null, null, null, null],
		]) {
			const ids = clocks.map((_, index) => `e${index}`);
			const night = await openLane(ids);
			await night.begin();
			for (const smClockMHz of clocks) await watch(night, {smClockMHz});

			assert.equal((await night.finish()).counts.succeeded, ids.length);
		}
	});
});
