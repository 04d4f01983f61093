import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {commandsOf, ownSuite, planOwn, refusalOf} from '../rig/suites.ts';

const slot = (name: string) => ['$', `{${name}}`].join('');

const refuse = (rules: JsonObject): string => refusalOf(() => planOwn({workload: {command: ['x'], ...rules}})).message;

suite('what a suite says of what a command leaves', () => {
	test('has its placeholders filled for each experiment', () => {
		const own = ownSuite({
			axes: {n: [1, 2]},
			workload: {
				command: ['solve', slot('axes.n')],
				metrics: {
					loss: {json: `${slot('work_dir')}/${slot('axes.n')}.json`, at: '/loss'},
					rate: '^rate=(.*)$',
				},
				samples: {csv: `${slot('run_id')}.csv`, column: 'ms'},
				files: [`${slot('run_dir')}/${slot('axes.n')}.bin`],
			},
		});
		const [, second] = commandsOf('experiment=own', {suites: [own]}).values();

		assert.deepEqual(second?.output, {
			metrics: {loss: {json: '/here/2.json', at: '/loss'}, rate: {pattern: '^rate=(.*)$'}},
			samples: {csv: 'n-2.csv', column: 'ms'},
			files: [{path: '/runs/1/2.bin'}],
		});
	});

	test('is nothing where it says nothing', () => {
		const [command] = commandsOf('experiment=own', {suites: [ownSuite({workload: {command: ['x']}})]}).values();

		assert.equal(command?.output, undefined);
	});

	for (const [rules, problem] of [
		[{metrics: {a: 'no group'}}, /metrics\.a.*needs a group/],
		[{metrics: {a: '(a)(?=b)'}}, /ahead or behind/],
		[{metrics: {a: {pattern: '(a'}}}, /no regular expression/],
		[{metrics: {a: {unit: 'ms'}}}, /one of pattern, json, csv and parquet/],
		[{metrics: {a: {pattern: '(a)', json: 'a.json', at: '/a'}}}, /one of pattern, json, csv and parquet/],
		[{metrics: {a: {json: 'a.json'}}}, /json and at belong together/],
		[{metrics: {a: {csv: 'a.csv'}}}, /need column/],
		[{metrics: {a: {pattern: '(a)', column: 'b'}}}, /need column, and nothing else does/],
		[{metrics: {a: {json: 'a.json', at: '', where: {b: 1}}}}, /where belongs to csv and parquet/],
		[{metrics: {a: {json: 'a.json', at: '', from: 'stderr'}}}, /from belongs to pattern/],
		[{metrics: {a: {pattern: '(a)', take: 'best'}}}, /one of first, last, mean/],
		[{metrics: {'a b': '(a)'}}, /a letter or _/],
		[{stages: [{pattern: 'a'}]}, /what begins/],
		[{progress: 'a'}, /needs a group/],
		[{exit_codes: {ok: [256]}}, /255/],
		[{success_pattern: 'a{99}'}, /more than 16 times/],
		[{files: [{path: 'a', bytes: 1}]}, /nothing reads the key .*bytes/],
		[{metrics: {a: {json: `${slot('axes.none')}.json`, at: ''}}}, /nothing fills/],
	] as const) {
		test(`is refused where it cannot be meant: ${JSON.stringify(rules)}`, () => assert.match(refuse(rules), problem));
	}

	test('is no use of an axis, which would change nothing', () => {
		const message = refusalOf(() =>
			planOwn({axes: {n: [1, 2]}, workload: {command: ['x'], files: [`${slot('axes.n')}.bin`]}}),
		).message;

		assert.match(message, /does not read experiment\.axes\.n/);
	});
});

suite("the suite of the field's own program", () => {
	test('gives it the words that it knows, a switch only where it is on', () => {
		const [plain] = commandsOf('experiment=gpu_numa_pipeline_test').values();
		const [compiled] = commandsOf('experiment=gpu_numa_pipeline_test experiment.test.compile_model=true').values();
		const words = plain?.argv.slice(plain.argv.indexOf('gpu_numa_pipeline_test.py')).join(' ');

		assert.equal(
			words,
			'gpu_numa_pipeline_test.py --gpu-id=0 --shape 3 224 224 --num-samples=1000 --batch-size=10 --warmup-samples=100' +
				' --memory-size-mb=512 --vit-patch-size=32 --vit-depth=0 --vit-heads=8 --vit-dim=512 --vit-mlp-dim=2048' +
				' --compile-mode=default',
		);
		assert.ok(compiled?.argv.includes('--compile-model'));
	});
});
