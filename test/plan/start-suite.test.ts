import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parse} from 'yaml';
import {writeSuiteStart} from '../../source/plan/start-suite.ts';
import {planLine} from '../rig/suites.ts';

const COMMENTED = /^( *)# (\w+: .+)$/gm;

suite('the suite that init writes', () => {
	const text = writeSuiteStart('mine');
	const plan = (config: string) =>
		planLine('experiment=mine', {suites: [{name: 'mine', origin: 'mine.yaml', config: parse(config)}]});

	test('plans an experiment for each of its models as it stands', () => {
		const {experiments, problems} = plan(text);

		assert.ok(experiments.length >= 2);
		assert.deepEqual(problems, []);
	});

	const switches = [...text.matchAll(COMMENTED)];
	for (const [line = '', indent, key] of switches) {
		test(`takes ${key} once the # in front of it is gone`, () => {
			assert.ok(plan(text.replace(line, `${indent}${key}`)).experiments.length >= 2);
		});
	}

	test('shows some keys that are switched off', () => assert.ok(switches.length > 5));
});
