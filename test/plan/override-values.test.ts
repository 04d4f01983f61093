import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type Override, parseOverride} from '../../source/plan/override.ts';
import {checkSweep, countValues, decodeValue, formatValue, sweepValues} from '../../source/plan/override-values.ts';

const read = (written: string, seed?: number): Override => {
	const parsed = parseOverride(written, seed);
	assert.ok('value' in parsed, JSON.stringify(parsed));
	return parsed;
};

const list = (written: string, seed = 1) => [...sweepValues(read(written), seed)].map(formatValue).join(' ');

suite('the values of an override', () => {
	for (const [written, json] of [
		["k=[1,-2.5,'x',y,null,true]", [1, -2.5, 'x', 'y', null, true]],
		['k={a:{b:[1e3]},true:1,1.5:x,null:y}', {a: {b: [1000]}, true: 1, '1.5': 'x', null: 'y'}],
		['k=9007199254740991', 9007199254740991],
		['k=', ''],
	] as const) {
		test(`are plain data in a suite: ${written}`, () => {
			assert.deepEqual(decodeValue(read(written).value), {value: json});
		});
	}

	test('named __proto__ are data like any other, so no suite can reach the program', () => {
		const decoded = decodeValue(read('k={__proto__:{polluted:true}}').value);

		assert.deepEqual(Object.keys('value' in decoded ? (decoded.value as object) : {}), ['__proto__']);
		assert.equal('polluted' in {}, false);
	});

	for (const written of ['k=9007199254740993', 'k=[1,[inf]]', 'k={a:nan}', 'k=1,2']) {
		test(`that plain data cannot hold exactly are told, not rounded: ${written}`, () => {
			const decoded = decodeValue(read(written).value);

			assert.ok('error' in decoded && decoded.hint.length > 0);
		});
	}

	test('come out in the order as written, and once where there is no sweep', () => {
		assert.equal(list('k=b,a'), 'b a');
		assert.equal(list('k=range(0,1,0.25)'), '0.0 0.25 0.5 0.75');
		assert.equal(list('k=[1,2]'), '[1,2]');
	});

	test('of a long range are made one by one, so a million costs nothing until it is read', () => {
		const override = read('k=range(0,1000000000000)');

		assert.equal(countValues(override), 1e12);
		assert.deepEqual(sweepValues(override, 1).next().value, {$int: '0'});
	});

	test('of a shuffled sweep come in an order that the seed alone decides', () => {
		const written = 'k=shuffle(range(0,20))';

		assert.equal(list(written, 7), list(written, 7));
		assert.notEqual(list(written, 7), list(written, 8));
		assert.notEqual(list(written, 7), list('other=shuffle(range(0,20))', 7));
		assert.deepEqual(
			list(written, 7)
				.split(' ')
				.map(Number)
				.sort((a, b) => a - b),
			[...Array(20).keys()],
		);
	});

	test('of a shuffled list are drawn while reading, from the same seed', () => {
		const shuffled = (seed: number) => read('k=shuffle([1,2,3,4,5,6,7,8])', seed).canonical;

		assert.equal(shuffled(3), shuffled(3));
		assert.notEqual(shuffled(3), shuffled(4));
	});
});

suite('a sweep that Hydra would run for ever or not at all', () => {
	for (const [written, column, error] of [
		['k=range(0)', 3, 'no values'],
		['~k=shuffle()', 4, 'no values'],
		['k=range(0,inf)', 3, 'never ends'],
		['a.b= range(0,-inf,-1)', 6, 'never ends'],
		['k=range(-inf,5)', 3, 'never ends'],
	] as const) {
		test(`is told before anything starts: ${written}`, () => {
			const problem = checkSweep(read(written));

			assert.equal(problem?.column, column);
			assert.ok(problem.error.includes(error) && problem.hint.length > 0);
		});
	}

	test('is not mistaken for one that has values', () => {
		for (const written of ['k=1', 'k=a,b', 'k=range(0,3)', 'k=choice(1)', '~k']) {
			assert.equal(checkSweep(read(written)), undefined);
		}
	});
});
