import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json} from '../../source/domain/json.ts';
import {placeJsonOverrides} from '../../source/plan/json-override.ts';
import {namesConfig} from '../../source/plan/names-config.ts';
import {parseOverride} from '../../source/plan/override.ts';
import {decodeValue} from '../../source/plan/override-values.ts';
import {ownSuite, planLine, refusalOf, shippedSuites} from '../rig/suites.ts';

const place = (text: string, hasConfig = false) => placeJsonOverrides([text], {hasConfig});

/** The value that the word has for whoever reads it as an override. */
function readBack([word = '']: readonly string[]): Json {
	const parsed = parseOverride(word);
	if ('error' in parsed || parsed.type === 'ZIP') return assert.fail(`${word} is no override`);
	const decoded = decodeValue(parsed.value);
	return 'error' in decoded ? assert.fail(decoded.error) : (decoded.value ?? null);
}

suite('--override key=json', () => {
	for (const [text, value] of [
		['experiment.test.batch_size=8', 8],
		['experiment.expected_s=1.5e1', 15],
		['experiment.test.compile_model=true', true],
		['experiment.seed=null', null],
		['experiment.hardware.gpu_ids=[0, 1]', [0, 1]],
		['experiment.name=mamba 2.8b, twice', 'mamba 2.8b, twice'],
		['experiment.name="8"', '8'],
		['experiment.name=it\'s "quoted" \\ here', 'it\'s "quoted" \\ here'],
		['experiment.name=a=b', 'a=b'],
		['experiment.name=', ''],
		['experiment.name=True', 'True'],
		['experiment.workload={"command": ["sh", "-c", "echo {x}; a, b"]}', {command: ['sh', '-c', 'echo {x}; a, b']}],
		['experiment.axes={"a": [1], "b c": [{"d.e": null}], "7": []}', {a: [1], 'b c': [{'d.e': null}], 7: []}],
	] as const) {
		test(`has the value that JSON gives it, and is a text otherwise: ${text}`, () => {
			assert.deepEqual(readBack(place(text)), value);
		});
	}

	test('changes a plan as the same override does, by its short name too, and an element of a list', () => {
		const overrides = ['test.batch_size=8', 'experiment.hardware.gpu_ids=[0,1]', 'experiment.vit_configs[0].depth=3'];
		const words = placeJsonOverrides(overrides, {hasConfig: false}).map((word) => `'${word}'`);

		const plan = planLine(`experiment=quick_test ${words.join(' ')}`);

		assert.equal(plan.cells.length, 6);
		assert.deepEqual(plan.cells[0]?.params.batch_size, 8);
		assert.deepEqual(plan.cells[0]?.params.depth, 3);
	});

	test('with a key of the suite that does not exist is refused by what checks every override', () => {
		const [word = ''] = place('experiment.test.batchsize=8');
		const {message, advice} = refusalOf(() => planLine(`experiment=quick_test '${word}'`));

		assert.match(message, /nothing reads the key experiment\.test\.batchsize/);
		assert.match(advice, /experiment\.test\.batch_size=/);
	});

	test('with a key of no suite names the nearest one, and what would make it a key of a file', () => {
		const {message, advice} = refusalOf(() => place('hardwear.gpu_ids=[0]'));

		assert.match(message, /no key of a suite begins with hardwear/);
		assert.match(advice, /--override 'hardware\.gpu_ids=\[0\]'/);
		assert.match(advice, /experiment\.workload\.config=FILE/);
	});

	test('beside a configuration file is of the file, unless it begins with experiment. or output.', () => {
		const texts = [
			'cache.enable=true',
			'name=mamba',
			'experiment.name=mine',
			'output.base_dir=x',
			'seeds[1]=7',
			'name=bert',
		];

		assert.deepEqual(placeJsonOverrides(texts, {hasConfig: true}), [
			'experiment.name="mine"',
			'output.base_dir="x"',
			'++experiment.workload.config_overrides={cache.enable:true,name:"bert",seeds.1:7}',
		]);
	});

	for (const [text, message] of [
		['cache.enable', /has no value/],
		['=3', /the key is empty/],
		['a b=3', /a b is no key/],
		['a..b=3', /a\.\.b is no key/],
		['experiment.axes=[1,', /\[1, is no JSON/],
		["experiment.axes={'a': [1]}", /is no JSON/],
		['experiment.expected_s=NaN', /NaN is no JSON/],
		['experiment.seed=12345678901234567890', /too large/],
	] as const) {
		test(`that cannot be meant so is refused: ${text}`, () => {
			assert.match(refusalOf(() => place(text)).message, message);
		});
	}
});

suite('a suite with a configuration file', () => {
	const withFile = ownSuite({workload: {command: ['x'], config: 'a.json'}});
	const campaign = {
		name: 'night',
		origin: '',
		config: {experiment: {phases: [{runs: [{overrides: ['experiment=own']}]}]}},
	};
	const suites = [...shippedSuites, withFile, campaign];
	const names = (...words: readonly string[]) => namesConfig(words, suites, 'numa_study');

	test('is found behind any form in which it is chosen, also by a phase', () => {
		assert.deepEqual(
			[
				names('experiment=own'),
				names("experiment='own'"),
				names('experiment=quick_test,own'),
				names('experiment=night'),
			],
			[true, true, true, true],
		);
		assert.equal(names('experiment=quick_test', 'experiment.workload.config=b.json'), true);
	});

	test('is not found where none was chosen', () => {
		assert.deepEqual([names(), names('experiment=quick_test')], [false, false]);
	});
});
