import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {appendAll, createVector, getAt, iterate, setAt} from '../../source/journal/vector.ts';

const upTo = (count: number): readonly number[] => Array.from({length: count}, (_, index) => index);

suite('a vector', () => {
	for (const count of [0, 1, 127, 128, 129, 256, 1000]) {
		test(`of ${count} elements gives each of them back, and nothing beside them`, () => {
			const vector = createVector(upTo(count));

			assert.equal(vector.length, count);
			assert.deepEqual([...iterate(vector)], upTo(count));
			assert.deepEqual([getAt(vector, count), getAt(vector, -1)], [undefined, undefined]);
			for (const index of upTo(count)) assert.equal(getAt(vector, index), index);
		});
	}

	test('that grows in uneven pieces is the same as one made at once', () => {
		let grown = createVector<number>();
		for (let next = 0; next < 700; next += (next % 90) + 1) {
			grown = appendAll(
				grown,
				upTo(Math.min((next % 90) + 1, 700 - next)).map((offset) => next + offset),
			);
		}

		assert.deepEqual(grown, createVector(upTo(700)));
	});

	test('keeps every earlier state as it was, whatever is set or appended later', () => {
		const states = [createVector(upTo(300))];
		for (const index of [0, 127, 128, 299]) states.push(setAt(states.at(-1) ?? createVector(), index, -1));
		states.push(appendAll(states.at(-1) ?? createVector(), [7]));

		assert.deepEqual([...iterate(states[0] ?? createVector())], upTo(300));
		assert.deepEqual(
			states.map((state) => [...iterate(state)].filter((item) => item === -1).length),
			[0, 1, 2, 3, 4, 4],
		);
		assert.equal(states[4]?.length, 300);
	});

	test('copies one chunk when an element is set, and shares the others', () => {
		const before = createVector(upTo(1000));
		const after = setAt(before, 300, -1);
		const copied = after.chunks.filter((chunk, index) => chunk !== before.chunks[index]);

		assert.equal(copied.length, 1);
	});

	for (const index of [-1, 3, 200]) {
		test(`is unchanged by an element set at ${index}, which it does not have`, () => {
			const vector = createVector([1, 2, 3]);

			assert.equal(setAt(vector, index, 9), vector);
		});
	}
});
