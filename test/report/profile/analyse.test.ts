import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {analyse} from '../../../source/report/profile/analyse.ts';
import {makeCapture} from '../../rig/synthetic-capture.ts';

const measured = {includeWarmUp: false};
const kernel = (start: number, end: number, correlation: number) =>
	({kind: 'kernel', start, end, correlation}) as const;

suite('what a capture says', () => {
	test('is of the operations that a range launched, whenever they ran', () => {
		const {stages, scope} = analyse(
			makeCapture({
				ranges: [
					['test_a', 0, 10],
					['test_b', 20, 30],
				],
				calls: [
					[5, 1],
					[25, 2],
				],
				// Each runs while the other range is open.
				operations: [kernel(21, 29, 1), kernel(1, 4, 2)],
			}),
			measured,
		);

		assert.deepEqual(
			stages.map(({name, span, launchDelay}) => [name, span?.p50Ns, launchDelay?.p50Ns]),
			[
				['test_a', 8, 16],
				['test_b', 3, -24],
			],
		);
		assert.deepEqual([scope.startNs, scope.endNs], [1, 29]);
	});

	test('goes on to the last operation of a range, not to the end of its enqueueing', () => {
		const {scope, devices} = analyse(
			makeCapture({
				ranges: [['test_x', 0, 10]],
				calls: [
					[1, 1],
					[2, 2],
				],
				operations: [kernel(5, 9, 1), kernel(50, 90, 2)],
			}),
			measured,
		);

		assert.equal(scope.endNs, 90);
		assert.deepEqual([devices[0]?.windowNs, devices[0]?.busyNs], [85, 44]);
	});

	test('counts an operation for every range around its call, also where ranges overlap without nesting', () => {
		const {stages} = analyse(
			makeCapture({
				ranges: [
					['test_left', 0, 20],
					['test_right', 10, 30],
				],
				calls: [
					[5, 1],
					[15, 2],
					[25, 3],
					[35, 4],
				],
				operations: [1, 2, 3, 4].map((id) => kernel(100 * id, 100 * id + 10, id)),
			}),
			measured,
		);

		assert.deepEqual(
			stages.map(({name, operations}) => [name, operations]),
			[
				['test_left', 2],
				['test_right', 2],
			],
		);
	});

	const withWarmUp = makeCapture({
		ranges: [
			['run gpu0', 0, 100],
			['warmup_batch_0', 0, 10],
			['measure', 20, 30],
		],
		calls: [
			[5, 1],
			[25, 2],
		],
		operations: [kernel(6, 8, 1), kernel(26, 29, 2)],
	});

	test('leaves warm-up out, even inside of a range that counts', () => {
		const {kernels, scope, stages} = analyse(withWarmUp, measured);

		assert.deepEqual([kernels.all?.count, kernels.all?.totalNs, scope.warmUpRanges], [1, 3, 1]);
		assert.deepEqual(
			stages.map(({name}) => name),
			['run gpu#', 'measure'],
		);
	});

	test('has warm-up where it is asked for', () => {
		assert.equal(analyse(withWarmUp, {includeWarmUp: true}).kernels.all?.count, 2);
	});

	test('counts everything where no range says what was measured, and says so', () => {
		const {kernels, scope, warnings} = analyse(makeCapture({calls: [[5, 1]], operations: [kernel(6, 8, 1)]}), measured);

		assert.deepEqual([kernels.all?.count, scope.from], [1, 'capture']);
		assert.match(warnings.join(), /No NVTX range says what was measured/);
	});

	test('is busy with the operations of others, but does not count them as measured', () => {
		const {scope, devices, kernels} = analyse(
			makeCapture({
				ranges: [['test_x', 0, 10]],
				calls: [
					[1, 1],
					[15, 2],
					[2, 3],
				],
				operations: [kernel(20, 30, 1), kernel(25, 45, 2), kernel(60, 70, 3)],
			}),
			measured,
		);

		assert.deepEqual([scope.operations, scope.otherOperations, kernels.all?.count], [2, 1, 2]);
		assert.deepEqual([devices[0]?.busyNs, devices[0]?.idleNs], [35, 15]);
	});

	test('has a batch for each pass over the same samples', () => {
		const passes = [0, 1000, 2000];
		const {batches} = analyse(
			makeCapture({
				ranges: passes.flatMap((at) => [
					['test_h2d_batch_0', at, at + 10] as const,
					['test_d2h_batch_0', at + 10, at + 20] as const,
				]),
				calls: passes.flatMap((at) => [[at + 1, at + 1] as const, [at + 11, at + 2] as const]),
				operations: passes.flatMap((at) => [
					{kind: 'copy', start: at + 5, end: at + 8, correlation: at + 1, detail: 1} as const,
					{kind: 'copy', start: at + 30, end: at + 45, correlation: at + 2, detail: 2} as const,
				]),
			}),
			measured,
		);

		assert.deepEqual(
			batches?.listed.map(({number, startNs, latencyNs}) => [number, startNs, latencyNs]),
			passes.map((at) => [0, at + 5, 40]),
		);
		assert.equal(batches?.batchesPerS, 1e6);
	});

	test('has the stages of a batch that has no ranges for them by the kinds of its operations', () => {
		const {batches} = analyse(
			makeCapture({
				ranges: [['test_batch_4', 0, 10]],
				calls: [
					[1, 1],
					[2, 2],
					[3, 3],
				],
				operations: [
					{kind: 'copy', start: 5, end: 15, correlation: 1, detail: 1},
					kernel(20, 50, 2),
					{kind: 'copy', start: 60, end: 64, correlation: 3, detail: 2},
				],
			}),
			measured,
		);

		assert.deepEqual(batches?.listed, [
			{group: 'test', number: 4, startNs: 5, h2dNs: 10, computeNs: 30, d2hNs: 4, kernelNs: 30, latencyNs: 59},
		]);
	});

	test('keeps two GPUs apart', () => {
		const {devices} = analyse(
			makeCapture({
				calls: [
					[1, 1],
					[2, 2],
				],
				operations: [
					{...kernel(0, 50, 1), device: 0},
					{...kernel(25, 100, 2), device: 1},
				],
			}),
			measured,
		);

		assert.deepEqual(
			devices.map(({device, busyNs, windowNs}) => [device, busyNs, windowNs]),
			[
				[0, 50, 100],
				[1, 75, 100],
			],
		);
	});

	test('names graphs that were traced as a whole, because their kernels are hidden', () => {
		const {wholeGraphs, warnings} = analyse(
			makeCapture({calls: [[1, 1]], operations: [{kind: 'graph', start: 5, end: 25, correlation: 1}]}),
			measured,
		);

		assert.deepEqual([wholeGraphs?.count, wholeGraphs?.totalNs], [1, 20]);
		assert.match(warnings.join(), /--cuda-graph-trace=node/);
	});
});
