import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {addPositions, findPosition, listIds, type Positions} from '../../source/journal/positions.ts';

const PART = 500;

/** A plan of that many parts, an id for each position. */
const planParts = (parts: number): Positions =>
	Array.from(
		{length: parts},
		(_, part) =>
			new Map(
				Array.from({length: PART}, (_, index): [string, number] => [`e${part * PART + index}`, part * PART + index]),
			),
	).reduce<Positions>(addPositions, []);

suite('where experiments stand in a long plan', () => {
	test('is found for each of them, and for nothing else', () => {
		const positions = planParts(13);
		for (let position = 0; position < 13 * PART; position++) {
			assert.equal(findPosition(positions, `e${position}`), position);
		}
		assert.equal(findPosition(positions, 'e6500'), undefined);
		assert.equal(findPosition([], 'e0'), undefined);
	});

	test('is listed in the order of the plan', () => {
		const ids = listIds(planParts(7));
		assert.deepEqual([ids.length, ids[0], ids.at(-1)], [3500, 'e0', 'e3499']);
		assert.deepEqual(
			ids,
			ids.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
		);
	});

	test('takes few layers however many parts it came in, each longer than all behind it', () => {
		let positions: Positions = [];
		for (let part = 0; part < 100; part++) {
			positions = addPositions(
				positions,
				new Map([
					[`a${part}`, 2 * part],
					[`b${part}`, 2 * part + 1],
				]),
			);
			const sizes = positions.map(({size}) => size);
			assert.ok(sizes.length <= 7, `${part + 1} parts in ${sizes.length} layers`);
			for (const [index, size] of sizes.entries()) {
				assert.ok(size > sizes.slice(index + 1).reduce((sum, one) => sum + one, 0), sizes.join());
			}
		}
	});

	test('of an earlier state is what it was', () => {
		const before = planParts(3);
		const sizes = before.map(({size}) => size);
		addPositions(before, new Map([['later', 1500]]));
		assert.deepEqual([findPosition(before, 'later'), before.map(({size}) => size)], [undefined, sizes]);
	});
});
