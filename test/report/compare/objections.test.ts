import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {compareRuns} from '../../../source/report/compare/compare-runs.ts';
import {cell, PARAMS, topology} from '../../rig/story.ts';
import {tellRun} from '../../rig/two-runs.ts';

type Told = NonNullable<Parameters<typeof tellRun>[1]>;

const a = tellRun('a', {blocks: 1});
const objections = (told: Told) => compareRuns(a, tellRun('b', {blocks: 1, ...told})).objections;
const kinds = (told: Told) => objections(told).map(({kind}) => kind);

suite('two runs are not compared unasked', () => {
	test('where they are one and the same', () => {
		assert.deepEqual(
			compareRuns(a, a).objections.map(({says}) => says),
			['A and B are the same run.'],
		);
	});

	test('where one is simulated, or was measured by another program', () => {
		assert.deepEqual(kinds({opening: {simulated: true}}), ['simulated']);
		const foreign = {foreign: {kind: 'results.json', folder: 'old', limits: []}} as NonNullable<Told['opening']>;
		assert.deepEqual(objections({opening: foreign}), [
			{kind: 'foreign', says: 'Only B was measured by another program and imported.'},
		]);
	});

	test('where they ran different suites', () => {
		const [objection] = objections({opening: {jobs: [{suite: 'rq1', overrides: [], workload: 0}]}});
		assert.equal(objection?.says, 'The suites differ: numa_study against rq1.');
	});

	test('where settings changed the work, each said once', () => {
		const changed = [0, 2].map((numaNode) => cell({numaNode, params: {...PARAMS, batch_size: 32}}));
		assert.deepEqual(objections({cells: changed}), [
			{kind: 'settings', says: 'In 2 of 2 cells they did different work: batch_size 10 against 32.'},
		]);
	});

	test('where a GPU that was used is another one, or the CPUs are', () => {
		const gpus = topology().gpus.map((gpu) => ({...gpu, name: gpu.index === 0 ? 'Other GPU' : gpu.name}));
		assert.match(
			objections({opening: {topology: topology({gpus})}})[0]?.says ?? '',
			/GPU 0 Story GPU against GPU 0 Other/,
		);
		assert.deepEqual(kinds({opening: {topology: topology({cpuModel: 'Other CPU'})}}), ['hardware']);
	});

	test('where they were measured on another device or held in another way', () => {
		assert.deepEqual(kinds({measure: () => ({device: 'cpu'})}), ['device']);
	});

	test('where workloads read other data', () => {
		const read = (hash: string) => ({effective: {...PARAMS, data_hash: hash}});
		const [first, second] = ['abc', 'def'].map((hash) => tellRun(hash, {blocks: 1, measure: () => read(hash)}));
		assert.ok(first && second);
		assert.deepEqual(
			compareRuns(first, second).objections.map(({says}) => says),
			['They read different data: data_hash abc against data_hash def.'],
		);
	});
});

suite('two runs are compared without a word', () => {
	for (const [what, told] of [
		['another seed, host name or GPU of the same kind', {opening: {seed: 4, topology: topology({hostname: 'b'})}}],
		['another number of blocks', {blocks: 3}],
		[
			'another time limit and another label',
			{cells: [0, 2].map((numaNode) => cell({numaNode, params: {...PARAMS, timeout_s: 5, name: 'x'}}))},
		],
		['a GPU that neither used', {opening: {topology: topology({gpus: topology().gpus.slice(0, 2)})}}],
	] as const)
		test(`with ${what}`, () => assert.deepEqual(objections(told as Told), []));
});

suite('what differs', () => {
	test('is listed by what kind of thing it is, and nothing else is', () => {
		const provenance = (sha: string, limit: number) => ({
			workload_sha256: sha,
			gpu_inventory: {cuda: '13.0', gpus: [{uuid: 'GPU-0', name: 'Story GPU', powerLimitWatts: {current: limit}}]},
			kernel: {numa_balancing: 0},
		});
		const tell = (token: string, torch: string, sha: string, limit: number, queue: number, driver: string) =>
			tellRun(token, {
				blocks: 1,
				opening: {
					config: {experiment: {test: {queue_depth: queue}}},
					provenance: provenance(sha, limit),
					topology: topology({driverVersion: driver}),
				},
				measure: () => ({versions: {torch}}),
			});
		const {differences} = compareRuns(tell('a', '2.10', 'x1', 700, 2, '570'), tell('b', '2.11', 'x2', 600, 4, '580'));
		assert.deepEqual(
			differences.map(({group, key, a: inA, b: inB}) => [group, key, inA, inB]),
			[
				['configuration', 'experiment.test.queue_depth', 2, 4],
				['versions', 'torch', '2.10', '2.11'],
				['driver', 'driver', '570', '580'],
				['driver', 'gpu0.powerLimitWatts.current', 700, 600],
				['data', 'workload_sha256', 'x1', 'x2'],
			],
		);
	});

	test('is nothing where all is the same', () =>
		assert.deepEqual(compareRuns(a, tellRun('b', {blocks: 1})).differences, []));
});
