import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import type {NodeBinding, NumaNode, Topology} from '../../source/domain/topology.ts';
import {explainRefusal, readBindings} from '../../source/effects/numactl.ts';
import {readTopology} from '../../source/effects/topology.ts';
import {fakeNumactl, makeFolder} from './fake-tools.ts';

const makeNode = (id: number, cpus: readonly number[], memoryTotalMiB = 1024): NumaNode => {
	return {id, cpus, memoryTotalMiB, memoryFreeMiB: 512, distances: [10, 21], socket: 0};
};

const makeTopology = (nodes: readonly NumaNode[], allowedMemoryNodes: readonly number[]): Topology => ({
	hostname: 'host',
	kernel: '6.1',
	cpuModel: 'CPU',
	nodes,
	gpus: [],
	allowedCpus: nodes.flatMap(({cpus}) => cpus),
	allowedMemoryNodes,
	driverVersion: null,
	gpuProblem: null,
	origin: 'measured',
});

const reasonOf = (binding: NodeBinding | undefined) => (binding && 'reason' in binding ? binding.reason : '');
const readMessage = (name: string) => readFileSync(new URL(`../../fixtures/messages/${name}`, import.meta.url), 'utf8');

suite('the pre-flight of NUMA bindings', () => {
	const oneNode = makeTopology([makeNode(0, [0])], [0]);

	test('calls a node strict that a no-op was bound to', async () => {
		assert.deepEqual(await readBindings(oneNode, {env: fakeNumactl({})}), {0: {kind: 'strict'}});
	});

	test('falls back to CPUs only where a container refuses set_mempolicy, and says how to allow it', async () => {
		const FAKE_NUMACTL_MESSAGE = 'set_mempolicy: Operation not permitted\nsetting membind: Operation not permitted';

		const {0: binding} = await readBindings(oneNode, {env: fakeNumactl({FAKE_NUMACTL_MESSAGE})});

		assert.equal(binding?.kind, 'cpu-only');
		assert.match(
			reasonOf(binding),
			/^set_mempolicy is not permitted here, .* Next: start the container with --cap-add=SYS_NICE /,
		);
		assert.match(reasonOf(binding), /or add experiment\.hardware\.binding=cpu\.$/);
	});

	test('says to install numactl where there is none, and that CPUs can still be bound', async (t) => {
		const bin = makeFolder(t);
		for (const tool of ['taskset', 'true'])
			symlinkSync(execFileSync('which', [tool], {encoding: 'utf8'}).trim(), join(bin, tool));

		const {0: binding} = await readBindings(oneNode, {env: {PATH: bin}});

		assert.equal(binding?.kind, 'cpu-only');
		assert.match(reasonOf(binding), /^numactl is not installed\. Next: install it \(apt-get install numactl/);
	});

	test('finds no binding where there is neither numactl nor taskset', async (t) => {
		const {0: binding} = await readBindings(oneNode, {env: {PATH: makeFolder(t)}});

		assert.equal(binding?.kind, 'none');
		assert.match(reasonOf(binding), /or add experiment\.hardware\.binding=off\.$/);
	});

	test('tries each node by itself, so that a forbidden one does not spoil the others', async () => {
		const topology = makeTopology([makeNode(0, [0]), makeNode(1, [0])], [0]);

		const bindings = await readBindings(topology, {env: fakeNumactl({FAKE_NUMACTL_NODES: '0'})});

		assert.deepEqual(bindings[0], {kind: 'strict'});
		assert.match(reasonOf(bindings[1]), /^The cpuset .* forbids memory of NUMA node 1 \(it allows that of 0 only\)\./);
		assert.match(reasonOf(bindings[1]), /Next: choose experiment\.hardware\.numa_nodes=\[0\], or add /);
	});

	test('gives no binding to a node without CPUs, because nothing can run there', async () => {
		const topology = makeTopology([makeNode(0, [0]), makeNode(1, [])], [0, 1]);

		const {1: binding} = await readBindings(topology, {env: fakeNumactl({FAKE_NUMACTL_NODES: '0'})});

		assert.equal(binding?.kind, 'none');
		assert.match(reasonOf(binding), /^NUMA node 1 has memory but no CPUs to run on\. Next: choose .*numa_nodes=\[0\]/);
	});
});

suite('a refusal of numactl', () => {
	const topology = makeTopology([makeNode(0, [0]), makeNode(1, [1])], [0, 1]);
	const explain = (stderr: string, node = makeNode(1, [1]), of = topology) =>
		explainRefusal({kind: 'answered', code: 1, stdout: '', stderr}, node, of).why;

	test('that was recorded for an unknown node names the nodes that exist', () => {
		assert.equal(explain(readMessage('numactl-no-node.txt')), 'numactl knows no NUMA node 1 (sysfs names 0, 1).');
	});

	test('of the same words means a cpuset where the kernel does not allow the node', () => {
		const inPod = makeTopology(topology.nodes, [0]);

		assert.match(explain(readMessage('numactl-no-node.txt'), makeNode(1, [1]), inPod), /^The cpuset .* forbids memory/);
	});

	test('of sched_setaffinity, as recorded, means that no CPU of the node is allowed', () => {
		assert.match(
			explain(readMessage('numactl-sched-setaffinity.txt')),
			/^The cpuset .* allows no CPU of NUMA node 1\.$/,
		);
	});

	test('by seccomp, as recorded, names the call that is not permitted', () => {
		assert.match(explain(readMessage('numactl-set-mempolicy.txt')), /^set_mempolicy is not permitted here/);
		assert.match(explain('sched_setaffinity: Operation not permitted'), /^sched_setaffinity is not permitted here/);
	});

	test('of a kernel without NUMA says so', () => {
		const said = 'numactl: This system does not support NUMA policy';

		assert.equal(explain(said), 'This kernel or sandbox has no NUMA policy.');
	});

	test('for a node without memory says so', () => {
		assert.equal(explain('<1> is invalid', makeNode(1, [1], 0)), 'NUMA node 1 has CPUs but no memory.');
	});

	test('in words that nobody knows is passed on', () => {
		assert.equal(explain('numactl: out of cheese.\nmore'), 'numactl ended with code 1: numactl: out of cheese.');
	});

	test('by silence says how long it lasted', () => {
		const {why} = explainRefusal({kind: 'hung', afterMs: 10_000}, makeNode(0, [0]), topology);

		assert.equal(why, 'numactl did not answer within 10 s.');
	});
});

suite('the real numactl', {skip: findSkipReason()}, () => {
	test('binds to a node of this machine, and not to one that does not exist', async () => {
		const topology = await readTopology();
		const node = topology.nodes.find(({id}) => topology.allowedMemoryNodes.includes(id)) ?? makeNode(0, [0]);
		const withGhost = {...topology, nodes: [node, makeNode(57, [0])]};

		const bindings = await readBindings(withGhost);

		assert.deepEqual(bindings[node.id], {kind: 'strict'});
		assert.match(reasonOf(bindings[57]), /NUMA node 57/);
	});
});

function findSkipReason(): string | false {
	try {
		execFileSync('numactl', ['--localalloc', 'true'], {stdio: 'ignore'});
		return false;
	} catch {
		return 'numactl is not installed, or this container forbids it';
	}
}
