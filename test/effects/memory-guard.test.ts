import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Memory} from '../../source/effects/free-memory.ts';
import {createMemoryGuard} from '../../source/effects/memory-guard.ts';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import type {Peaks} from '../../source/plan/memory-needs.ts';
import {gpuSample} from '../rig/gpu-sample.ts';
import {cell, experiment, launching, opened, PARAMS, planned, play, STORY_START, started} from '../rig/story.ts';

const GIB = 1024;
const [A, B] = [cell({runId: 'a', gpuId: 0}), cell({runId: 'b', gpuId: 1})];
const pinning = (memoryMiB: number): Partial<Experiment> => ({params: {...PARAMS, memory_size_mb: memoryMiB}});

type World = {
	readonly node?: Memory;
	readonly host?: Memory;
	readonly peaks?: Peaks;
	readonly isBundled?: boolean;
};

const prepare = (
	change: Partial<Experiment>,
	{node = PLENTY, host = PLENTY, peaks = NONE, isBundled = true}: World,
) => {
	const guard = createMemoryGuard({
		reader: {readNode: async () => node, readHost: async () => host},
		isBundled: () => isBundled,
		findPeaks: () => peaks,
	});
	const state = (...told: readonly (Fact | Measurement)[]) => play(opened(), planned([A, B], {change}), ...told);
	const judge = (id: 'a' | 'b', told: readonly (Fact | Measurement)[] = [], afterS = 10) =>
		guard.judge({...experiment(id === 'a' ? A : B), ...change}, state(...told), STORY_START + afterS * 1000);
	return judge;
};
const PLENTY: Memory = {totalMiB: 64 * GIB, freeMiB: 60 * GIB};
const NONE: Peaks = {hostMiB: null, gpuMiB: null};

suite('an experiment', () => {
	test('that fits is let in, and what nobody can say stands in no one’s way', async () => {
		const unknown = {totalMiB: null, freeMiB: null};

		assert.equal((await prepare(pinning(512), {})('a')).kind, 'admitted');
		assert.equal((await prepare(pinning(512), {node: unknown, host: unknown})('a')).kind, 'admitted');
	});

	test('that pins more than its node has in all is postponed at once, with both numbers', async () => {
		const verdict = await prepare(pinning(40 * GIB), {node: {totalMiB: 32 * GIB, freeMiB: 30 * GIB}})('a');

		assert.deepEqual(verdict, {
			kind: 'never',
			reason: 'it needs 40.0 GiB of pinned memory on node 0, and there are 32.0 GiB in all',
		});
	});

	test('that does not fit beside what runs waits for it', async () => {
		const judge = prepare(pinning(20 * GIB), {node: {totalMiB: 32 * GIB, freeMiB: 12 * GIB}});
		const measuring = [launching('b'), started('b'), {type: 'phase', id: 'b', name: 'measure'} as const];

		const verdict = await judge('a', measuring, 3600);

		assert.deepEqual(verdict, {
			kind: 'wait',
			cause: 'memory',
			reason: 'for pinned memory on node 0: needs 20.0 GiB, 12.0 GiB are free (a)',
		});
	});

	test('counts what has just started and is still going to take its memory', async () => {
		const judge = prepare(pinning(20 * GIB), {node: {totalMiB: 64 * GIB, freeMiB: 30 * GIB}});
		const loading = [launching('b'), started('b'), {type: 'phase', id: 'b', name: 'load'} as const];
		const measuring = [launching('b'), started('b'), {type: 'phase', id: 'b', name: 'measure'} as const];

		assert.equal((await judge('a', loading)).kind, 'wait');
		assert.equal((await judge('a', measuring)).kind, 'admitted');
	});

	test('is not given what another lane was just given', async () => {
		const judge = prepare(pinning(20 * GIB), {node: {totalMiB: 64 * GIB, freeMiB: 30 * GIB}});

		const [first, second] = await Promise.all([judge('a'), judge('b')]);

		assert.deepEqual([first.kind, second.kind], ['admitted', 'wait']);
	});

	test('that others leave no room for is postponed after a minute in which nothing of ours could free any', async () => {
		const judge = prepare(pinning(20 * GIB), {node: {totalMiB: 32 * GIB, freeMiB: 12 * GIB}});

		assert.equal((await judge('a', [], 10)).kind, 'wait');
		assert.equal((await judge('a', [], 69)).kind, 'wait');
		const verdict = await judge('a', [], 70);

		assert.ok(verdict.kind === 'never' && verdict.reason.endsWith('and nothing of this run could free more'));
	});

	test('needs what its suite declares, whatever earlier runs took', async () => {
		const host = {totalMiB: 64 * GIB, freeMiB: 8 * GIB};
		const declared = {conditions: {hostMiB: 4 * GIB}};

		assert.equal((await prepare(declared, {host, peaks: {hostMiB: 50 * GIB, gpuMiB: null}})('a')).kind, 'admitted');
		assert.equal((await prepare({conditions: {hostMiB: 70 * GIB}}, {host})('a')).kind, 'never');
	});

	test('waits for what earlier runs took while something of ours runs, and tries alone', async () => {
		const world = {host: {totalMiB: 64 * GIB, freeMiB: 8 * GIB}, peaks: {hostMiB: 20 * GIB, gpuMiB: null}};
		const measuring = [launching('b'), started('b'), {type: 'phase', id: 'b', name: 'measure'} as const];

		const waiting = await prepare({}, world)('a', measuring);
		assert.ok(waiting.kind === 'wait' && waiting.reason.includes('for host memory: took 20.0 GiB in an earlier run'));
		assert.equal((await prepare({}, world)('a')).kind, 'admitted');
	});

	test('of the 62 GiB class does not start beside another one, also long after that one began', async () => {
		const large = {conditions: {hostMiB: 62 * GIB}};
		const compiling = [launching('b'), started('b'), {type: 'phase', id: 'b', name: 'measure'} as const];
		// 20 of 125 GiB are used by others, and what runs has taken 5 so far.
		const host = {totalMiB: 125 * GIB, freeMiB: 105 * GIB};
		const judge = prepare(large, {host});
		assert.equal((await judge('b')).kind, 'admitted');

		assert.deepEqual(await judge('a', compiling, 3600), {
			kind: 'wait',
			cause: 'memory',
			reason: 'for host memory: needs 62.0 GiB, 43.0 GiB are left beside what runs (a)',
		});
		assert.equal((await prepare({conditions: {hostMiB: 40 * GIB}}, {host})('a', compiling, 3600)).kind, 'admitted');
	});

	test('needs room on its own GPU', async () => {
		const used = {type: 'gpus', samples: [gpuSample(0, {memoryTotalMiB: 49_140, memoryUsedMiB: 40_000})]} as const;
		const judge = prepare({conditions: {gpuMiB: 20_000}}, {});

		assert.equal((await judge('a', [used])).kind, 'wait');
		assert.equal((await judge('b', [used])).kind, 'admitted');
		// What runs on another GPU will not free this one.
		assert.equal((await judge('a', [used, launching('b'), started('b')], 75)).kind, 'never');
		assert.equal((await prepare({conditions: {gpuMiB: 60_000}}, {})('a')).kind, 'never');
	});

	test('of a program that is not bundled pins nothing that we know of', async () => {
		const node = {totalMiB: GIB, freeMiB: GIB};

		assert.equal((await prepare(pinning(8 * GIB), {node, isBundled: false})('a')).kind, 'admitted');
	});
});
