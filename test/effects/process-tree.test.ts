import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {endTagged, readPeakMemoryMiB} from '../../source/effects/process-tree.ts';
import type {TaggedProcess, TagScanner} from '../../source/effects/tag-scan.ts';

const scannerOf = (...answers: readonly (readonly TaggedProcess[])[]): TagScanner => {
	const left = [...answers];
	return {find: async () => left.shift() ?? [], findRecent: () => [], forget: () => {}};
};

suite('the memory of a tree', () => {
	test('that ended before it could be read is unknown, not 0', () => {
		assert.equal(readPeakMemoryMiB([]), null);
		assert.equal(readPeakMemoryMiB([{pid: 2 ** 30, startTicks: 1}]), null);
	});

	test('is the sum over the processes that could be read', () => {
		const own = {pid: process.pid, startTicks: 1};
		const alone = readPeakMemoryMiB([own]) ?? 0;

		assert.ok(alone > 10);
		assert.ok((readPeakMemoryMiB([own, own, {pid: 2 ** 30, startTicks: 1}]) ?? 0) >= 2 * alone);
	});
});

suite('ending what carries a tag', () => {
	test('spares a process that only inherited the pid, because its start time is another', async (context) => {
		const kill = context.mock.method(process, 'kill', () => true);
		const inherited = {pid: process.ppid, startTicks: 1};

		const ended = await endTagged(scannerOf([inherited], [inherited]), 'a tag', 0).done;

		assert.equal(ended, 1);
		assert.equal(kill.mock.callCount(), 0);
	});

	test('gives up on a process that outlives SIGKILL by 10 s, and says how to look into it', async (context) => {
		context.mock.method(process, 'kill', () => true);
		const undying = [{pid: process.ppid, startTicks: 1}];
		const overdue = endTagged(scannerOf(undying, undying), 'a tag', -10_001);

		await assert.rejects(overdue.done, (error) => {
			assert.ok(error instanceof UserError);
			assert.match(error.message, new RegExp(`^Process ${process.ppid} outlived SIGKILL by 10 s`));
			assert.match(error.tryThis[0], new RegExp(`ps .*-p ${process.ppid}$`));
			return true;
		});
	});
});
