import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {JsonObject} from '../../source/domain/json.ts';
import {composeLine, ownSuite, planLine, planOwn, reading, refusalOf} from '../rig/suites.ts';

type Refused = {readonly line: string; readonly says: RegExp; readonly advises: RegExp};

const refused: readonly Refused[] = [
	{line: 'experiment.test.batchsize=8', says: /experiment\.test\.batchsize/, advises: /experiment\.test\.batch_size/},
	{line: 'experiment.tests.batch_size=8', says: /nothing reads/, advises: /experiment\.test/},
	{line: 'experiment.vit_configs.0.dept=8', says: /vit_configs\.0\.dept/, advises: /depth/},
	{line: 'vit.depth=4', says: /vit\.depth/, advises: /experiment\.vit_configs\.\*\.depth/},
	{line: '+experiment.test.foo=1', says: /experiment\.test\.foo/, advises: /./},
	{line: '++experiment.test.foo=1', says: /experiment\.test\.foo/, advises: /./},
	{line: 'output.base=/data', says: /output\.base/, advises: /output\.base_dir/},
	{
		line: 'experiment.test.batch_size=many',
		says: /"many" is not allowed: .*number/,
		advises: /experiment\.test\.batch_size=/,
	},
	{line: 'experiment.test.batch_size=2.5', says: /2\.5.*a whole number/, advises: /experiment\.test\.batch_size=/},
	{
		line: '"experiment.test.batch_size=\'8\'"',
		says: /="8" is not allowed: .*number/,
		advises: /experiment\.test\.batch_size=/,
	},
	{
		line: 'experiment.test.compile_model=maybe',
		says: /"maybe" is not allowed: .*(true or false|boolean)/,
		advises: /experiment\.test\.compile_model=/,
	},
	{line: 'experiment.test.batch_size=0', says: /=0 is not allowed: it is above 0/, advises: /batch_size=1/},
	{line: 'experiment.test.warmup_samples=-1', says: /at least 0/, advises: /warmup_samples=0/},
	{line: 'experiment.test.timeout_s=0', says: /above 0/, advises: /timeout_s=1/},
	{
		line: 'experiment.test.compile_mode=fast',
		says: /default, reduce-overhead, max-autotune/,
		advises: /compile_mode=default/,
	},
	{line: 'experiment.test.tensor_shape=[3,224]', says: /tensor_shape/, advises: /tensor_shape/},
	{line: 'experiment.hardware.gpu_ids=[-1]', says: /gpu_ids/, advises: /gpu_ids/},
	{line: 'experiment.hardware.numa_nodes=near', says: /auto, local, remote, all/, advises: /numa_nodes=/},
	{line: 'experiment.vit_configs.1.heads=7', says: /multiple of heads/, advises: /heads/},
	{line: 'experiment.test.batch_size=4,8', says: /2 values/, advises: /-m 'experiment\.test\.batch_size=4,8'/},
	{line: "'experiment.test.batch_size=range(1,4)'", says: /3 values/, advises: /-m/},
	{line: "-m 'experiment.test.batch_size=range(1,4,0)'", says: /range/, advises: /step that is not 0/},
	{line: "-m 'experiment.test.batch_size=range(0,inf)'", says: /never ends|finite/, advises: /stop|finite/},
	{line: "-m 'experiment.test.batch_size=range(3,3)'", says: /no values/, advises: /range\(0,3\)/},
	{
		line: "-m 'experiment.test.batch_size=range(1,1002)' 'experiment.test.num_samples=range(1,1001)'",
		says: /1001000 jobs; at most 1000000/,
		advises: /fewer values/,
	},
	{line: 'experiment=quicktest', says: /no suite quicktest/, advises: /experiment=quick_test/},
	{line: '+experiment=custom experiment.vit_configs.patch_size=16', says: /no suite custom/, advises: /--suites/},
	{line: '~experiment', says: /name of one suite/, advises: /experiment=quick_test/},
	{
		line: 'experiment=[quick_test,numa_study]',
		says: /name of one suite/,
		advises: /-m experiment=numa_study,scaling_study/,
	},
	{
		line: '+experiment.test.batch_size=8',
		says: /is there already \(10\)/,
		advises: /experiment\.test\.batch_size=… changes it/,
	},
	{line: '~experiment.test.queue_depth', says: /is not there/, advises: /--cfg job/},
	{line: '~experiment.test.batch_size=3', says: /is 10 and not 3/, advises: /./},
	{line: "'experiment.vit_configs[6].depth=4'", says: /no element 6.*\(0 to 5\)/, advises: /./},
	{line: 'experiment.vit_configs=[]', says: /at least one model/, advises: /experiment\.vit_configs=\[/},
	{line: 'experiment.test.batch_size.x=1', says: /nothing reads/, advises: /./},
	{line: 'hydra.run.dir=x', says: /Hydra itself does not run here/, advises: /./},
	{line: 'hydra.job.chdir=true', says: /Hydra itself does not run here/, advises: /./},
	{line: 'hydra/launcher=joblib', says: /only group is experiment/, advises: /./},
	{line: 'experiment@home=quick_test', says: /packages/, advises: /experiment=/},
	{line: '=1', says: /key is empty|\^/, advises: /./},
	{line: "'experiment.hardware.gpu_ids=[0,1'", says: /\^/, advises: /./},
	{line: '-m experiment.max_workers=2,4', says: /belongs to the whole run/, advises: /experiment\.max_workers=VALUE/},
	{line: '-m output.base_dir=a,b', says: /belongs to the whole run/, advises: /one run for each/},
	{line: 'experiment.axes.size=[1,2]', says: /does not read experiment\.axes\.size/, advises: /axes\.size/},
	{
		line: 'experiment.hardware.device=cuda experiment.hardware.gpu_ids=[]',
		says: /device=cuda needs a GPU/,
		advises: /gpu_ids=auto/,
	},
	{line: 'experiment.axes.size=[]', says: /axes\.size/, advises: /./},
	{
		line: 'experiment=quick_test hardware.split_binding=true hardware.binding=cpu',
		says: /split_binding=true binds memory, and experiment\.hardware\.binding=cpu does not/,
		advises: /binding=strict/,
	},
	{
		line: 'experiment=rq4_numa_locality_effects hardware.split_binding=true',
		says: /vit_configs\.0\.numa_node holds CPUs and memory on one node/,
		advises: /~experiment\.vit_configs\.0\.numa_node/,
	},
	{line: 'experiment=quick_test experiment.order=random', says: /listed, interleaved, paired/, advises: /order=listed/},
];

suite('a command line that cannot be meant', () => {
	for (const {line, says, advises} of refused) {
		test(`is refused with a way out: ${line}`, () => {
			const {message, advice} = refusalOf(() => planLine(line));

			assert.match(message, says);
			assert.match(advice, advises);
		});
	}
});

suite('a suite of the user’s that cannot be meant', () => {
	const refuse = (experiment: JsonObject) => refusalOf(() => planOwn(experiment));

	test('has a key that nothing reads: the nearest one is named', () => {
		const {message, advice} = refuse({workload: {command: ['true']}, exclusiv: 'host'});

		assert.match(message, /own\.yaml: nothing reads the key experiment\.exclusiv\./);
		assert.match(advice, /experiment\.exclusive/);
	});

	test('sets a key that its command ignores: nothing would have told that it has no effect', () => {
		const {message, advice} = refuse({workload: {command: ['true']}, test: {batch_size: 8}});

		assert.match(message, /does not read experiment\.test\.batch_size/);
		assert.match(advice, /params\.batch_size/);
	});

	test('has models that its command ignores', () => {
		const model = {patch_size: 32, depth: 2, heads: 4, dim: 256, mlp_dim: 1024};
		const workload = reading('params.patch_size', 'params.depth', 'params.heads', 'params.dim');

		assert.match(refuse({workload, vit_configs: [model]}).message, /does not read experiment\.vit_configs\.0\.mlp_dim/);
	});

	test('has an axis that its command ignores', () => {
		const {message} = refuse({workload: {command: ['true']}, axes: {size: [1, 2]}});

		assert.match(message, /does not read experiment\.axes\.size/);
	});

	for (const [placeholder, nearest] of [
		['axes.siez', 'axes.size'],
		['params.batchsize', 'params.batch_size'],
		['gpu.uid', 'gpu.uuid'],
		['params.depth', 'known:'],
	] as const) {
		test(`asks for ${placeholder}, which nothing fills`, () => {
			const {message, advice} = refuse({workload: reading('axes.size', placeholder), axes: {size: [1]}});

			assert.ok(message.includes(placeholder), message);
			assert.ok(advice.includes(nearest), advice);
		});
	}

	for (const workload of [{command: []}, {command: 'sleep 1'}, {}, 'resnet', {command: ['true'], env: {'A B': 'x'}}]) {
		test(`has the workload ${JSON.stringify(workload)}`, () => {
			assert.match(refuse({workload}).message, /experiment\.workload/);
		});
	}

	test('refers to a key that is not there', () => {
		const description = ['$', '{experiment.nam}'].join('');

		assert.match(refuse({workload: {command: ['true']}, description}).message, /names a key that is not in/);
	});

	test('refers to itself', () => {
		const description = ['$', '{experiment.description}'].join('');

		assert.match(refuse({workload: {command: ['true']}, description}).message, /refers to itself/);
	});

	test('refers to a variable that is not set', () => {
		const description = ['$', '{oc.env:NOWHERE}'].join('');

		assert.match(refuse({workload: {command: ['true']}, description}).message, /NOWHERE, which is not set/);
	});

	test('has no name', () => {
		const suites = [{name: 'own', origin: 'own.yaml', config: {experiment: {workload: {command: ['true']}}}}];
		const {message, advice} = refusalOf(() => composeLine('experiment=own', {suites}));

		assert.match(message, /own\.yaml: experiment\.name is missing/);
		assert.match(advice, /add experiment\.name/);
	});

	test('has models of which there are none, so that nothing would run', () => {
		assert.match(
			refusalOf(() =>
				planLine('experiment=own', {suites: [ownSuite({workload: {command: ['true']}, vit_configs: []})]}),
			).message,
			/plan is empty/,
		);
	});
});
