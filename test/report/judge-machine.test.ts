import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Machine, Topology} from '../../source/domain/topology.ts';
import {type DriverFacts, judgeMachine} from '../../source/report/judge-machine.ts';
import {gpu, numaNode, topology} from '../rig/story.ts';
import {cpuMachine, machine} from '../rig/suites.ts';

const DRIVER: DriverFacts = {
	cuda: '13.0',
	devices: ['0000:10:00.0'],
	managementLibrary: '/usr/lib64/libnvidia-ml.so.1',
};

/** `name: verdict says` of each finding. */
const judge = (host: Machine, driver: Partial<DriverFacts> = {}) =>
	judgeMachine(host, {...DRIVER, ...driver}).map(({name, verdict, says}) => `${name}: ${verdict} ${says}`);

const find = (host: Machine, name: string, driver: Partial<DriverFacts> = {}) =>
	judgeMachine(host, {...DRIVER, ...driver}).filter((finding) => finding.name === name);

const on = (changes: Partial<Topology>) => machine(changes);

suite('a machine with GPUs', () => {
	test('has driver, CUDA, GPUs, library, nodes and bindings', () => {
		assert.deepEqual(judge(machine()), [
			'driver: ok NVIDIA 580.0',
			'CUDA: ok the driver serves up to 13.0',
			'GPUs: ok 4 x Story GPU',
			'NVML: ok /usr/lib64/libnvidia-ml.so.1',
			'NUMA: ok 4 nodes, 4 CPUs',
			'GPU places: ok GPU 0-1 on node 0, GPU 2-3 on node 2',
			'binding: ok nodes 0-3: CPUs and memory',
		]);
	});

	test('whose driver cannot be asked is broken, in the driver’s words', () => {
		const [driver] = find(on({gpus: [], driverVersion: null, gpuProblem: 'nvidia-smi hung.'}), 'driver');

		assert.deepEqual(driver, {name: 'driver', verdict: 'broken', says: 'nvidia-smi hung', mend: 'nvidia-smi'});
	});

	test('on its bus and no driver is told to install one', () => {
		const [driver] = find(on({gpus: [], driverVersion: null}), 'driver');

		assert.equal(driver?.verdict, 'missing');
		assert.match(driver?.says ?? '', /1 NVIDIA GPU on the PCI bus/);
		assert.match(driver?.mend ?? '', /--gpus all/);
	});

	test('tells where its two sources of a GPU’s node disagree', () => {
		const [, disagreement] = find(on({gpus: [{...gpu(0, 0), numaAffinity: 1}]}), 'GPU places');

		assert.equal(disagreement?.verdict, 'note');
		assert.match(disagreement?.says ?? '', /sysfs says NUMA node 0, nvidia-smi topo -m says 1; sysfs is taken/);
	});

	test('that does not say where any of them is cannot show a penalty', () => {
		const [places] = find(on({gpus: [gpu(0, null)]}), 'GPU places');

		assert.match(places?.says ?? '', /^a NUMA penalty is not measurable here, because /);
	});

	test('may know the place of some of them only', () => {
		const [places] = find(on({gpus: [gpu(0, null), gpu(1, 2)]}), 'GPU places');

		assert.equal(places?.says, 'GPU 0 on no known node, GPU 1 on node 2');
	});

	test('is watched by nvidia-smi where the library is not found', () => {
		assert.match(find(machine(), 'NVML', {managementLibrary: null})[0]?.says ?? '', /telemetry comes from nvidia-smi/);
	});
});

suite('a machine without a GPU', () => {
	test('misses nothing: experiments run on the CPU', () => {
		assert.deepEqual(judge(cpuMachine(), {devices: [], cuda: null, managementLibrary: null}), [
			'driver: note none, and no NVIDIA GPU on the PCI bus: experiments run on the CPU',
			'NUMA: ok 1 node, 1 CPU',
			'binding: ok node 0: CPUs and memory',
		]);
	});
});

suite('nodes', () => {
	test('that a cpuset forbids are told, and are no fault of the binding', () => {
		const host = {
			topology: topology({allowedCpus: [1, 3], allowedMemoryNodes: [1, 3]}),
			bindings: {1: {kind: 'strict'}, 3: {kind: 'strict'}, 0: {kind: 'none', reason: 'r'}},
		} as const;

		assert.match(find(host, 'NUMA')[0]?.says ?? '', /allowed here: CPUs 1,3, memory of nodes 1,3$/);
		assert.deepEqual(
			find(host, 'binding').map(({verdict, says}) => `${verdict} ${says}`),
			['note nodes 0,2: not used, its memory is not allowed here (cpuset)', 'ok nodes 1,3: CPUs and memory'],
		);
	});

	test('without CPUs are named, because nothing can run there', () => {
		const host = machine({nodes: [numaNode(0, [10, 12]), {...numaNode(1, [12, 10]), cpus: []}]}, {0: {kind: 'strict'}});

		assert.deepEqual(
			find(host, 'binding').map(({says}) => says),
			['node 0: CPUs and memory', 'node 1: not used, it has no CPUs'],
		);
	});

	test('that the container refuses to bind are broken, once for all of them, with what allows it', () => {
		const reason = 'set_mempolicy is not permitted here. Next: start it with --cap-add=SYS_NICE, or add binding=cpu.';
		const refused = {kind: 'cpu-only', reason} as const;
		const host = machine({}, {0: refused, 1: refused, 2: refused, 3: refused});

		assert.deepEqual(find(host, 'binding'), [
			{
				name: 'binding',
				verdict: 'broken',
				says: 'nodes 0-3: set_mempolicy is not permitted here',
				mend: 'start it with --cap-add=SYS_NICE, or add binding=cpu',
			},
		]);
	});
});
