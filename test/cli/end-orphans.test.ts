import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {endOrphans} from '../../source/cli/end-orphans.ts';
import type {Experiment} from '../../source/domain/experiment.ts';
import {cell, launching, opened, planned, play, ran, started} from '../rig/story.ts';

/** Experiments a to c of GPU 0: a is done, b was interrupted, c waits. */
async function resume(change: Partial<Experiment>, endTagged = async () => 0): Promise<readonly string[]> {
	const cells = ['a', 'b', 'c'].map((model) => cell({gpuId: 0, numaNode: 2, model, runId: model}));
	const state = play(opened(), planned(cells, {change}), ...ran('a'), launching('b'), started('b'));
	const tags: string[] = [];
	await endOrphans(state, 'a1b2c3d4', {
		endTagged: (tag) => {
			tags.push(tag);
			return endTagged();
		},
	});
	return tags;
}

suite('a resumed run ends', () => {
	test('the process of an experiment that was interrupted', async () => {
		assert.deepEqual(await resume({}), ['a1b2c3d4:b:1']);
	});

	test('the worker that served it too, and then every worker that idles', async () => {
		assert.deepEqual(await resume({isolation: 'block'}), [
			'a1b2c3d4:b:1',
			'a1b2c3d4:worker:gpu0.node2.b1:',
			'a1b2c3d4:worker:',
		]);
	});

	test('or says what it cannot end', async () => {
		const cannot = () => Promise.reject(new Error('Process 7 outlived SIGKILL'));

		await assert.rejects(resume({isolation: 'block'}, cannot), /outlived SIGKILL/);
	});
});
