import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Topology} from '../../source/domain/topology.ts';
import {formatMatrix} from '../../source/report/matrix.ts';
import {formatTopology} from '../../source/report/topology-text.ts';
import {gpu, numaNode, topology} from '../rig/story.ts';
import {machine} from '../rig/suites.ts';

const draw = (changes: Partial<Topology> = {}, ascii = false, columns = 80) =>
	formatTopology(machine(changes), {columns, ascii});

const TWO_NODES: Partial<Topology> = {
	nodes: [numaNode(0, [10, 21]), {...numaNode(1, [21, 10]), cpus: [1, 2], socket: 1}],
	gpus: [{...gpu(0, 0), numaAffinity: 1}, gpu(1, null)],
	gpuLinks: [
		['X', 'SYS'],
		['SYS', 'X'],
	],
};

suite('a drawn machine', () => {
	test('has sockets, nodes and GPUs as a tree, and distances, nearness, links and what to know below it', () => {
		assert.equal(
			draw(TWO_NODES),
			`story: Linux 6.1.0, Story CPU
2 NUMA nodes, 3 CPUs; 2 GPUs, driver 580.0

socket 0
└─ node 0: CPUs 0; 64 GiB, 59 GiB free; can be bound
   └─ GPU 0: Story GPU, 48 GiB, 0000:10:00.0
      GPU-0
socket 1
└─ node 1: CPUs 1-2; 64 GiB, 59 GiB free; can be bound
on no known node: numa_node is -1 or absent
└─ GPU 1: Story GPU, 48 GiB, 0000:20:00.0
   GPU-1

distances between nodes (10 is the node itself)
      0   1
  0  10  21
  1  21  10

nodes as seen from each GPU
  GPU       local  same socket  remote
  0         0      -            1

links between GPUs (nvidia-smi topo -m)
        GPU0  GPU1
  GPU0     X   SYS
  GPU1   SYS     X

* GPU 0: sysfs says NUMA node 0, nvidia-smi topo -m says 1; sysfs is taken.
`,
		);
	});

	test('needs nothing but ASCII where it is asked to', () => {
		const drawn = draw(TWO_NODES, true);

		assert.match(drawn, /^`- node 0: .*\n {3}`- GPU 0: /m);
		assert.match(drawn, /^[\n -~]+$/);
	});

	test('of one node has no table of distances, and says that no penalty comes of it', () => {
		const drawn = draw({nodes: [numaNode(0, [10])], gpus: [gpu(0, 0)]});

		assert.doesNotMatch(drawn, /distances|nearness|links/);
		assert.match(
			drawn,
			/^\* A NUMA penalty is not measurable here, because this machine has one NUMA node\n {2}only, so /m,
		);
	});

	test('tells what cannot be used of it: a node of memory only, a forbidden one, a refused binding', () => {
		const nodes = topology().nodes.map((node) => (node.id === 1 ? {...node, cpus: [], socket: null} : node));
		const bindings = {0: {kind: 'strict'}, 3: {kind: 'cpu-only', reason: 'set_mempolicy: EPERM'}} as const;
		const host = {topology: topology({nodes, allowedMemoryNodes: [0, 1, 3]}), bindings};

		const drawn = formatTopology(host, {columns: 80, ascii: false});

		assert.match(drawn, /^no socket\n└─ node 1: no CPUs; .*; cannot be bound$/m);
		assert.match(drawn, /^\* Node 1 is left out of numa_nodes=all: it has no CPUs\.$/m);
		assert.match(drawn, /^\* Node 2 is left out of numa_nodes=all: its memory is not allowed here \(cpuset\)\.$/m);
		assert.match(drawn, /node 3: .*; only CPUs can be bound$/m);
		assert.match(drawn, /^\* Node 3: set_mempolicy: EPERM$/m);
	});

	test('gives the words of a driver that cannot be asked', () => {
		assert.match(draw({gpus: [], gpuProblem: 'The driver hangs.'}), /^\* The driver hangs\.$/m);
	});

	test('says of memory and distances that nobody knows them', () => {
		const nodes = [0, 1].map((id) => ({...numaNode(id, []), memoryTotalMiB: null, socket: null}));
		const drawn = draw({nodes, gpus: [gpu(0, 0)]});

		assert.match(drawn, /^socket unknown\n├─ node 0: CPUs 0; memory unknown; /m);
		assert.match(drawn, /distances .*: the machine tells none/);
		assert.match(drawn, /remote +unknown\n {2}0 +0 +- +- +1$/m);
	});

	for (const columns of [60, 80, 200]) {
		test(`of eight nodes with a list of 256 odd CPUs and sixteen GPUs fits ${columns} columns`, () => {
			const cpus = Array.from({length: 128}, (_, index) => 2 * index);
			const nodes = Array.from({length: 8}, (_, id) => ({...numaNode(id, Array(8).fill(21)), cpus}));
			const gpus = Array.from({length: 16}, (_, index) => ({...gpu(index, index % 8), name: 'NVIDIA H200 '.repeat(9)}));
			const gpuLinks = gpus.map(() => gpus.map(() => 'NV18'));

			const widths = draw({nodes, gpus, gpuLinks}, false, columns)
				.split('\n')
				.map((line) => line.length);

			assert.ok(Math.max(...widths) <= columns, `${Math.max(...widths)} columns`);
		});
	}
});

test('a matrix that is too wide is cut into parts, and each has all rows', () => {
	const labels = ['0', '1', '2'];

	assert.deepEqual(
		formatMatrix(
			labels,
			labels.map((row) => labels.map((column) => row + column)),
			9,
		),
		['    0   1', '0  00  01', '1  10  11', '2  20  21', '    2', '0  02', '1  12', '2  22'],
	);
});
