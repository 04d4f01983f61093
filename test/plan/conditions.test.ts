import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {planLine} from '../rig/suites.ts';

const conditionsOf = (words: string) =>
	planLine(`experiment=quick_test experiment.hardware.gpu_ids=[0] ${words}`).experiments[0]?.conditions;

suite('what an experiment asks of the machine', () => {
	test('is nothing that a plan would have to carry where the suite leaves its defaults', () => {
		assert.equal(conditionsOf(''), undefined);
		assert.equal(conditionsOf('experiment.guards.throttling=pause experiment.foreign=wait'), undefined);
	});

	for (const [words, conditions] of [
		['experiment.memory.host_mb=2048', {hostMiB: 2048}],
		['experiment.memory.gpu_mb=4096', {gpuMiB: 4096}],
		['experiment.guards.max_celsius=78.5', {maxCelsius: 78.5}],
		['experiment.guards.throttling=ignore', {throttling: 'ignore'}],
		['experiment.guards.move=true', {move: true}],
		['experiment.foreign=ignore', {foreign: 'ignore'}],
	] as const) {
		test(`is what the suite says: ${words}`, () => {
			assert.deepEqual(conditionsOf(words), conditions);
		});
	}

	test('is nothing of a GPU for an experiment on the CPU', () => {
		const line = 'experiment=quick_test experiment.hardware.device=cpu experiment.guards.max_celsius=80';

		assert.equal(planLine(`${line} experiment.memory.host_mb=64`).experiments[0]?.conditions?.hostMiB, 64);
		assert.equal(planLine(line).experiments[0]?.conditions, undefined);
	});
});
