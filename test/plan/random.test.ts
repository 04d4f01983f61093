import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createRandom, deriveSeed, shuffle} from '../../source/plan/random.ts';

const draw = (seed: number, count: number) => {
	const random = createRandom(seed);
	return Array.from({length: count}, random);
};

suite('a seeded random stream', () => {
	test('repeats itself for the same seed, so a recorded order can be made again', () => {
		assert.deepEqual(draw(42, 100), draw(42, 100));
		assert.notDeepEqual(draw(42, 100), draw(43, 100));
	});

	test('spreads evenly over [0, 1), so no order is favoured', () => {
		const tenths = Array<number>(10).fill(0);
		for (const number of draw(1, 100_000)) tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;

		assert.ok(tenths.length === 10 && tenths.every((count) => Math.abs(count - 10_000) < 500), `${tenths}`);
	});

	test('gives every order of three items about equally often', () => {
		const random = createRandom(5);
		const orders = new Map<string, number>();
		for (let round = 0; round < 60_000; round++) {
			const order = shuffle([1, 2, 3], random).join('');
			orders.set(order, (orders.get(order) ?? 0) + 1);
		}

		assert.equal(orders.size, 6);
		for (const count of orders.values()) assert.ok(Math.abs(count - 10_000) < 500, `${count}`);
	});

	test('shuffles a copy, so what was declared stays as declared', () => {
		const items = [1, 2, 3, 4];
		shuffle(items, createRandom(1));

		assert.deepEqual(items, [1, 2, 3, 4]);
	});

	test('differs between labels of one seed, so two shuffled axes do not move in step', () => {
		assert.equal(deriveSeed(1, 'a'), deriveSeed(1, 'a'));
		assert.notEqual(deriveSeed(1, 'a'), deriveSeed(1, 'b'));
		assert.notEqual(deriveSeed(1, 'a'), deriveSeed(2, 'a'));
	});
});
