import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findGpu, findNode, formatCpuList, parseCpuList} from '../../source/domain/topology.ts';
import {topology} from '../rig/story.ts';

suite('a list of CPUs', () => {
	for (const [text, cpus] of [
		['', []],
		['0', [0]],
		['0-3', [0, 1, 2, 3]],
		['0-2,8', [0, 1, 2, 8]],
		['0-1,96-97', [0, 1, 96, 97]],
	] as const) {
		test(`${JSON.stringify(text)} is ${JSON.stringify(cpus)}, in both directions`, () => {
			assert.deepEqual(parseCpuList(text), cpus);
			assert.equal(formatCpuList(cpus), text);
		});
	}

	test('may end with a line break, as sysfs writes it', () => {
		assert.deepEqual(parseCpuList('0-1\n'), [0, 1]);
	});

	test('that claims more than any kernel has is cut instead of filling the memory', () => {
		assert.equal(parseCpuList('0-4294967295').length, 65_536);
	});

	test('is written in order, whatever order it comes in', () => {
		assert.equal(formatCpuList([10, 2, 1, 9]), '1-2,9-10');
	});
});

suite('a topology', () => {
	test('gives its GPUs and nodes by their numbers, and nothing for numbers that it does not have', () => {
		const host = topology();

		assert.deepEqual([findGpu(host, 2)?.numaNode, findNode(host, 2)?.socket], [2, 1]);
		assert.deepEqual([findGpu(host, 9), findNode(host, 9)], [undefined, undefined]);
	});
});
