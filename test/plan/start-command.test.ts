import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parse} from 'yaml';
import {writeCommandStart} from '../../source/plan/start-command.ts';
import {planLine} from '../rig/suites.ts';

const COMMENTED = /^( *)# (\w+: .+)$/gm;

suite('the suite for any command that init writes', () => {
	const text = writeCommandStart('mine', 'suites');
	const plan = (config: string) =>
		planLine('experiment=mine', {suites: [{name: 'mine', origin: 'mine.yaml', config: parse(config)}]});

	test('plans an experiment for each value of its axis', () => assert.equal(plan(text).experiments.length, 2));

	const switches = [...text.matchAll(COMMENTED)];
	for (const [line = '', indent, key] of switches) {
		test(`takes ${key} once the # in front of it is gone`, () => {
			assert.ok(plan(text.replace(line, `${indent}${key}`)).experiments.length >= 2);
		});
	}

	test('shows some keys that are switched off', () => assert.ok(switches.length > 5));
});
