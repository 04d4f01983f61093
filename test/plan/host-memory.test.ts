import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {playBeside} from '../../source/plan/beside.ts';
import {describeHostMemory, type HostNeed, judgeHostMemory} from '../../source/plan/host-memory.ts';
import {planOwn} from '../rig/suites.ts';

const GIB = 1024;
const ROOM = {totalMiB: 125 * GIB, freeMiB: 105 * GIB};
const plan = planOwn({
	max_workers: 4,
	axes: {circuit: ['small', 'large', 'huge', 'mid']},
	workload: {command: ['prove', ['$', '{axes.circuit}'].join('')]},
});
const declared = (gib: number): HostNeed => ({mib: gib * GIB, source: 'declared'});
const judge = (needs: {readonly [circuit: string]: HostNeed}, room: Parameters<typeof judgeHostMemory>[2] = ROOM) =>
	judgeHostMemory(plan, ({axes}) => needs[String(axes.circuit)] ?? declared(0), room);

suite('a plan of what needs much memory of the host', () => {
	test('says of two that do not fit together that they wait for each other, and how many run at once then', () => {
		const {atOnce, lanesAtOnce, limits, apart} = judge({large: declared(62), huge: declared(62)});

		assert.deepEqual([atOnce, lanesAtOnce], [3, 4]);
		assert.deepEqual(
			limits.map(({neededMiB, experiments, atOnce: fitting}) => [neededMiB, experiments, fitting]),
			[[62 * GIB, 2, 1]],
		);
		assert.deepEqual(
			apart.map(({mib}) => mib),
			[62 * GIB, 62 * GIB],
		);
		assert.deepEqual(describeHostMemory(judge({large: declared(62), huge: declared(62)})), [
			'host memory: 2 experiments (circuit-large and others) need 62.0 GiB each: 1 at once in 105.0 GiB that are free now',
			'host memory: circuit-large 62.0 GiB, circuit-huge 62.0 GiB do not fit together: 124.0 GiB of 105.0 GiB that are free now; they wait for each other',
			'host memory: at most 3 at once, and not 4',
		]);
	});

	test('counts different needs together', () => {
		const {limits, apart} = judge({large: declared(62), huge: declared(50)});

		assert.deepEqual([limits, apart.length], [[], 2]);
	});

	test('says nothing where all fits, and where nobody knows what there is', () => {
		assert.deepEqual(describeHostMemory(judge({large: declared(62), mid: declared(40)})), []);
		assert.deepEqual(describeHostMemory(judge({large: declared(62)}, {totalMiB: null, freeMiB: null})), []);
	});

	test('says of one that is more than the machine that it is never had, and of one that only was likely not', () => {
		const [never] = describeHostMemory(judge({large: declared(200)}));
		const [likely] = describeHostMemory(judge({large: {mib: 200 * GIB, source: 'learnt'}}));

		assert.equal(never, 'host memory: circuit-large needs 200.0 GiB: this machine never has it');
		assert.match(likely ?? '', /circuit-large took in an earlier run 200\.0 GiB: no room in 105\.0 GiB/);
	});

	test('goes by the whole memory of a machine that is not this one', () => {
		assert.match(
			describeHostMemory(judge({large: declared(80), huge: declared(80)}, {...ROOM, freeMiB: null}))[0] ?? '',
			/1 at once in 125\.0 GiB in all/,
		);
	});
});

suite('the time of a plan in which memory keeps experiments apart', () => {
	const lasting = (hostGiB: readonly number[]) =>
		plan.experiments.map((experiment, index) => ({experiment, seconds: 10, hostMiB: (hostGiB[index] ?? 0) * GIB}));

	test('is longer by what waits', () => {
		assert.equal(playBeside(lasting([0, 0, 0, 0]), 4, 105 * GIB), 10);
		assert.equal(playBeside(lasting([62, 62, 0, 0]), 4, 105 * GIB), 20);
		assert.equal(playBeside(lasting([62, 62, 62, 62]), 4, 105 * GIB), 40);
	});

	test('ends where one needs more than there is: it runs alone', () => {
		assert.equal(playBeside(lasting([200, 0, 0, 0]), 4, 105 * GIB), 20);
	});

	test('has no more at once than workers', () => {
		assert.equal(playBeside(lasting([1, 1, 1, 1]), 2, 105 * GIB), 20);
	});
});
