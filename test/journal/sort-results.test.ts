import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {selectResults} from '../../source/journal/select-results.ts';
import {type ResultKey, sortResults} from '../../source/journal/sort-results.ts';
import {cell, failed, launching, opened, planned, play, ran, spoilt} from '../rig/story.ts';

const MODELS = ['slow', 'fast', 'none', 'waits', 'same', 'odd'];
const id = (model: string) => `gpu0_numa0_${model}`;
const rows = selectResults(
	play(
		opened(),
		planned(MODELS.map((model) => cell({model}))),
		...ran(id('slow'), {throughputSamplesPerS: 9}),
		...ran(id('fast'), {throughputSamplesPerS: 1000}),
		...failed(id('none')),
		...ran(id('same'), {throughputSamplesPerS: 9}),
		...ran(id('odd'), {status: 'degraded', degraded: ['x'], throughputSamplesPerS: 20}),
		launching(id('waits')),
	),
);

const sort = (key: ResultKey, reverse = false) => sortResults(rows, {key, reverse}).map(({model}) => model);

suite('sorted results', () => {
	test('go by value and not by letters, equal ones as planned, what has no value last', () => {
		assert.deepEqual(sort('samplesPerS'), ['slow', 'same', 'odd', 'fast', 'none', 'waits']);
	});

	test('keep what has no value last, and equal ones as planned, the other way round', () => {
		assert.deepEqual(sort('samplesPerS', true), ['fast', 'odd', 'slow', 'same', 'none', 'waits']);
	});

	test('by state begin with what needs a person', () => {
		assert.deepEqual(sort('status'), ['none', 'odd', 'waits', 'slow', 'fast', 'same']);
	});

	test('by note leave those without one at the end', () => {
		assert.deepEqual(sort('reason').slice(0, 2), ['none', 'odd']);
	});

	test('as planned are the plan, or the plan from its end', () => {
		assert.deepEqual([sort('position'), sort('position', true)], [MODELS, MODELS.toReversed()]);
	});
});

test('results by state begin with what needs a person: failed, then invalid, then degraded', () => {
	const three = ['x', 'y', 'z'];
	const state = play(
		opened(),
		planned(three.map((model) => cell({model}))),
		...ran(id('x'), {status: 'degraded', degraded: ['x']}),
		...spoilt(id('y')),
		...failed(id('z')),
	);

	const sorted = sortResults(selectResults(state), {key: 'status', reverse: false});

	assert.deepEqual(
		sorted.map(({status}) => status),
		['failed', 'invalid', 'degraded'],
	);
});
