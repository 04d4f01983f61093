import assert from 'node:assert/strict';
import {appendFileSync, openSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {createLogTail} from '../../source/effects/log-tail.ts';
import {makeFolder} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

function tailOf(
	context: TestContext,
	options: {readonly capBytes?: number; readonly punch?: () => Promise<boolean>} = {},
) {
	const path = join(makeFolder(context), 'log');
	const lines: string[] = [];
	const descriptor = openSync(path, 'a+', 0o600);
	const tail = createLogTail({capBytes: 1 << 20, ...options, descriptor, onLine: (line) => lines.push(line)});
	return {path, lines, ...tail};
}

const numbered = (from: number, to: number) =>
	Array.from({length: to - from}, (_, index) => `line ${String(from + index).padStart(8, '0')}\n`).join('');

suite('a log followed while it grows', () => {
	test('hands out each line once, those after the last poll at the end', async (context) => {
		const {path, lines, poll, finish} = tailOf(context);
		appendFileSync(path, 'one\ntw');
		poll();
		poll();
		assert.deepEqual(lines, ['one']);
		appendFileSync(path, 'o\nthree');

		const end = await finish();

		assert.deepEqual(lines, ['one', 'two', 'three']);
		assert.deepEqual(end, {tail: 'one\ntwo\nthree', droppedBytes: 0});
	});

	test('of 28 MB is read in many turns, so that the screen and the clock go on in between', async (context) => {
		const {path, lines, poll, finish} = tailOf(context, {capBytes: 1 << 30});
		writeFileSync(path, numbered(0, 500_000).repeat(4));

		const isBehind = poll();

		const afterOneTurn = lines.length;
		const finished = finish();
		await nextTurn();
		const afterTwoTurns = lines.length;
		await finished;
		assert.ok(isBehind);
		assert.ok(0 < afterOneTurn && afterOneTurn < afterTwoTurns, `${afterOneTurn}, then ${afterTwoTurns} lines`);
		assert.ok(afterTwoTurns < 2_000_000, 'others had their turn before the end');
		assert.equal(lines.length, 2_000_000);
	});

	test('has a tail of 4 KiB that begins with a whole character', async (context) => {
		const {path, finish} = tailOf(context);
		writeFileSync(path, `${'€'.repeat(5000)}!`);

		const {tail} = await finish();

		assert.equal(tail, `${'€'.repeat(1365)}!`.slice(-1366));
	});

	test('that its writer empties is read again from its beginning', async (context) => {
		const {path, lines, poll, finish} = tailOf(context);
		appendFileSync(path, 'a rather long first line\n');
		poll();
		truncateSync(path);
		appendFileSync(path, 'new\n');
		poll();
		await finish();

		assert.deepEqual(lines, ['a rather long first line', 'new']);
	});
});

suite('a log that passes its cap', () => {
	test('keeps head and tail around a marker, counts what it lost, and loses no line', async (context) => {
		const {path, lines, poll, finish} = tailOf(context, {capBytes: 1400});
		appendFileSync(path, numbered(0, 100));
		poll();
		appendFileSync(path, numbered(100, 200));
		poll();
		appendFileSync(path, 'after the cut\n');

		const {droppedBytes} = await finish();

		assert.equal(lines.length, 201);
		const kept = readFileSync(path, 'utf8');
		assert.match(kept, /^line 00000000\n[^[]*\n\[warpdeck: at least 1764 bytes were dropped here.*of 1400 bytes\]\n/);
		assert.ok(kept.endsWith('line 00000199\nafter the cut\n'));
		assert.equal(droppedBytes, 2814 - 700 - 350);
	});

	test('frees the disk below its writer, who may append meanwhile without losing a byte', async (context) => {
		const {path, lines, poll, finish} = tailOf(context, {capBytes: 1 << 20});
		for (let burst = 0; burst < 50; burst++) {
			appendFileSync(path, numbered(burst * 20_000, burst * 20_000 + 20_000));
			while (poll());
			if (burst % 10 === 0) await nextTurn();
		}
		await until(() => {
			poll();
			const isMarked = readFileSync(path, 'latin1').includes('\n[warpdeck: at least ');
			return isMarked && statSync(path).blocks * 512 < 2 << 20;
		}, 'the middle is freed and marked');

		const {droppedBytes} = await finish();

		assert.equal(lines.length, 1_000_000);
		assert.equal(droppedBytes, 14_000_000 - (1 << 19) - (1 << 18));
		assert.ok(!readFileSync(path).includes(0), 'no hole is left at the end');
	});

	test('faster than it can be read skips to the tail, at a whole line', async (context) => {
		const {path, lines, poll, finish} = tailOf(context, {capBytes: 8 << 20});
		writeFileSync(path, numbered(0, 2_000_000));
		poll();
		await finish();

		assert.equal(lines.at(-1), 'line 01999999');
		assert.ok(lines.length < 2_000_000, 'it was too much for one turn');
		assert.ok(lines.every((line) => /^line \d{8}$/.test(line)));
	});
});

suite('a log over its cap on a file system without holes', () => {
	test('is cut again and again, with one marker and the sum in it', async (context) => {
		const {path, lines, poll, finish} = tailOf(context, {capBytes: 2800, punch: async () => false});
		for (let burst = 0; burst < 50; burst++) {
			appendFileSync(path, numbered(burst * 100, burst * 100 + 100));
			poll();
			await nextTurn();
			poll();
			assert.ok(statSync(path).size <= 2800);
		}
		const {droppedBytes} = await finish();

		const text = readFileSync(path, 'utf8');
		const marker = /\n\[warpdeck: at least (\d+) bytes.*\]\n/.exec(text);
		assert.equal(text.split('[warpdeck:').length, 2);
		assert.equal(Number(marker?.[1]), droppedBytes);
		assert.equal(text.length - (marker?.[0].length ?? 0) + droppedBytes, 5000 * 14);
		assert.equal(lines.length, 5000);
	});
});
