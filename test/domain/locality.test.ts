import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {
	classifyNode,
	explainDisagreement,
	explainNoLocality,
	explainUnknown,
	explainUnusable,
} from '../../source/domain/locality.ts';
import type {NumaNode} from '../../source/domain/topology.ts';
import {gpu, numaNode, topology} from '../rig/story.ts';

/** Nodes of these distances from node 0; sockets as they are given. */
const host = (distances: readonly number[], sockets: readonly (number | null)[]) =>
	topology({nodes: sockets.map((socket, id) => ({...numaNode(id, distances), socket}))});

suite('a node as seen from another one', () => {
	for (const [distances, sockets, classes] of [
		[
			[10, 12, 21, 21],
			[0, 0, 1, 1],
			['local', 'same-socket', 'remote', 'remote'],
		],
		[
			[10, 16, 32],
			[0, 0, 1],
			['local', 'same-socket', 'remote'],
		],
		[
			[10, 40],
			[0, 8],
			['local', 'remote'],
		],
		[
			[10, 17],
			[0, null],
			['local', 'same-socket'],
		],
		[
			[10, 20],
			[0, 0],
			['local', 'remote'],
		],
		[[], [0, 0, 1, null], ['local', 'same-socket', 'remote', null]],
	] as const) {
		test(`at distances ${JSON.stringify(distances)} with sockets ${JSON.stringify(sockets)} is ${classes.join(', ')}`, () => {
			assert.deepEqual(
				sockets.map((_, node) => classifyNode(host(distances, sockets), 0, node)),
				classes,
			);
		});
	}
});

suite('a node that no experiment can be held on', () => {
	const node = numaNode(1, [12, 10, 21, 21]);
	const why = (changes: Partial<NumaNode>, allowed = {}) => explainUnusable(topology(allowed), {...node, ...changes});

	test('is none without a reason', () => assert.equal(why({}), null));

	for (const [what, changes, allowed, reason] of [
		['memory', {memoryTotalMiB: 0}, {}, /no memory/],
		['CPUs', {cpus: []}, {}, /no CPUs/],
		['permission for its memory', {}, {allowedMemoryNodes: [0, 2]}, /memory is not allowed here \(cpuset\)/],
		['permission for its CPUs', {}, {allowedCpus: [0, 2, 3]}, /CPUs are not allowed here/],
	] as const) {
		test(`lacks ${what}, and that is said`, () => assert.match(why(changes, allowed) ?? '', reason));
	}

	test('is not one of which nobody knows how much memory it has', () => {
		assert.equal(why({memoryTotalMiB: null}), null);
	});
});

suite('the two sources of a GPU’s node', () => {
	test('that name different ones are told apart, and sysfs is taken', () => {
		assert.equal(
			explainDisagreement({...gpu(3, 1), numaAffinity: 0}),
			'GPU 3: sysfs says NUMA node 1, nvidia-smi topo -m says 0; sysfs is taken',
		);
	});

	for (const [numaNode, numaAffinity] of [
		[1, 1],
		[1, null],
		[null, 0],
	] as const) {
		test(`do not contradict each other: ${numaNode} and ${numaAffinity}`, () => {
			assert.equal(explainDisagreement({...gpu(0, numaNode), numaAffinity}), null);
		});
	}

	test('give a hint where sysfs is silent, which is never taken for the truth', () => {
		const gpus = [{...gpu(0, null), numaAffinity: 1}, {...gpu(1, null), numaAffinity: 0}, gpu(2, null)];

		assert.equal(
			explainUnknown(gpus),
			'numa_node is -1 or absent; nvidia-smi topo -m hints at node 0, 1, which is not taken for the truth',
		);
		assert.equal(explainUnknown([gpu(2, null)]), 'numa_node is -1 or absent');
	});
});

suite('locality', () => {
	test('is there when one GPU of several has a node', () => {
		assert.equal(explainNoLocality(topology(), [gpu(0, null), gpu(1, 0)]), null);
	});

	test('is not there on one node, whatever the GPU says', () => {
		const one = topology({nodes: [numaNode(0, [10])]});

		assert.match(explainNoLocality(one, [gpu(0, 0)]) ?? '', /^this machine has one NUMA node only/);
	});

	test('is not there when no GPU has a node', () => {
		assert.equal(
			explainNoLocality(topology(), [gpu(1, null), gpu(0, null)]),
			'the machine does not say on which NUMA node GPU 0, 1 is (numa_node is -1 or absent), so no node can be called local',
		);
	});

	test('is not there when a cpuset leaves one node, or none', () => {
		const cause = (allowedMemoryNodes: readonly number[]) =>
			explainNoLocality(topology({allowedMemoryNodes}), [gpu(0, 0)]);

		assert.equal(cause([2]), 'of its 4 NUMA nodes only node 2 can be used here');
		assert.equal(cause([]), 'of its 4 NUMA nodes none can be used here');
	});

	test('is not there when no GPU may use its own node', () => {
		const pod = topology({allowedMemoryNodes: [1, 3]});

		assert.equal(
			explainNoLocality(pod, [gpu(0, 0), gpu(1, 2)]),
			'node 0, 2, on which GPU 0, 1 is, cannot be used here',
		);
		assert.equal(explainNoLocality(pod, [gpu(0, 0), gpu(1, 1)]), null);
	});

	test('is nobody’s question without a GPU', () => assert.equal(explainNoLocality(topology(), []), null));
});
