import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {suiteSchema} from '../../source/domain/suite.ts';
import {orderLongest} from '../../source/plan/longest-first.ts';
import {cell, experiment} from '../rig/story.ts';

const job = (number: number, keys: object = {}) => ({
	number,
	suiteName: 'night',
	suite: suiteSchema.parse({experiment: {name: 'night', ...keys}}),
});
const longest = {order: 'longest'};
const SECONDS: {readonly [id: string]: number} = {a: 10, b: 30, c: 20};
const all = ['x', 'a', 'b', 'y', 'c'].map((runId) => experiment(cell({runId})));
const order = (...jobs: readonly ReturnType<typeof job>[]) =>
	orderLongest(all, jobs, ({id}) => SECONDS[id]).map(({id}) => id);

suite('the longest first', () => {
	test('sorts by what is known of their length, and leaves the rest behind as it is listed', () => {
		assert.deepEqual(order(job(0, longest)), ['b', 'c', 'a', 'x', 'y']);
		assert.deepEqual(order(job(0)), ['x', 'a', 'b', 'y', 'c']);
	});

	test('leaves the places of other jobs alone', () => {
		const mixed = all.map((one, index) => ({...one, job: index % 2}));
		const ordered = orderLongest(mixed, [job(0, longest), job(1)], ({id}) => SECONDS[id]);

		assert.deepEqual(
			ordered.map(({id}) => id),
			['b', 'a', 'c', 'y', 'x'],
		);
	});

	test('stays within each phase of a campaign', () => {
		const phased = all.map((one, index) => ({...one, phase: index < 2 ? 'first' : 'second'}));
		const ordered = orderLongest(phased, [job(0, longest)], ({id}) => SECONDS[id]);

		assert.deepEqual(
			ordered.map(({id}) => id),
			['a', 'x', 'b', 'c', 'y'],
		);
	});

	test('is refused where blocks are to be compared', () => {
		assert.throws(() => order(job(0, {...longest, blocks: 3})), UserError);
	});
});
