import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {isWorkerWanted, nameWorker} from '../../source/plan/worker.ts';
import {cell, experiment, launching, opened, planned, play, quarantined, ran, started} from '../rig/story.ts';

const one = (changes: Partial<Experiment> = {}): Experiment => ({
	...experiment(cell({gpuId: 0, numaNode: 2})),
	isolation: 'block',
	...changes,
});

suite('the name of a worker', () => {
	test('says lane, node and block', () => {
		assert.equal(nameWorker(one()), 'gpu0.node2.b1');
		assert.equal(nameWorker(one({block: 0, role: 'warm-up'})), 'gpu0.node2.b0');
	});

	test('differs wherever a process must differ', () => {
		const different = [
			one(),
			one({job: 1}),
			one({lane: 'gpu1'}),
			one({block: 2}),
			one({binding: {kind: 'strict', node: 0}}),
			one({binding: {kind: 'cpu', node: 2, reason: ''}}),
			one({binding: {kind: 'off', reason: ''}}),
			one({memoryNode: 0}),
		];

		assert.equal(new Set(different.map(nameWorker)).size, different.length);
	});

	test('is the same for other models, and safe as the name of a file', () => {
		assert.equal(nameWorker(one({model: 'a', params: {depth: 1}, runId: 'a', id: 'a'})), nameWorker(one()));
		assert.match(nameWorker(one({lane: 'MIG-1/2 3'})), /^[A-Za-z0-9._-]+$/);
	});
});

suite('a worker is wanted', () => {
	/** Models a and b on nodes 0 and 2 of GPU 0, twice. */
	const cells = ['a', 'b'].flatMap((model) =>
		[0, 2].map((numaNode) => cell({gpuId: 0, numaNode, model, runId: `${model}${numaNode}`})),
	);
	const plan: readonly Fact[] = [opened(), planned(cells, {blocks: 2, change: {isolation: 'block'}})];
	const done = (...ids: readonly string[]) => ids.flatMap((id) => ran(id));
	const wanted = (...told: readonly Fact[]) => {
		const state = play(...plan, ...told);
		const keys = ['gpu0.node0.b1', 'gpu0.node2.b1', 'gpu0.node0.b2', 'gpu0.node2.b2'];
		assert.equal(state.anomalyCount, 0);
		return keys.filter((key) => isWorkerWanted(state, 'gpu0', key));
	};

	test('while something of its block waits for it, so that both nodes alternate', () => {
		assert.deepEqual(wanted(), ['gpu0.node0.b1', 'gpu0.node2.b1']);
		assert.deepEqual(wanted(...done('a0')), ['gpu0.node0.b1', 'gpu0.node2.b1']);
		assert.deepEqual(wanted(...done('a0', 'a2')), ['gpu0.node0.b1', 'gpu0.node2.b1']);
	});

	test('until the last of its block that needs it is committed', () => {
		const before = done('a0', 'a2');
		assert.deepEqual(wanted(...before, launching('b0'), started('b0')), ['gpu0.node0.b1', 'gpu0.node2.b1']);
		assert.deepEqual(wanted(...before, ...done('b0')), ['gpu0.node2.b1']);
	});

	test('no longer once its lane goes on to another block', () => {
		assert.deepEqual(wanted(...done('a0', 'a2', 'b0', 'b2')), ['gpu0.node0.b2', 'gpu0.node2.b2']);
	});

	test('only by what runs in it, once the run is drained, stopped, or gives the lane up', () => {
		const running = [launching('a0'), started('a0')];
		const ends: readonly Fact[] = [{type: 'draining', by: 'user'}, {type: 'stopping', by: 'user'}, quarantined('gpu0')];

		for (const end of ends) {
			assert.deepEqual(wanted(...running, end), ['gpu0.node0.b1'], end.type);
			assert.deepEqual(wanted(end), [], end.type);
		}
	});

	test('not by experiments that have processes of their own, nor on a lane that is not there', () => {
		const state = play(opened(), planned(cells));

		assert.deepEqual(
			['gpu0', 'gpu7'].map((lane) => isWorkerWanted(state, lane, 'gpu0.node0.b1')),
			[false, false],
		);
	});
});
