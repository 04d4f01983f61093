import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Placement} from '../../source/domain/experiment.ts';
import {checkPlacement} from '../../source/report/placement.ts';

const pool = (nodePages: Placement['nodePages'], cpusAllowed: string | null = null): Placement => ({
	what: 'input pool',
	nodePages,
	pageKiB: 4,
	cpusAllowed,
	reason: null,
});

const STRICT = {binding: {kind: 'strict', node: 2}} as const;

suite('the pages of a buffer', () => {
	test('that lie on the bound node are as declared', () => {
		assert.deepEqual(checkPlacement([pool({'2': 990, '0': 10})], STRICT), []);
	});

	test('that lie elsewhere to more than one percent are against a strict binding', () => {
		assert.deepEqual(checkPlacement([pool({'2': 870, '0': 130})], STRICT), [
			'pages: 87.0 % on node 2, 13.0 % elsewhere (input pool)',
		]);
	});

	test('just below the limit never read as enough', () => {
		assert.match(checkPlacement([pool({'2': 98_999, '0': 1001})], STRICT)[0] ?? '', /98\.9 % on node 2, 1\.1 %/);
	});

	test('that lie on another node altogether count as 0 %', () => {
		assert.match(checkPlacement([pool({'0': 5})], STRICT)[0] ?? '', /0\.0 % on node 2, 100\.0 %/);
	});

	test('are looked for on the node of its memory, where that is bound apart from its CPUs', () => {
		const apart = {...STRICT, memoryNode: 0};

		assert.deepEqual(checkPlacement([pool({'0': 100}, '8-9')], apart, [8, 9]), []);
		assert.match(checkPlacement([pool({'2': 100})], apart)[0] ?? '', /^pages: 0\.0 % on node 0/);
	});

	test('that the machine does not tell, or that nobody bound strictly, are no reason', () => {
		assert.deepEqual(checkPlacement([pool({})], STRICT), []);
		assert.deepEqual(
			checkPlacement([pool({'0': 5})], {binding: {kind: 'cpu', node: 2, reason: 'no CAP_SYS_NICE'}}),
			[],
		);
	});
});

suite('memory that is bound apart from its CPUs', () => {
	const apart = {...STRICT, memoryNode: 0};

	test('is looked for on its own node, and the CPUs on theirs', () => {
		assert.deepEqual(checkPlacement([pool({'0': 1}, '8-11')], apart, [8, 9, 10, 11]), []);
		assert.deepEqual(checkPlacement([pool({'2': 1}, '0-3')], apart, [8, 9, 10, 11]), [
			'pages: 0.0 % on node 0, 100.0 % elsewhere (input pool)',
			'CPUs: 0-3 allowed, which node 2 does not have',
		]);
	});
});

suite('the CPUs of a process', () => {
	test('that its node does not have are against a strict binding', () => {
		assert.deepEqual(checkPlacement([pool({'2': 1}, '7-10')], STRICT, [8, 9, 10, 11]), [
			'CPUs: 7 allowed, which node 2 does not have',
		]);
	});

	test('are not judged when nobody says which the node has', () => {
		assert.deepEqual(checkPlacement([pool({'2': 1}, '0-63')], STRICT), []);
	});
});
