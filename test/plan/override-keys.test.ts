import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseOverride} from '../../source/plan/override.ts';

type Row = readonly [written: string, type: string, key: string, packageName: string | null, keyElement: string];

export const hydraKeys: readonly Row[] = [
	['a.0.b=1', 'CHANGE', 'a.0.b', null, 'a.0.b'],
	['0.a=1', 'CHANGE', '0.a', null, '0.a'],
	['1_0.a=1', 'CHANGE', '1_0.a', null, '1_0.a'],
	['a-b.c=1', 'CHANGE', 'a-b.c', null, 'a-b.c'],
	['a.$b=1', 'CHANGE', 'a.$b', null, 'a.$b'],
	['$=1', 'CHANGE', '$', null, '$'],
	['a-=1', 'CHANGE', 'a-', null, 'a-'],
	['a/b/c=d', 'CHANGE', 'a/b/c', null, 'a/b/c'],
	['a/b@c.d=e', 'CHANGE', 'a/b', 'c.d', 'a/b@c.d'],
	['a@_global_=b', 'CHANGE', 'a', '_global_', 'a@_global_'],
	['a@=b', 'CHANGE', 'a', '', 'a@'],
	['@=b', 'CHANGE', '', '', '@'],
	['a@$b=c', 'CHANGE', 'a', '$b', 'a@$b'],
	['a.b@c=d', 'CHANGE', 'a.b', 'c', 'a.b@c'],
	['=1', 'CHANGE', '', null, ''],
	['++=1', 'FORCE_ADD', '', null, '++'],
	['++a.b=1', 'FORCE_ADD', 'a.b', null, '++a.b'],
	['+a/b@c=d', 'ADD', 'a/b', 'c', '+a/b@c'],
	['~a.b', 'DEL', 'a.b', null, '~a.b'],
	['~a=', 'DEL', 'a', null, '~a'],
	['~@', 'DEL', '', '', '~@'],
];

const ourKeys: readonly Row[] = [
	['a[0].b=1', 'CHANGE', 'a.0.b', null, 'a.0.b'],
	['a[0]=1', 'CHANGE', 'a.0', null, 'a.0'],
	['a.b[10][2].c=1', 'CHANGE', 'a.b.10.2.c', null, 'a.b.10.2.c'],
	['+a[0].b=1', 'ADD', 'a.0.b', null, '+a.0.b'],
	['~a[0]', 'DEL', 'a.0', null, '~a.0'],
	['a.*.b=1', 'CHANGE', 'a.*.b', null, 'a.*.b'],
	['a[*].b=1', 'CHANGE', 'a.*.b', null, 'a.*.b'],
	['a.*=1', 'CHANGE', 'a.*', null, 'a.*'],
];

suite('the key of an override', () => {
	for (const [title, rows] of Object.entries({
		'has a prefix, a path or group, and a package, as in Hydra': hydraKeys,
		'may name one element of a list in brackets, or all of them with a star': ourKeys,
	})) {
		test(title, (t) => {
			const wrong = rows.map(describe).filter(({actual, expected}) => actual !== expected);
			t.diagnostic(`${rows.length - wrong.length} of ${rows.length} cases`);
			assert.deepEqual(wrong, []);
		});
	}
});

function describe([written, ...expected]: Row) {
	const parsed = parseOverride(written);
	const actual = 'key' in parsed ? [parsed.type, parsed.key, parsed.package, parsed.keyElement] : parsed;
	return {written, actual: JSON.stringify(actual), expected: JSON.stringify(expected)};
}
