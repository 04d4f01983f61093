import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {describeSeed} from '../../source/cli/describe-seed.ts';
import {composeLine, planLine, splitWords} from '../rig/suites.ts';

const describe = (line: string) =>
	describeSeed({composition: composeLine(line), plan: planLine(line), overrides: splitWords(line)});

suite('the seed in a plan', () => {
	test('is not shown where the run will draw its own and nothing here depends on it', () => {
		assert.equal(describe('experiment=quick_test'), 'seed: drawn when it starts');
	});

	for (const line of [
		'experiment=quick_test experiment.order=interleaved',
		"-m experiment=quick_test 'experiment.test.batch_size=shuffle(1,2,3)'",
	]) {
		test(`is shown with what repeats it, where the order comes from it: ${line}`, () => {
			assert.equal(describe(line), 'seed: 41, drawn for this plan; experiment.seed=41 repeats its order');
		});
	}

	test('is shown where it is fixed', () => {
		assert.equal(describe('experiment=quick_test experiment.seed=7'), 'seed: 7, fixed');
	});
});
