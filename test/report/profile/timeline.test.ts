import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createRandom} from '../../../source/plan/random.ts';
import {createOperations, orderByStart} from '../../../source/report/profile/operations.ts';
import {measureTimeline} from '../../../source/report/profile/timeline.ts';

const LENGTH = 300;

/** Whether a class runs, nanosecond by nanosecond. */
function paint(operations: readonly {readonly start: number; readonly end: number}[]): readonly boolean[] {
	return Array.from({length: LENGTH}, (_, at) => operations.some(({start, end}) => start <= at && at < end));
}

const count = (...lines: readonly (readonly boolean[])[]): number =>
	Array.from({length: LENGTH}, (_, at) => lines.every((line) => line[at])).filter(Boolean).length;

suite('a time line', () => {
	for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
		test(`is busy, idle and overlapping as painting it shows (chance ${seed})`, () => {
			const random = createRandom(seed);
			const pick = (most: number) => Math.floor(random() * most);
			const all = Array.from({length: 40}, () => {
				const start = pick(LENGTH - 30);
				return {start, end: start + 1 + pick(29), kind: pick(4), stream: pick(3)};
			});
			const columns = createOperations(1);
			for (const {start, end, kind, stream} of all) columns.add(start, end, stream, kind, Number.NaN);
			const of = (...kinds: readonly number[]) => paint(all.filter(({kind}) => kinds.includes(kind)));

			const {busyNs, idleNs, overlap, busyByClassNs, copyNs} = measureTimeline(0, columns, {from: 0, to: LENGTH});

			assert.equal(busyNs, count(of(0, 1, 2, 3)));
			assert.equal(idleNs, LENGTH - busyNs);
			assert.deepEqual(busyByClassNs, {
				h2d: count(of(0)),
				kernel: count(of(1)),
				d2h: count(of(2)),
				other: count(of(3)),
			});
			assert.equal(copyNs, count(of(0, 2)));
			assert.deepEqual(
				[overlap.copyAndKernelNs, overlap.h2dAndKernelNs, overlap.d2hAndKernelNs, overlap.h2dAndD2hNs],
				[count(of(0, 2), of(1)), count(of(0), of(1)), count(of(2), of(1)), count(of(0), of(2))],
			);
		});
	}

	test('counts pauses of each stream by itself, and how much of them was waiting for the host', () => {
		const columns = createOperations(4);
		columns.add(0, 1000, 7, 1, 0);
		columns.add(500, 200_000, 9, 1, 0);
		// Launched 5 us after the stream fell silent, begun 20 us after it.
		columns.add(21_000, 22_000, 7, 1, 6000);
		columns.add(22_500, 23_000, 7, 1, 6000);

		const {streams, temporalCompression} = measureTimeline(0, columns, {from: 0, to: 200_000});

		assert.deepEqual(streams[0]?.gaps, {
			over1Us: 1,
			over10Us: 1,
			over100Us: 0,
			totalNs: 20_000,
			longestNs: 20_000,
			waitingForHostNs: 5000,
		});
		assert.equal(streams[1]?.gaps.over1Us, 0);
		assert.equal(streams[0]?.utilizationPercent, (100 * 2500) / 23_000);
		assert.equal(temporalCompression, (2500 + 199_500) / 200_000);
	});

	test('cuts off what stands out of the window', () => {
		const columns = createOperations(2);
		columns.add(0, 60, 7, 1, Number.NaN);
		columns.add(90, 200, 7, 1, Number.NaN);
		columns.add(300, 310, 7, 1, Number.NaN);

		const {busyNs, operations} = measureTimeline(0, columns, {from: 50, to: 100});

		assert.deepEqual([busyNs, operations], [20, 2]);
	});
});

suite('the order of operations', () => {
	test('is by their beginnings, whatever order the tables have', () => {
		for (const seed of [1, 2, 3]) {
			const random = createRandom(seed);
			const starts = Float64Array.from({length: 500}, (_, index) =>
				random() < 0.1 ? Math.floor(random() * 500) : index,
			);

			const order = orderByStart(starts);

			assert.deepEqual(
				[...order].map((index) => starts[index]),
				[...starts].toSorted((a, b) => a - b),
			);
			assert.equal(new Set(order).size, 500);
		}
	});

	test('is that of the tables where they are in order', () => {
		assert.deepEqual([...orderByStart(Float64Array.from([1, 1, 2, 5]))], [0, 1, 2, 3]);
		assert.deepEqual([...orderByStart(new Float64Array(0))], []);
	});
});
