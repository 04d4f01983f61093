import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {countCaptures, findPatternProblem} from '../../source/domain/pattern.ts';

suite('a pattern of a suite', () => {
	for (const pattern of [
		'Progress: ([\\d.]+)% \\((\\d+)/(\\d+)\\)',
		'^(?<stage>\\w+) begins$',
		'^(a+)+$',
		'(?:\\d{1,3}\\.){3}\\d{1,3}',
		'[({?=]{2}',
		'\\(\\?=\\{99\\}',
		'\\\\1',
		'x{2,}',
	]) {
		test(`may be ${pattern}`, () => assert.equal(findPatternProblem(pattern), null));
	}

	for (const [pattern, problem] of [
		['a(?=b)', /ahead or behind/],
		['(?<!a)b', /ahead or behind/],
		['(?i:a)', /flags/],
		['(a)\\1', /refers back/],
		['(?<x>a)\\k<x>', /refers back/],
		['(a', /no regular expression: .*[Uu]nterminated/],
		['a{17}', /more than 16 times/],
		['(?:(?:ab){5}c){4}', /more than 16 times/],
		['(a{1,30}){1,30}$', /more than 16 times/],
	] as const) {
		test(`may not be ${pattern}, and it says why`, () => assert.match(findPatternProblem(pattern) ?? '', problem));
	}

	test('has as many groups as take something', () => {
		assert.deepEqual(['a', '(a)', '(?:a)(?<b>b)|(c)', '\\(a\\)', '[(]'].map(countCaptures), [0, 1, 2, 0, 0]);
	});
});
