import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {suiteSchema} from '../../source/domain/suite.ts';
import {composeLine, planLine, refusalOf} from '../rig/suites.ts';

const WRONG: readonly (readonly [override: string, says: string, advises: string])[] = [
	['test.tensor_shape=[3,224]', 'it is a list of 3 whole numbers', "test.tensor_shape='[3,224,224]'"],
	['test.tensor_shape=[3,a,224]', 'it is a whole number', 'test.tensor_shape.1=1'],
	['test.tensor_shape=8', 'it is a list of 3 whole numbers', "test.tensor_shape='[3,224,224]'"],
	['test.batch_size=many', 'it is a whole number', 'test.batch_size=10'],
	['test.batch_size=2.5', 'it is a whole number', 'test.batch_size=10'],
	['test.timeout_s=long', 'it is a number', 'test.timeout_s=600'],
	['test.compile_model=maybe', 'it is true or false', 'test.compile_model=false'],
	['hardware.gpu_ids=first', 'it is auto, or a whole number, or a list of whole numbers', 'hardware.gpu_ids=auto'],
	['vit_configs.0.batch_size=many', 'it is a whole number', 'vit_configs.0.batch_size=10'],
	['vit_configs.0.dim=wide', 'it is a whole number', 'vit_configs.0.dim=1'],
	['axes.size=[]', 'a list of values, one at least', 'axes.size='],
];

suite('a value that a suite does not take', () => {
	for (const [override, says, advises] of WRONG) {
		test(`is refused with what it is in words, and with one that is right: ${override}`, () => {
			const {message, advice} = refusalOf(() => composeLine(`experiment=quick_test '++experiment.${override}'`));

			assert.ok(message.includes(says), message);
			assert.ok(advice.includes(`experiment.${advises}`), advice);
			assert.doesNotMatch(advice, /…/);
		});
	}

	test('breaks the rule of a text: the rule is said, and not its pattern', () => {
		const {message, advice} = refusalOf(() => composeLine('experiment=quick_test output.results_file=x.txt'));

		assert.match(message, /"x\.txt" is not allowed: it is a plain file name that ends in \.json\.$/);
		assert.match(advice, /^output\.results_file=results\.json$/m);
	});

	test('breaks the rule of names: the rule is said, with a name that keeps it', () => {
		const {message, advice} = refusalOf(() => composeLine(`experiment=own`, {suites: [own({axes: {'1 a': [1]}})]}));

		assert.match(message, /experiment\.axes has the name "1 a".*a name is a letter or _/);
		assert.match(advice, /experiment\.axes\._1_a/);
	});

	test('is missing: what it is, and an override that adds it', () => {
		const {message, advice} = refusalOf(() => composeLine('experiment=own', {suites: [own({vit_configs: [{}]})]}));

		assert.match(message, /experiment\.vit_configs\.0\.patch_size is missing/);
		assert.match(advice, /it is a whole number\nexperiment\.vit_configs\.0\.patch_size=1/);
	});

	test('is advised no other one that is wrong too', () => {
		for (const [override] of WRONG.filter(([text]) => text.startsWith('test.'))) {
			const {advice} = refusalOf(() => composeLine(`experiment=quick_test 'experiment.${override}'`));
			const [line = ''] = advice.split('\n');

			if (!/\.\d+=/.test(line)) assert.doesNotThrow(() => composeLine(`experiment=quick_test ${line}`), line);
		}
	});
});

suite('output.nsys_reports_dir', () => {
	test('is where reports of nsys lie in the folder of the run', () => {
		const {experiments} = planLine('experiment=quick_test experiment.profiler=nsys output.nsys_reports_dir=reports');

		assert.equal(experiments.at(-1)?.capture?.report, 'reports/gpu0_numa0_vit32x4x512.nsys');
	});

	test('is taken from a file, because suites that exist have it', () => {
		assert.ok(suiteSchema.safeParse({experiment: {name: 'old'}, output: {nsys_reports_dir: 'reports'}}).success);
	});
});

const own = (experiment: JsonObject) => ({
	name: 'own',
	origin: 'own.yaml',
	config: {experiment: {name: 'own', ...experiment}},
});
