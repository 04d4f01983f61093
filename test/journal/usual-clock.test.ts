import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ExperimentResult} from '../../source/domain/experiment.ts';
import type {Fact} from '../../source/journal/event.ts';
import {findUsualClock} from '../../source/journal/usual-clock.ts';
import {cell, clocked, experiment, gpu, opened, planned, play, ran, topology} from '../rig/story.ts';

const a = (gpuId: number, changes = {}) => cell({gpuId, numaNode: gpuId < 2 ? 0 : 2, model: 'a', ...changes});
const [A0, A1, A2, A3] = [a(0), a(1), a(2), a(3)];

/** The usual clock of `model a` on GPU 3 after these results, at these MHz. */
function usual(results: readonly (readonly [id: string, changes: Partial<ExperimentResult>])[], opening = opened()) {
	const told = results.flatMap(([id, changes]) => ran(id, changes));
	const facts: readonly Fact[] = [opening, planned([A0, A1, A2, A3]), ...told];
	return findUsualClock(play(...facts), experiment(A3));
}
const at = (meanMHz: number | null) => ({telemetry: clocked(meanMHz)});

suite('the usual clock', () => {
	test('is the mean of three results of the same model, whichever GPU of the kind they ran on', () => {
		assert.equal(
			usual([
				[A0.runId, at(1900)],
				[A1.runId, at(2000)],
				[A2.runId, at(1950)],
			]),
			1950,
		);
	});

	test('is not known from fewer than three', () => {
		assert.equal(
			usual([
				[A0.runId, at(1900)],
				[A1.runId, at(2000)],
			]),
			null,
		);
	});

	for (const [what, third] of [
		['that is invalid', {...at(500), status: 'invalid'}],
		['that is degraded', {...at(500), status: 'degraded'}],
		['that failed', {...at(500), status: 'failed'}],
		['of which the clock is unknown', at(null)],
		['without telemetry, as in an old journal', {}],
		['of a program that did not say when it measured', {telemetry: clocked(500, {window: 'process'})}],
	] as const) {
		test(`is not learnt from a result ${what}`, () => {
			assert.equal(
				usual([
					[A0.runId, at(1900)],
					[A1.runId, at(2000)],
					[A2.runId, third],
				]),
				null,
			);
		});
	}

	test('of one kind of GPU says nothing of another kind', () => {
		const gpus = [0, 1, 2, 3].map((index) => ({...gpu(index, 0), name: index === 3 ? 'Slow GPU' : 'Story GPU'}));
		const mixed = opened({topology: topology({gpus})});

		assert.equal(
			usual(
				[
					[A0.runId, at(1900)],
					[A1.runId, at(2000)],
					[A2.runId, at(1950)],
				],
				mixed,
			),
			null,
		);
	});

	test('of one configuration says nothing of another: a large batch may run at a lower clock', () => {
		const state = play(opened(), planned([A0, A1, A2, A3]), ...[A0, A1, A2].flatMap(({runId}) => ran(runId, at(2000))));

		assert.equal(findUsualClock(state, experiment(a(3, {job: 1}))), null);
		assert.equal(findUsualClock(state, experiment(a(3, {axes: {batch: 512}}))), null);
		assert.equal(findUsualClock(state, experiment(a(3, {model: 'b'}))), null);
		assert.equal(findUsualClock(state, experiment(A3)), 2000);
	});
});
