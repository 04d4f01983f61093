import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Phase} from '../../source/domain/phases.ts';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {isMeasuring} from '../../source/journal/select-measuring.ts';
import {cell, committed, ended, launching, opened, planned, play, started} from '../rig/story.ts';

const A = cell({model: 'a'});
const B = cell({model: 'b', gpuId: 1});
const begin = [opened(), planned([A, B]), launching(A.runId)];
const during = (...more: readonly (Fact | Measurement)[]) => isMeasuring(play(...begin, started(A.runId), ...more));
const phase = (id: string, name: Phase): Measurement => ({type: 'phase', id, name});

suite('something may be timed', () => {
	for (const name of ['warmup', 'measure'] as const) {
		test(`in the phase ${name}`, () => {
			assert.equal(during(phase(A.runId, name)), true);
		});
	}

	test('in a program that says nothing of phases, and in one that is about to start', () => {
		assert.equal(during(), true);
		assert.equal(isMeasuring(play(...begin)), true);
	});

	test('while one of several loads', () => {
		assert.equal(during(phase(A.runId, 'measure'), launching(B.runId), started(B.runId), phase(B.runId, 'load')), true);
	});
});

suite('nothing is timed', () => {
	for (const name of ['load', 'compile', 'report'] as const) {
		test(`in the phase ${name}`, () => {
			assert.equal(during(phase(A.runId, name)), false);
		});
	}

	test('before anything starts and after it has ended', () => {
		assert.equal(isMeasuring(play(opened(), planned([A, B]))), false);
		assert.equal(during(phase(A.runId, 'measure'), ended(A.runId), committed(A.runId)), false);
	});
});
