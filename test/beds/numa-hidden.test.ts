import assert from 'node:assert/strict';
import {after, before, suite, test} from 'node:test';
import {fixtureSuites, requireBuild} from '../rig/built-program.ts';
import {lacksNumaMachine, type NumaMachine, startNumaMachine} from '../rig/numa-machine.ts';
import {readWords} from '../rig/plan-words.ts';

const skip = lacksNumaMachine();

/** Runs on the machine whose GPUs hide their places and whose node 4 has no CPUs. */
const SCRIPT = `
warpdeck topology --json >$SHARE/topology.json
warpdeck run gpu_nodes --suites '${fixtureSuites}' >$SHARE/nodes.out 2>&1; echo $? >$SHARE/nodes.code
cp outputs/*/*/*/experiment_summary.json $SHARE/summary.json
warpdeck run -m gpu_nodes --suites '${fixtureSuites}' 'hardware.numa_nodes=remote,[4]' 2>$SHARE/refused.err >$SHARE/refused.out
echo $? >$SHARE/refused.code
`;

suite('a machine that hides where its GPUs are, with a node without CPUs', {skip, timeout: 300_000}, () => {
	let machine: NumaMachine;
	const readJson = <Value>(name: string) => JSON.parse(machine.read(name)) as Value;

	before(async () => {
		requireBuild();
		machine = await startNumaMachine({memoryMiB: 512, hidesPlaces: true, hasMemoryNode: true});
		await machine.run(SCRIPT);
	});
	after(() => machine?.stop());

	test('has GPUs on no known node, whatever the tool hints at, and a node of memory only that cannot be bound', async () => {
		const {topology, bindings} = (await readWords(machine.pathOf('topology.json'))).machine;

		assert.deepEqual(
			topology.gpus.map(({numaNode, numaAffinity}) => [numaNode, numaAffinity]),
			[
				[null, 3],
				[null, 3],
				[null, 1],
				[null, 1],
			],
		);
		assert.deepEqual([topology.nodes.length, topology.nodes[4]?.cpus], [5, []]);
		assert.ok((topology.nodes[4]?.memoryTotalMiB ?? 0) > 0);
		assert.match(JSON.stringify(bindings[4]), /NUMA node 4 has memory but no CPUs to run on\./);
	});

	test('leaves auto and local unbound, finds nothing remote, and takes every node with CPUs for all', async () => {
		const {nodesOf, planOf} = await readWords(machine.pathOf('topology.json'));

		for (const word of ['auto', 'local', 'remote']) assert.deepEqual(nodesOf(word), ['0:', '1:', '2:', '3:']);
		assert.deepEqual(nodesOf('all'), ['0:0,1,2,3', '1:0,1,2,3', '2:0,1,2,3', '3:0,1,2,3']);
		const {problems} = planOf('remote');
		assert.equal(problems.length, 4);
		assert.match(problems[0]?.message ?? '', /^numa_nodes=remote names no node here: .*which node GPU 0 is/);
		assert.ok(planOf('all').notices.includes('numa_nodes=all leaves node 4 out: it has no CPUs.'));
	});

	test('runs a suite that compares nodes, and its verdict is a reason instead of a number', () => {
		assert.equal(machine.read('nodes.code'), '0\n', machine.read('nodes.out'));
		const {numa_penalty} = readJson<{numa_penalty: {available: boolean; reason: string}}>('summary.json');

		assert.equal(numa_penalty.available, false);
		assert.match(numa_penalty.reason, /^Not measurable here, because the machine does not say .*hints at node 3/);
	});

	test('refuses remote and the node without CPUs with exit code 3, each with its reason', () => {
		assert.equal(machine.read('refused.code'), '3\n');
		assert.equal(machine.read('refused.out'), '');
		assert.match(
			machine.read('refused.err'),
			/numa_nodes=remote names no node here[\s\S]*Node 4 cannot be bound strictly: NUMA node 4 has memory but no CPUs/,
		);
	});
});
