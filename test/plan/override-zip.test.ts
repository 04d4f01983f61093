import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseOverride} from '../../source/plan/override.ts';
import {formatValue} from '../../source/plan/override-values.ts';

suite('zip in an override', () => {
	for (const [written, ...pairs] of [
		['zip(a=[1,2],b=[x,y])', 'a: 1 2', 'b: x y'],
		['zip( a.b=[1] , c[0].d= [[1,2]] )', 'a.b: 1', 'c.0.d: [1,2]'],
		['zip (a=[1])', 'a: 1'],
		['zip(a=range(0,3),b=choice(x,y,z))', 'a: 0 1 2', 'b: x y z'],
		["zip(a.*.b=['1,2',null],c=[{k:v},1.5])", "a.*.b: '1,2' null", 'c: {k:v} 1.5'],
		['zip(a=sort([3,1,2]),b=[p,q,r])', 'a: 1 2 3', 'b: p q r'],
	] as const) {
		test(`pairs the values of its keys in job order: ${written}`, () => {
			const parsed = parseOverride(written);

			assert.ok('pairs' in parsed, JSON.stringify(parsed));
			assert.equal(parsed.type, 'ZIP');
			assert.equal(parsed.in, written);
			assert.deepEqual(
				parsed.pairs.map(([key, values]) => `${key}: ${values.map(formatValue).join(' ')}`),
				pairs,
			);
		});
	}

	for (const [written, column, error] of [
		['zip(a=[1,2],b=[x])', 1, 'a has 2 and b has 1'],
		['zip(a=[1],b=[1,2],c=[1])', 1, 'a has 1 and b has 2 and c has 1'],
		['zip(a=[],b=[])', 1, 'no values'],
		['zip(a=[1],a=[2])', 1, 'the key a twice'],
		['zip(a=1,b=2)', 7, 'takes a list'],
		['zip(+a=[1])', 5, 'plain keys'],
		['zip(a@b=[1])', 5, 'plain keys'],
		['zip(=[1])', 5, 'plain keys'],
		['zip(a=[1],b c=[1])', 12, "' ' cannot stand here"],
		['zip()', 5, 'key=[values]'],
		['zip(a=[1]', 10, 'not closed'],
		['zip(a=[1]) ', 11, 'nothing can follow'],
		['zip(a=range(0,inf))', 7, 'too long'],
		['zip(a=shuffle(1,2))', 7, 'shuffled'],
		['zip(a=[~])', 8, "'~'"],
	] as const) {
		test(`is refused where it cannot pair: ${written}`, () => {
			const parsed = parseOverride(written);

			assert.ok('error' in parsed, JSON.stringify(parsed));
			assert.equal(parsed.column, column);
			assert.ok(parsed.error.includes(error), parsed.error);
		});
	}

	test('as the name of a key is a key like any other', () => {
		const parsed = parseOverride('zip=[1]');

		assert.equal('key' in parsed ? parsed.key : parsed, 'zip');
	});
});
