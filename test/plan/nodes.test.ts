import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Machine} from '../../source/domain/topology.ts';
import {gpu, numaNode} from '../rig/story.ts';
import {cpuMachine, machine, planLine} from '../rig/suites.ts';

const planNodes = (words: string, host: Machine = machine()) =>
	planLine(`experiment=quick_test experiment.hardware.numa_nodes=${words}`, {machine: host});

const nodesOf = (words: string, host?: Machine): readonly (number | null)[] => [
	...new Set(planNodes(words, host).cells.map(({numaNode}) => numaNode)),
];

const ofGpu = (index: number) => `experiment.hardware.gpu_ids=[${index}]`;
const unknown = machine({gpus: [gpu(0, null)]});
const oneNode = machine({nodes: [numaNode(0, [10])], gpus: [gpu(0, 0)], allowedMemoryNodes: [0]});

suite('numa_nodes as a word', () => {
	for (const [words, nodes] of [
		['auto', [0]],
		['local', [0]],
		['remote', [2, 3]],
		['all', [0, 1, 2, 3]],
		[`remote ${ofGpu(3)}`, [0, 1]],
		[`local ${ofGpu(3)}`, [2]],
		['[]', [null]],
	] as const) {
		test(`resolves from the machine: ${words} is ${JSON.stringify(nodes)}`, () => {
			assert.deepEqual(nodesOf(words), nodes);
			assert.deepEqual(planNodes(words).problems, []);
		});
	}

	test('gives each GPU its own: those of another socket are remote, the neighbour on its socket is not', () => {
		const {cells} = planNodes('remote experiment.hardware.gpu_ids=auto');

		assert.deepEqual(
			[...new Set(cells.map(({gpuId, numaNode}) => `${gpuId}:${numaNode}`))],
			['0:2', '0:3', '1:2', '1:3', '2:0', '2:1', '3:0', '3:1'],
		);
	});

	test('all leaves out nodes without CPUs, without memory and forbidden ones, and says which and why', () => {
		const changes = [{}, {cpus: []}, {memoryTotalMiB: 0}, {}, {}];
		const host = machine({
			nodes: changes.map((change, id) => ({...numaNode(id, [10, 12, 21, 21, 21]), cpus: [id], ...change})),
			allowedCpus: [0, 1, 2, 3, 4],
			allowedMemoryNodes: [0, 1, 2, 4],
		});

		assert.deepEqual(nodesOf('all', host), [0, 4]);
		assert.deepEqual(planNodes('all', host).notices, [
			'numa_nodes=all leaves node 1 out: it has no CPUs.',
			'numa_nodes=all leaves node 2 out: it has no memory.',
			'numa_nodes=all leaves node 3 out: its memory is not allowed here (cpuset).',
		]);
	});

	test('leaves out what cannot be used of the remote nodes too', () => {
		assert.deepEqual(nodesOf('remote', machine({allowedMemoryNodes: [0, 1, 3]})), [3]);
	});
});

suite('a machine that does not say on which node its GPU is', () => {
	for (const word of ['auto', 'local'] as const) {
		test(`runs numa_nodes=${word} unbound instead of on node 0, and says so`, () => {
			const {cells, experiments, notices, problems} = planNodes(word, unknown);

			assert.deepEqual([cells[0]?.numaNode, cells[0]?.runId], [null, 'gpu0_vit0x0x0']);
			assert.deepEqual(experiments[0]?.binding, {
				kind: 'off',
				reason: 'the machine does not say on which node GPU 0 is',
			});
			assert.deepEqual(problems, []);
			assert.match(
				notices[0] ?? '',
				/^numa_nodes=(auto|local) leaves GPU 0 unbound: no node is known \(numa_node is -1/,
			);
		});
	}

	test('runs every node of all, and says beforehand that no penalty comes of it', () => {
		const {cells, notices, problems} = planNodes('all', unknown);

		assert.equal(new Set(cells.map(({numaNode}) => numaNode)).size, 4);
		assert.deepEqual(problems, []);
		assert.match(notices.join(), /^A NUMA penalty is not measurable here, because the machine does not say .*GPU 0/);
	});

	test('cannot run remote, because nothing is', () => {
		const {cells, problems} = planNodes('remote', unknown);

		assert.equal(cells.length, 3);
		assert.deepEqual(
			problems.map(({message}) => message),
			['numa_nodes=remote names no node here: the machine does not say on which node GPU 0 is.'],
		);
	});

	test('is told what the tool hints at, and no cell takes the hint', () => {
		const {cells, notices} = planNodes('local', machine({gpus: [{...gpu(0, null), numaAffinity: 1}]}));

		assert.equal(cells[0]?.numaNode, null);
		assert.match(notices.join(), /nvidia-smi topo -m hints at node 1, which is not taken for the truth/);
	});
});

suite('numa_nodes=remote', () => {
	const advice = 'experiment.hardware.numa_nodes=all';

	for (const [where, host, reason] of [
		['on one node', oneNode, 'this machine has one NUMA node only'],
		[
			'on one socket',
			machine({nodes: [numaNode(0, [10, 12]), numaNode(1, [12, 10])], gpus: [gpu(0, 0)]}),
			'no node is of another socket than node 0 of GPU 0',
		],
		[
			'in a cpuset of the GPU’s own socket',
			machine({allowedMemoryNodes: [0, 1]}),
			'node 2 cannot be used, its memory is not allowed here (cpuset); node 3 cannot be used, its memory is not allowed here (cpuset)',
		],
		['without a GPU', cpuMachine(), 'there is no GPU 0'],
	] as const) {
		test(`names no node ${where}, and the reason is given`, () => {
			assert.deepEqual(planNodes('remote', host).problems, [
				{message: `numa_nodes=remote names no node here: ${reason}.`, advice, cells: 1},
			]);
		});
	}
});

suite('what a plan says beforehand of the machine’s shape', () => {
	test('is that the two sources of a GPU’s node disagree, for GPUs that it uses', () => {
		const host = machine({gpus: [gpu(0, 0), {...gpu(1, 0), numaAffinity: 3}, {...gpu(2, 2), numaAffinity: 1}]});

		assert.deepEqual(planNodes(`local ${ofGpu(1)}`, host).notices, [
			'GPU 1: sysfs says NUMA node 0, nvidia-smi topo -m says 3; sysfs is taken.',
		]);
	});

	test('is that one node cannot show a penalty, where a suite compares nodes', () => {
		const cause = 'A NUMA penalty is not measurable here, because this machine has one NUMA node only';

		assert.ok(planNodes('all', oneNode).notices.join().startsWith(cause));
		assert.ok(planNodes('[0,1]', oneNode).notices.join().startsWith(cause));
		assert.deepEqual(planNodes('[0]', oneNode).notices, []);
	});

	test('is nothing where nothing is amiss', () => assert.deepEqual(planNodes('all').notices, []));
});

test('a machine where no node can be used cannot run numa_nodes=all, and says what is wrong with each', () => {
	const {problems, cells} = planNodes('all', machine({allowedMemoryNodes: []}));

	assert.match(problems[0]?.message ?? '', /^numa_nodes=all names no node here: node 0 cannot be used, its memory/);
	assert.equal(cells.length, 3);
});
