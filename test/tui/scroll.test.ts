import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {follow, move} from '../../source/tui/scroll.ts';

const range = {last: 20, page: 8};

suite('a cursor', () => {
	for (const [from, action, to] of [
		[5, 'up', 4],
		[0, 'up', 0],
		[20, 'down', 20],
		[5, 'page-down', 13],
		[18, 'page-down', 20],
		[5, 'page-up', 0],
		[5, 'bottom', 20],
		[5, 'top', 0],
		[5, 'redraw', 5],
		[99, 'up', 19],
	] as const) {
		test(`at ${from} of 20 is at ${to} after ${action}`, () => assert.equal(move(from, action, range), to));
	}

	test('has nowhere to go in an empty list', () => assert.equal(move(0, 'down', {last: -1, page: 8}), 0));
});

suite('a window of 8 rows', () => {
	for (const [first, cursor, to] of [
		[0, 7, 0],
		[0, 8, 1],
		[5, 3, 3],
		[5, 9, 5],
	] as const) {
		test(`from ${first} begins at ${to} when the cursor is at ${cursor}`, () =>
			assert.equal(follow(first, cursor, 8), to));
	}
});
