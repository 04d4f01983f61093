import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {writeTrace} from '../../../source/report/profile/trace.ts';
import {createLanes, createNestedLanes} from '../../../source/report/profile/trace-lanes.ts';
import {makeCapture} from '../../rig/synthetic-capture.ts';

type Event = {
	readonly ph: string;
	readonly name: string;
	readonly pid: number;
	readonly tid: number;
	readonly ts: number;
	readonly dur: number;
	readonly args: {readonly [name: string]: unknown};
};

function trace(rows: Parameters<typeof makeCapture>[0]): readonly Event[] {
	let text = '';
	writeTrace(makeCapture(rows), (piece) => {
		text += piece;
	});
	return JSON.parse(text).traceEvents;
}

const slices = (events: readonly Event[]) => events.filter(({ph}) => ph === 'X');

const nameOf = (events: readonly Event[], {pid, tid}: Event): unknown =>
	events.find((one) => one.name === 'thread_name' && one.pid === pid && one.tid === tid)?.args.name;

suite('a trace of a capture', () => {
	const events = trace({
		ranges: [
			['test_batch_0', 0, 10_000],
			['test_h2d_batch_0', 500, 1500],
			['never ended', 20_000, null],
		],
		operations: [
			{kind: 'copy', start: 5000, end: 105_000, correlation: 1, detail: 1, bytes: 5_000_000},
			{kind: 'kernel', start: 55_000, end: 205_500, correlation: 2, stream: 9},
		],
	});

	test('has every range that ended and every operation, in microseconds', () => {
		assert.deepEqual(
			slices(events).map(({name, ts, dur}) => [name, ts, dur]),
			[
				['test_batch_0', 0, 10],
				['test_h2d_batch_0', 0.5, 1],
				['kernel 1', 55, 150.5],
				['copy h2d', 5, 100],
			],
		);
	});

	test('says of a copy how many bytes it took at which bandwidth', () => {
		const copy = slices(events).find(({name}) => name === 'copy h2d');

		assert.deepEqual(copy?.args, {bytes: 5_000_000, gb_per_s: 50, host_memory: 'pinned', correlation: 1});
	});

	test('names a process for each GPU and program, and a row for each stream and thread', () => {
		const named = slices(events).map((one) => nameOf(events, one));

		assert.deepEqual(named, ['thread 7 NVTX', 'thread 7 NVTX', 'stream 9 kernels', 'stream 7 copies']);
		assert.deepEqual(
			events.filter(({name}) => name === 'process_name').map(({args}) => args.name),
			['process 7', 'GPU 0'],
		);
	});

	test('draws what overlaps on one stream in rows of its own, so that a viewer loses none of it', () => {
		const beside = trace({
			operations: [
				{kind: 'kernel', start: 0, end: 100, correlation: 1},
				{kind: 'kernel', start: 50, end: 150, correlation: 2},
				{kind: 'kernel', start: 100, end: 200, correlation: 3},
			],
		});

		assert.deepEqual(
			slices(beside).map((one) => nameOf(beside, one)),
			['stream 7 kernels', 'stream 7 kernels (2)', 'stream 7 kernels'],
		);
	});

	test('of an empty capture is a whole document', () => assert.deepEqual(trace({}), []));
});

suite('rows of a trace', () => {
	test('never hold two slices that overlap, also where they do not come in order', () => {
		const place = createLanes();
		const spans = Array.from({length: 200}, (_, index) => {
			const start = 5 * index + 40 * (index % 3);
			return {start, end: start + 1 + ((index * 31) % 17)};
		});
		const placed = spans.map((span) => ({...span, lane: place('a', span.start, span.end)}));

		assert.ok(placed.every(({lane}) => lane < 31));
		for (const [index, one] of placed.entries()) {
			for (const other of placed.slice(index + 1)) {
				const areApart = one.lane !== other.lane || one.end <= other.start || other.end <= one.start;
				assert.ok(areApart, `${JSON.stringify(one)} ${JSON.stringify(other)}`);
			}
		}
	});

	test('of ranges keep what is inside of another with it, and put what only overlaps below', () => {
		const place = createNestedLanes();

		assert.deepEqual(
			[place('a', 0, 100), place('a', 10, 20), place('a', 15, 30), place('a', 90, 120), place('a', 100, 110)],
			[0, 0, 1, 1, 0],
		);
	});
});
