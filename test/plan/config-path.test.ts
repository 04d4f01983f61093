import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json} from '../../source/domain/json.ts';
import {type Change, changeAt} from '../../source/plan/config-path.ts';

const config = {a: {b: 1, c: {d: 2}}, list: [{x: 1}, {x: 2}, {x: 3}], none: null};

const change = (path: string, what: Change, to: Json = config): Json => {
	const result = changeAt(to, path.split('.'), what);
	assert.equal(result.kind, 'done', JSON.stringify(result));
	return result.kind === 'done' ? result.config : null;
};
const refusal = (path: string, what: Change): string => {
	const result = changeAt(config, path.split('.'), what);
	return result.kind === 'refused' ? result.problem : assert.fail('it was done');
};
const set = (value: Json): Change => ({kind: 'set', value});
const add = (value: Json): Change => ({kind: 'add', value});
const remove: Change = {kind: 'remove'};

suite('a change at a path', () => {
	for (const [path, what, expected] of [
		['a.b', set(9), {...config, a: {b: 9, c: {d: 2}}}],
		['a.new', set(9), {...config, a: {...config.a, new: 9}}],
		['a.new.deep', set(9), {...config, a: {...config.a, new: {deep: 9}}}],
		['none.x', set(9), {...config, none: {x: 9}}],
		['a', set({b: 5}), {...config, a: {b: 5, c: {d: 2}}}],
		['a.c', set([1]), {...config, a: {b: 1, c: [1]}}],
		['list.1.x', set(9), {...config, list: [{x: 1}, {x: 9}, {x: 3}]}],
		['list.*.x', set(9), {...config, list: [{x: 9}, {x: 9}, {x: 9}]}],
		['list.x', set(9), {...config, list: [{x: 9}, {x: 9}, {x: 9}]}],
		[
			'list.y',
			add(0),
			{
				...config,
				list: [
					{x: 1, y: 0},
					{x: 2, y: 0},
					{x: 3, y: 0},
				],
			},
		],
		['a', add({e: 3}), {...config, a: {...config.a, e: 3}}],
		['a.b', remove, {...config, a: {c: {d: 2}}}],
		['a.b', {kind: 'remove', expected: 1}, {...config, a: {c: {d: 2}}}],
		['list.0', remove, {...config, list: [{x: 2}, {x: 3}]}],
		['list.*.x', remove, {...config, list: [{}, {}, {}]}],
	] as const) {
		test(`gives the rest as it was: ${JSON.stringify(what)} at ${path}`, () => {
			assert.deepEqual(change(path, what), expected);
		});
	}

	for (const [path, what, problem] of [
		['a.b', add(2), 'is there already (1)'],
		['none', add(2), 'is there already (null)'],
		['a.b.c', set(2), 'has no part c, because it is 1'],
		['list.3.x', set(2), 'has no element 3: the list has 3 (0 to 2)'],
		['list.3', add(2), 'has no element 3: the list has 3 (0 to 2)'],
		['a.z', remove, 'is not there'],
		['a.b', {kind: 'remove', expected: 2}, 'is 1 and not 2'],
	] as const) {
		test(`is refused with its reason: ${JSON.stringify(what)} at ${path} ${problem}`, () => {
			assert.equal(refusal(path, what), problem);
		});
	}

	test('leaves what it was given alone and shares what it did not touch, so that 100 000 jobs cost little', () => {
		const before = structuredClone(config);
		const after = change('a.b', set(9)) as typeof config;

		assert.deepEqual(config, before);
		assert.equal(after.list, config.list);
		assert.equal(after.a.c, config.a.c);
	});

	test('takes no member from what every object inherits', () => {
		assert.equal(refusal('a.toString', remove), 'is not there');
		assert.deepEqual(change('a.constructor', add(1)), {...config, a: {...config.a, constructor: 1}});
	});
});
