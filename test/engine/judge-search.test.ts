import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import {judgeAttempt} from '../../source/engine/judge.ts';
import {cell, experiment} from '../rig/story.ts';

const search = {
	...{key: 'batch_size', from: 1, to: 64, step: 1, largest: true, fastest: true, repeat: 1},
	...{series: 'a', value: 64, grown: {}},
};
const end = (stderrTail: string, changes: Partial<Experiment>) =>
	judgeAttempt({
		experiment: {...experiment(cell()), ...changes},
		outcome: {kind: 'exited', code: 1},
		report: {
			end: {kind: 'exited', code: 1},
			peakHostMemoryMiB: 900,
			droppedLogBytes: 0,
			stderrTail,
			stdoutTail: '',
			leftOvers: 0,
		},
		observation: {
			ready: null,
			result: null,
			error: null,
			degraded: [],
			placements: [],
			latencyMs: [],
			phasesS: {},
		},
		gpu: {telemetry: null, doubts: []},
		startedAt: 1000,
		endedAt: 11_000,
		argv: ['python3', 'vit_pipeline.py'],
		isBundled: true,
		nodeCpus: [],
		usualClockMHz: null,
		stdoutLog: 'logs/a.stdout',
		stderrLog: 'logs/a.stderr',
		simulated: false,
	});
const GPU = 'torch.cuda.OutOfMemoryError: CUDA out of memory.';
const HOST = "can't allocate memory: you tried to allocate 8 bytes";

suite('running out of memory', () => {
	test('is an answer in a search and a failure everywhere else', () => {
		const found = end(GPU, {search});

		assert.deepEqual([found.status, found.failure, found.throughputSamplesPerS], ['succeeded', null, null]);
		assert.equal(found.tooMuch?.kind, 'cuda-out-of-memory');
		assert.equal(end(GPU, {}).failure?.kind, 'cuda-out-of-memory');
	});

	test('of the host is one on a CPU only', () => {
		assert.equal(end(HOST, {search, device: 'cpu'}).tooMuch?.kind, 'host-out-of-memory');
		assert.equal(end(HOST, {search, device: 'cuda'}).status, 'failed');
	});

	test('is the only failure that a search expects', () => {
		assert.equal(end('Traceback: ValueError', {search}).status, 'failed');
	});
});
