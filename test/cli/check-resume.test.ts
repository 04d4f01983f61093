import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findMissing, isPlanTorn, listChanges, listLeft} from '../../source/cli/check-resume.ts';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Machine} from '../../source/domain/topology.ts';
import type {PythonFound} from '../../source/effects/python.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, failed, opened, planned, play, ran, spoilt, topology} from '../rig/story.ts';
import {machine} from '../rig/suites.ts';

const [one, two, three] = [cell({runId: 'one'}), cell({runId: 'two'}), cell({runId: 'three', gpuId: 1})];
const begin = (change: Partial<Experiment> = {}) => [opened(), planned([one, two, three], {change})];

const missing = (state: RunState, now: Machine) =>
	findMissing(listLeft(state), state.opened ?? assert.fail('never opened'), now).map(({message}) => message);

const python = (changes: Partial<Extract<PythonFound, {kind: 'found'}>> = {}): PythonFound => ({
	kind: 'found',
	path: '/usr/bin/python3',
	how: 'PATH',
	version: '3.12.3',
	torch: '2.11.0',
	cuda: null,
	...changes,
});

suite('a plan that was cut off', () => {
	test('by the death of its runner is known, and a whole one is not taken for it', () => {
		const whole = opened({experiments: 3});

		assert.equal(isPlanTorn(play(whole)), true);
		assert.equal(isPlanTorn(play(whole, planned([one, two]))), true);
		assert.equal(isPlanTorn(play(whole, planned([one, two, three]))), false);
	});

	test('in a journal that does not say how long it is, is known when nothing is planned', () => {
		assert.equal(isPlanTorn(play(opened())), true);
		assert.equal(isPlanTorn(play(...begin())), false);
	});
});

suite('what a resumed run still needs of its machine', () => {
	test('is nothing more than what the experiments need that are left: all but committed successes', () => {
		const state = play(...begin(), ...ran('one'), ...failed('two'), ...spoilt('three'));

		assert.deepEqual(
			listLeft(state).map(({id}) => id),
			['two', 'three'],
		);
	});

	test('is there on the same machine', () => {
		assert.deepEqual(missing(play(...begin()), machine()), []);
	});

	test('is gone when a GPU with another UUID stands in its place, once for all experiments of the lane', () => {
		const gpus = topology().gpus.map((gpu) => (gpu.index === 0 ? {...gpu, uuid: 'GPU-other'} : gpu));
		const state = play(...begin());

		const problems = findMissing(listLeft(state), state.opened ?? assert.fail(), machine({gpus}));

		assert.deepEqual(
			problems.map(({message, cells}) => [message, cells]),
			[['The GPU GPU-0 of lane gpu0 is not here any more.', 2]],
		);
		assert.match(problems[0]?.advice ?? '', /nvidia-smi -L/);
	});

	test('is not asked for a GPU whose experiments have all succeeded', () => {
		const gpus = topology().gpus.filter(({index}) => index !== 1);

		assert.deepEqual(missing(play(...begin(), ...ran('three')), machine({gpus})), []);
	});

	test('is gone with the node that an experiment is bound to, and with the right to bind to it', () => {
		const state = play(...begin({binding: {kind: 'strict', node: 0}}));
		const nodes = topology().nodes.filter(({id}) => id !== 0);
		const refused = {0: {kind: 'cpu-only', reason: 'set_mempolicy is not permitted here.'}} as const;

		assert.deepEqual(missing(state, machine({nodes})), ['The NUMA node 0 is not here any more.']);
		assert.match(missing(state, machine({}, refused))[0] ?? '', /no longer be bound to NUMA node 0: set_mempolicy/);
	});

	test('is less where only the CPUs are bound', () => {
		const state = play(...begin({binding: {kind: 'cpu', node: 0, reason: 'asked for'}}));

		assert.deepEqual(missing(state, machine({}, {0: {kind: 'cpu-only', reason: 'no'}})), []);
		assert.equal(missing(state, machine({}, {0: {kind: 'none', reason: 'no'}})).length, 1);
	});
});

suite('what changed between a run and its resume', () => {
	const before = {path: '/usr/bin/python3', version: '3.12.3', torch: '2.11.0'};
	const kernel = {numa_balancing: 0, transparent_hugepage: 'madvise', zone_reclaim_mode: 0};
	const run = {...opened({provenance: {python: before, kernel}}), at: 0};

	test('is nothing where all is as before', () => {
		assert.deepEqual(listChanges(run, machine(), python(), kernel), []);
	});

	test('is said for each kernel setting that decides where pages lie', () => {
		const now = {...kernel, numa_balancing: 1, transparent_hugepage: 'always'};

		assert.deepEqual(listChanges(run, machine(), python(), now), [
			'The kernel setting kernel.numa_balancing was 0 and is 1 since this resume.',
			'The kernel setting transparent_hugepage/enabled was madvise and is always since this resume.',
		]);
	});

	test('is nothing of the kernel where an older version began the run and kept none of its settings', () => {
		const old = {...opened({provenance: {python: before}}), at: 0};

		assert.deepEqual(listChanges(old, machine(), python(), kernel), []);
	});

	test('is said for the driver, the interpreter and its versions', () => {
		const changes = listChanges(
			run,
			machine({driverVersion: '999.1'}),
			python({version: '3.13.0', torch: '2.12.0'}),
			kernel,
		);

		assert.equal(changes.length, 3);
		assert.match(changes[0] ?? '', /^The driver was .* and is 999\.1 since this resume\.$/);
		assert.match(changes[1] ?? '', /^The Python version was 3\.12\.3 and is 3\.13\.0/);
		assert.match(changes[2] ?? '', /^The PyTorch version was 2\.11\.0 and is 2\.12\.0/);
	});
});
