import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {chooseEntry, listDevices} from '../../source/plan/choose-entry.ts';

const entries = [
	{when: {has: 'conditions'}, command: ['orchestrate']},
	{when: {key: '/task/type', equals: 'causal'}, command: ['train']},
	{when: {has: '/a~1b/0', key: 'n', equals: 2}, command: ['both']},
	{command: ['harness']},
];

suite('the entry of a configuration', () => {
	test('is the first that is for its form, with the reason', () => {
		assert.deepEqual(chooseEntry(entries, {shared: {}, conditions: []}), {entry: 0, why: 'it has conditions'});
		assert.deepEqual(chooseEntry(entries, {task: {type: 'causal'}}), {entry: 1, why: 'its /task/type is "causal"'});
	});

	test('needs all that it asks for, and looks into lists and keys with a slash', () => {
		assert.equal(chooseEntry(entries, {'a/b': ['x'], n: 2})?.entry, 2);
		assert.equal(chooseEntry(entries, {'a/b': [], n: 2})?.entry, 3);
	});

	test('is the one without a condition where no other is for it', () => {
		assert.deepEqual(chooseEntry(entries, {task: {type: 'other'}}), {
			entry: 3,
			why: 'no entry before it is for this file',
		});
	});

	test('is none where each wants something else, also of a file that is no dictionary', () => {
		assert.equal(chooseEntry(entries.slice(0, 3), {}), null);
		assert.equal(chooseEntry(entries.slice(0, 3), ['conditions']), null);
		assert.equal(chooseEntry([{when: {has: 'constructor'}, command: ['x']}], {}), null);
	});
});

test('devices of a configuration are found wherever they stand', () => {
	assert.deepEqual(listDevices({device: 'cuda', runs: [{device: 'mps'}, {device: 3}], shared: {device: 'cuda:1'}}), [
		['/device', 'cuda'],
		['/runs/0/device', 'mps'],
		['/shared/device', 'cuda:1'],
	]);
});
