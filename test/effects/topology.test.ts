import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {readTopology} from '../../source/effects/topology.ts';
import {fakeNvidiaSmi, makeFolder} from './fake-tools.ts';

type Files = {readonly [path: string]: string};

/** Two sockets with two nodes each; node 3 has memory only; GPU 1 does not say where it is. */
const FOUR_NODES: Files = {
	...makeNode(0, {cpus: '0-1,8', totalKiB: 8_388_608, freeKiB: 4_194_304, distances: '10 12 21 21'}),
	...makeNode(1, {cpus: '2-3', totalKiB: 8_388_608, freeKiB: 1024, distances: '12 10 21 21'}),
	...makeNode(2, {cpus: '4-7', totalKiB: 8_388_608, freeKiB: 1024, distances: '21 21 10 12'}),
	...makeNode(3, {cpus: '', totalKiB: 16_777_216, freeKiB: 1024, distances: '21 21 12 10'}),
	'sys/devices/system/node/online': '0-3\n',
	'sys/devices/system/cpu/cpu0/topology/physical_package_id': '0\n',
	'sys/devices/system/cpu/cpu2/topology/physical_package_id': '0\n',
	'sys/devices/system/cpu/cpu4/topology/physical_package_id': '1\n',
	'sys/bus/pci/devices/0000:3d:00.0/numa_node': '2\n',
	'sys/bus/pci/devices/0000:e1:00.0/numa_node': '-1\n',
	'proc/self/status': 'Name:\tnode\nCpus_allowed_list:\t2-5\nMems_allowed_list:\t1,3\n',
	'proc/sys/kernel/hostname': 'pod-7\n',
	'proc/sys/kernel/osrelease': '6.1.0-9\n',
	'proc/cpuinfo': 'processor\t: 0\nmodel name\t: Some CPU 9000\n\nprocessor\t: 1\nmodel name\t: Some CPU 9000\n',
};

type NodeFacts = {
	readonly cpus: string;
	readonly totalKiB: number;
	readonly freeKiB: number;
	readonly distances: string;
};

function makeNode(id: number, {cpus, totalKiB, freeKiB, distances}: NodeFacts): Files {
	const folder = `sys/devices/system/node/node${id}`;
	return {
		[`${folder}/cpulist`]: `${cpus}\n`,
		[`${folder}/distance`]: `${distances}\n`,
		[`${folder}/meminfo`]: `Node ${id} MemTotal:       ${totalKiB} kB\nNode ${id} MemFree:        ${freeKiB} kB\n`,
	};
}

function readMachine(
	t: TestContext,
	files: Files,
	smi: object = {gpus: 2, pci: ['00000000:3D:00.0', '00000000:E1:00.0']},
) {
	const root = makeFolder(t);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), text);
	}
	const {env} = fakeNvidiaSmi(t, smi);
	return readTopology({sysRoot: join(root, 'sys'), procRoot: join(root, 'proc'), env});
}

suite('the topology', () => {
	test('of two sockets shows each node with CPUs, memory, distances and socket', async (t) => {
		const {nodes} = await readMachine(t, FOUR_NODES);

		const expected = {
			cpus: [0, 1, 8],
			memoryTotalMiB: 8192,
			memoryFreeMiB: 4096,
			distances: [10, 12, 21, 21],
			socket: 0,
		};
		assert.deepEqual(nodes[0], {id: 0, ...expected});
		assert.deepEqual(
			nodes.map(({socket}) => socket),
			[0, 0, 1, null],
		);
	});

	test('shows a node without CPUs as one of memory only', async (t) => {
		const {nodes} = await readMachine(t, FOUR_NODES);

		assert.deepEqual([nodes[3]?.cpus, nodes[3]?.memoryTotalMiB], [[], 16_384]);
	});

	test('puts each GPU on the node of its PCI device, and on none where the machine says -1', async (t) => {
		const {gpus, driverVersion} = await readMachine(t, FOUR_NODES);

		assert.deepEqual(
			gpus.map(({pciAddress, numaNode}) => [pciAddress, numaNode]),
			[
				['0000:3d:00.0', 2],
				['0000:e1:00.0', null],
			],
		);
		assert.equal(driverVersion, '580.159.04');
	});

	test('keeps what the tool says of each GPU beside it, and the links between them', async (t) => {
		const smi = {gpus: 2, pci: ['00000000:3D:00.0', '00000000:E1:00.0'], topo: 'two-nodes-with-nics.txt'};

		const {gpus, gpuLinks} = await readMachine(t, FOUR_NODES, smi);

		assert.deepEqual(
			gpus.map(({numaNode, numaAffinity}) => [numaNode, numaAffinity]),
			[
				[2, 0],
				[null, 1],
			],
		);
		assert.deepEqual(gpuLinks, [
			['X', 'SYS'],
			['SYS', 'X'],
		]);
	});

	test('knows nothing of links where the tool has no matrix', async (t) => {
		const {gpus, gpuLinks} = await readMachine(t, FOUR_NODES);

		assert.deepEqual(
			gpus.map(({numaAffinity}) => numaAffinity),
			[null, null],
		);
		assert.equal(gpuLinks, null);
	});

	test('tells what this process may use from what the machine has', async (t) => {
		const {allowedCpus, allowedMemoryNodes} = await readMachine(t, FOUR_NODES);

		assert.deepEqual(
			[allowedCpus, allowedMemoryNodes],
			[
				[2, 3, 4, 5],
				[1, 3],
			],
		);
	});

	test('names host, kernel and CPU', async (t) => {
		const {hostname, kernel, cpuModel, origin} = await readMachine(t, FOUR_NODES);

		assert.deepEqual([hostname, kernel, cpuModel, origin], ['pod-7', '6.1.0-9', 'Some CPU 9000', 'measured']);
	});

	test('orders ten nodes by number, not by name', async (t) => {
		const facts = {cpus: '0', totalKiB: 1024, freeKiB: 1024, distances: '10'};
		const ids = [10, 9, 2, 0];
		const files = Object.assign({}, ...ids.map((id) => makeNode(id, facts)));

		const {nodes} = await readMachine(t, files);

		assert.deepEqual(
			nodes.map(({id}) => id),
			[0, 2, 9, 10],
		);
	});

	test('of a kernel without NUMA is one node with everything', async (t) => {
		const {nodes, allowedCpus, allowedMemoryNodes} = await readMachine(t, {
			'sys/devices/system/cpu/online': '0-3\n',
			'proc/meminfo': 'MemTotal: 2097152 kB\nMemFree: 1048576 kB\n',
		});

		const memory = {memoryTotalMiB: 2048, memoryFreeMiB: 1024};
		assert.deepEqual(nodes, [{id: 0, cpus: [0, 1, 2, 3], ...memory, distances: [10], socket: null}]);
		assert.deepEqual([allowedCpus, allowedMemoryNodes], [[0, 1, 2, 3], [0]]);
	});

	test('keeps nodes and CPUs when the driver fails, with its words as the reason why no GPU is there', async (t) => {
		const {nodes, gpus, gpuProblem} = await readMachine(t, FOUR_NODES, {code: 6, text: 'No devices were found'});

		assert.deepEqual([nodes.length, gpus], [4, []]);
		assert.match(gpuProblem ?? '', /^nvidia-smi ended with code 6: No devices were found\. Type nvidia-smi /);
	});

	test('of this machine has a node with the CPUs that we run on', async () => {
		const {nodes, allowedCpus} = await readTopology();

		const known = new Set(nodes.flatMap(({cpus}) => cpus));
		assert.ok(allowedCpus.length > 0 && allowedCpus.every((cpu) => known.has(cpu)));
	});
});
