import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {composeLine, ownSuite, refusalOf, shippedSuites} from '../rig/suites.ts';

const jobsOf = (line: string) => composeLine(line).jobs;
const onlyJob = (line: string) => {
	const [job, ...more] = jobsOf(line);
	assert.ok(job && more.length === 0);
	return job;
};
const settingsOf = (line: string) => onlyJob(line).suite.experiment.test;

suite('a composed suite', () => {
	test('is numa_study where no suite is named', () => {
		assert.equal(onlyJob('experiment.test.batch_size=8').suiteName, 'numa_study');
	});

	test('is completed with the defaults of every key that its file leaves out', () => {
		const {test: settings, blocks, order, duplicates, exclusive} = onlyJob('experiment=quick_test').suite.experiment;

		assert.deepEqual(settings, {
			num_samples: 100,
			batch_size: 5,
			warmup_samples: 20,
			memory_size_mb: 256,
			tensor_shape: [3, 224, 224],
			compile_model: false,
			compile_mode: 'default',
			pipeline_mode: 'async',
			preprocessing_mode: 'none',
			queue_depth: 2,
			execution: 'eager',
			min_window_s: 1,
			measure_floors: true,
			timeout_s: 300,
		});
		assert.deepEqual([blocks, order, duplicates, exclusive], [1, undefined, 'once', undefined]);
	});

	test('takes the last of two values of one key', () => {
		assert.equal(settingsOf('experiment.test.batch_size=4 experiment.test.batch_size=8').batch_size, 8);
	});

	test('is chosen before values are set, wherever its name stands on the line', () => {
		const {suiteName, suite: composed} = onlyJob('experiment.test.batch_size=7 experiment=quick_test');

		assert.deepEqual([suiteName, composed.experiment.test.batch_size], ['quick_test', 7]);
	});

	test('keeps what an override does not name, so that the file stays the base of every job', () => {
		const before = structuredClone(shippedSuites);

		composeLine("-m experiment=quick_test experiment.test.batch_size=1,2 'experiment.vit_configs.0.depth=3'");

		assert.deepEqual(shippedSuites, before);
	});

	test('takes keys of the experiment without its name in front', () => {
		assert.equal(onlyJob('hardware.binding=off').suite.experiment.hardware.binding, 'off');
	});

	test('reads a spelling of the field as the mode that it means', () => {
		assert.equal(settingsOf('experiment.test.pipeline_mode=synchronous').pipeline_mode, 'sync');
	});

	test('reads one number for a list of nodes, as each job of numa_nodes=0,2 has it', () => {
		const nodes = jobsOf('-m experiment.hardware.numa_nodes=0,2').map(({suite: {experiment}}) => experiment.hardware);

		assert.deepEqual(
			nodes.map(({numa_nodes}) => numa_nodes),
			[[0], [2]],
		);
	});

	test('has a key added with +, added or changed with ++ and removed with ~', () => {
		assert.equal(settingsOf('+experiment.test.queue_depth=4').queue_depth, 4);
		assert.equal(settingsOf('++experiment.test.batch_size=3').batch_size, 3);
		assert.equal(settingsOf('~experiment.test.batch_size').batch_size, 10);
		assert.equal(settingsOf('~experiment.test.batch_size=10').batch_size, 10);
	});

	test('has a dictionary merged and a list replaced', () => {
		const {test: settings, hardware} = onlyJob("experiment.test={batch_size:3} 'experiment.hardware.gpu_ids=[2]'").suite
			.experiment;

		assert.deepEqual([settings.batch_size, settings.num_samples, hardware.gpu_ids], [3, 1000, [2]]);
	});

	for (const key of [
		'experiment.vit_configs.depth',
		'experiment.vit_configs.*.depth',
		'experiment.vit_configs[*].depth',
	]) {
		test(`has a key of every model changed by ${key}`, () => {
			const models = onlyJob(`'${key}=3'`).suite.experiment.vit_configs ?? [];

			assert.deepEqual(
				models.map(({depth}) => depth),
				[3, 3, 3, 3, 3, 3],
			);
		});
	}

	test('fills references to its own values and to the environment', () => {
		const name = ['$', '{experiment.name}-', '$', '{oc.env:WHO,nobody}'].join('');
		const suites = [ownSuite({name: 'night', workload: {command: ['true']}, description: name})];
		const describe = (env: {readonly [name: string]: string}) =>
			composeLine('experiment=own', {suites, env}).jobs[0]?.suite.experiment.description;

		assert.deepEqual([describe({}), describe({WHO: 'me'})], ['night-nobody', 'night-me']);
	});

	test('fills a command with what the environment says, and with nothing else', () => {
		const fill = (text: string) => ['$', `{${text}}`].join('');
		const workload = {command: ['run', fill('experiment.name')], cwd: `${fill('oc.env:HERE,there')}/x`};
		const suites = [ownSuite({workload})];
		const read = (env: {readonly [name: string]: string}) =>
			composeLine('experiment=own', {suites, env}).jobs[0]?.suite.experiment.workload;

		assert.deepEqual(read({}), {command: ['run', fill('experiment.name')], cwd: 'there/x', env: {}});
		assert.deepEqual(read({HERE: '/data'}), {command: ['run', fill('experiment.name')], cwd: '/data/x', env: {}});
		assert.match(
			refusalOf(() =>
				composeLine('experiment=own', {suites: [ownSuite({workload: {command: [fill('oc.env:NOWHERE')]}})]}),
			).message,
			/needs the environment variable NOWHERE, which is not set/,
		);
	});

	test('leaves placeholders of its command to the launch', () => {
		const command = ['echo', ['$', '{run_id}'].join('')];
		const [job] = composeLine('experiment=own', {suites: [ownSuite({workload: {command}})]}).jobs;

		assert.deepEqual(job?.config.experiment, {
			name: 'own',
			hardware: {gpu_ids: [], numa_nodes: []},
			workload: {command},
		});
	});
});

suite('the jobs of a sweep', () => {
	test('are numbered from 0 and vary the rightmost key fastest', () => {
		const jobs = jobsOf('-m experiment=quick_test experiment.test.batch_size=1,2 experiment.test.queue_depth=4,8,16');

		assert.deepEqual(
			jobs.map(({number, overrides}) => `${number} ${overrides.slice(1).join(' ')}`),
			[
				'0 experiment.test.batch_size=1 experiment.test.queue_depth=4',
				'1 experiment.test.batch_size=1 experiment.test.queue_depth=8',
				'2 experiment.test.batch_size=1 experiment.test.queue_depth=16',
				'3 experiment.test.batch_size=2 experiment.test.queue_depth=4',
				'4 experiment.test.batch_size=2 experiment.test.queue_depth=8',
				'5 experiment.test.batch_size=2 experiment.test.queue_depth=16',
			],
		);
	});

	test('keep a key that comes again in its first place, with its last values', () => {
		const jobs = jobsOf(
			'-m experiment.test.batch_size=1,2 experiment.test.queue_depth=4,8 experiment.test.batch_size=3,5',
		);

		assert.deepEqual(
			jobs.map(({suite: {experiment}}) => [experiment.test.batch_size, experiment.test.queue_depth]),
			[
				[3, 4],
				[3, 8],
				[5, 4],
				[5, 8],
			],
		);
	});

	test('pair the values of a zip instead of crossing them', () => {
		const jobs = jobsOf(
			"-m 'zip(experiment.test.batch_size=[1,2],experiment.test.queue_depth=[4,8])' experiment.test.num_samples=10,20",
		);

		assert.deepEqual(
			jobs.map(({suite: {experiment}}) => [
				experiment.test.batch_size,
				experiment.test.queue_depth,
				experiment.test.num_samples,
			]),
			[
				[1, 4, 10],
				[1, 4, 20],
				[2, 8, 10],
				[2, 8, 20],
			],
		);
	});

	test('go through suites as through any other value', () => {
		assert.deepEqual(
			jobsOf('-m experiment=numa_study,scaling_study').map(({suiteName}) => suiteName),
			['numa_study', 'scaling_study'],
		);
	});

	test('come in the same shuffled order for the same seed, and in another one for another', () => {
		const order = (seed: number) =>
			composeLine("-m 'experiment.test.batch_size=shuffle(range(1,9))'", {seed}).jobs.map(
				({suite: {experiment}}) => experiment.test.batch_size,
			);

		assert.deepEqual(order(1), order(1));
		assert.notDeepEqual(order(1), order(2));
		assert.deepEqual(order(1).toSorted(), [1, 2, 3, 4, 5, 6, 7, 8]);
	});

	test('are all checked before the first of them could start', () => {
		const {message} = refusalOf(() => composeLine('-m experiment.test.batch_size=1,2,3,0'));

		assert.match(message, /experiment\.test\.batch_size=0/);
	});
});
