import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {checkFlags, formatFlag, readArguments} from '../../source/cli/arguments.ts';
import {isOverride} from '../../source/cli/words.ts';
import {UserError} from '../../source/domain/errors.ts';

suite('a command line', () => {
	test('keeps its words as they were typed, numbers and signs included', () => {
		const {words, flags} = readArguments(['run', '-m', '+a=007', '~b', 'c=-1', '--json']);

		assert.deepEqual(words, ['run', '+a=007', '~b', 'c=-1']);
		assert.deepEqual(flags, {multirun: true, json: true});
	});

	test('takes several folders of suites, and an option with its value before or after the words', () => {
		const {words, flags} = readArguments(['--suites', 'a', 'plan', '--suites=b', '-c', 'job', '-p', 'experiment']);

		assert.deepEqual(words, ['plan']);
		assert.deepEqual(flags, {suites: ['a', 'b'], cfg: 'job', package: 'experiment'});
	});

	test('takes as many tolerances as are given, and keeps one without a value, to refuse it', () => {
		const {flags} = readArguments(['compare', 'a', 'b', '--tolerance', 'p50_ms=8%', '--tolerance=ece=0.1']);

		assert.deepEqual(flags, {tolerance: ['p50_ms=8%', 'ece=0.1']});
		assert.deepEqual(readArguments(['compare', 'a', 'b', '--tolerance']).flags, {tolerance: ['']});
	});

	test('with a mistyped option is refused with the option that was meant', () => {
		assert.throws(
			() => readArguments(['run', '--headles']),
			(error) => error instanceof UserError && error.exitCode === 2 && error.tryThis.includes('--headless'),
		);
	});

	test('with an option that the command does not read is refused, because it would have no effect', () => {
		assert.throws(
			() => checkFlags('summary', {takeLock: true}, ['json']),
			(error) => error instanceof UserError && error.message === 'warpdeck summary does not read --take-lock.',
		);
	});

	test('shows its options as they are typed', () => {
		assert.deepEqual(['takeLock', 'm', 'json'].map(formatFlag), ['--take-lock', '-m', '--json']);
	});
});

suite('a word of the command line', () => {
	for (const word of ['a=1', '~a', '+a=b', 'zip(a=[1],b=[2])', 'zip (a=[1],b=[2])', 'a=']) {
		test(`${word} is an override`, () => assert.ok(isOverride(word)));
	}
	for (const word of ['quick_test', 'zipped', 'run']) {
		test(`${word} is a name`, () => assert.ok(!isOverride(word)));
	}
});
