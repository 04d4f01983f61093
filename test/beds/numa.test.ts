import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, suite, test} from 'node:test';
import {findPython} from '../../source/effects/python.ts';
import {fixtureSuites, makeWorkplace, ONE_EACH, requireBuild, runProgram} from '../rig/built-program.ts';
import {lacksNumaMachine, type NumaMachine, startNumaMachine} from '../rig/numa-machine.ts';
import {readWords} from '../rig/plan-words.ts';
import {readJournal} from '../rig/read-journal.ts';
import type {ResultRecord} from '../rig/run-files.ts';

type PlannedCell = {
	readonly gpu_id: number;
	readonly numa_node: number;
	readonly argv: readonly string[];
	readonly env: {readonly [name: string]: string};
};

const skip = lacksNumaMachine();
const python = await findPython({env: process.env});
const noTorch = python.kind === 'none' && 'no interpreter here has PyTorch';

/** A process that imports PyTorch computes for a minute under emulation, so one runs, beside everything else. */
const TORCH_RUN = [
	...ONE_EACH,
	"'experiment.hardware.numa_nodes=[2]'",
	'experiment.hardware.device=cpu',
	'experiment.hardware.gpu_ids=[]',
	'experiment.max_workers=2',
	'experiment.test.num_samples=8',
	'experiment.test.batch_size=4',
	'experiment.test.warmup_samples=4',
	'experiment.test.memory_size_mb=4',
	'experiment.test.tensor_shape=[3,32,32]',
	'"experiment.vit_configs=[{name:small,patch_size:32,depth:1,heads:2,dim:32,mlp_dim:64}]"',
].join(' ');

const SCRIPT = `
( mkdir -p torch && cd torch
${python.kind === 'found' ? `export WARPDECK_PYTHON='${python.path}'` : ''}
${noTorch ? 'true' : `warpdeck run numa_study ${TORCH_RUN}`} >$SHARE/torch.out 2>&1; echo $? >$SHARE/torch.code
cp outputs/*/*/*/results.json $SHARE/torch.json ) &
warpdeck topology --json >$SHARE/topology.json
warpdeck run numa_pages --suites '${fixtureSuites}' >$SHARE/pages.out 2>&1; echo $? >$SHARE/pages.code
cp outputs/*/*/*/results.json $SHARE/pages.json
mkdir phased && cd phased
warpdeck run pinned_campaign --suites '${fixtureSuites}' >$SHARE/phased.out 2>&1; echo $? >$SHARE/phased.code
cp outputs/*/*/*/results.json $SHARE/phased.json; cp outputs/*/*/*/journal.jsonl $SHARE/phased.jsonl
ls outputs/*/*/*/logs/ >$SHARE/phased.logs
cd ..
mkdir -p /tmp/groups pod && mount -t cgroup2 none /tmp/groups && echo +cpuset >/tmp/groups/cgroup.subtree_control
mkdir /tmp/groups/pod && echo 1,3 >/tmp/groups/pod/cpuset.cpus && echo 1,3 >/tmp/groups/pod/cpuset.mems
( echo $BASHPID >/tmp/groups/pod/cgroup.procs && cd pod
warpdeck topology --json >$SHARE/pod-topology.json
warpdeck run numa_pages --suites '${fixtureSuites}' hardware.numa_nodes=all >$SHARE/pod-pages.out 2>&1; echo $? >$SHARE/pod-pages.code
cp outputs/*/*/*/results.json $SHARE/pod-pages.json
mkdir refused && cd refused
warpdeck run numa_pages --suites '${fixtureSuites}' 'hardware.numa_nodes=[2,9]' >$SHARE/refused.out 2>$SHARE/refused.err
echo $? >$SHARE/refused.code
ls >$SHARE/refused.left )
wait
`;

/** Every page that was said, and the CPUs that were allowed, are those of the record's own node; a node has one CPU. */
function assertOnNode({numa_node, binding, placement, status, degraded}: ResultRecord): void {
	assert.equal(status, 'succeeded', degraded.join());
	assert.deepEqual(binding, {kind: 'strict', node: numa_node, reason: null});
	assert.equal(placement.length, 1);
	assert.deepEqual(Object.keys(placement[0]?.node_pages ?? {}), [String(numa_node)]);
	assert.ok((placement[0]?.node_pages[String(numa_node)] ?? 0) >= 1024, 'fewer pages than the 4 MiB that it holds');
	assert.equal(placement[0]?.cpus_allowed, String(numa_node));
}

suite('a machine of four NUMA nodes with a GPU on each', {skip, timeout: 420_000}, () => {
	let machine: NumaMachine;
	const readJson = <Value>(name: string) => JSON.parse(machine.read(name)) as Value;

	before(async () => {
		requireBuild();
		machine = await startNumaMachine();
		await machine.run(SCRIPT);
	});
	after(() => machine?.stop());

	test('is planned for, by its file, with strict bindings, GPUs by UUID and no problem', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const file = machine.pathOf('topology.json');
		const {stdout, stderr} = await runProgram(place, ['plan', 'numa_study', '--json', '--topology', file]);
		assert.equal(stderr, '');
		const plan: {total: number; problems: readonly unknown[]; experiments: readonly PlannedCell[]} = JSON.parse(stdout);
		assert.equal(plan.total, 48);
		assert.deepEqual(plan.problems, []);
		for (const {gpu_id, numa_node, argv, env} of plan.experiments) {
			assert.deepEqual(argv.slice(0, 3), ['numactl', `--cpunodebind=${numa_node}`, `--membind=${numa_node}`]);
			assert.equal(env.CUDA_VISIBLE_DEVICES, `GPU-0000000${gpu_id}-0000-4000-8000-00000000000${gpu_id}`);
		}
	});

	test('holds the pages and CPUs of a program on each of its nodes', () => {
		assert.equal(machine.read('pages.code'), '0\n', machine.read('pages.out'));
		const records = readJson<readonly ResultRecord[]>('pages.json');
		assert.deepEqual(
			records.map(({numa_node}) => numa_node),
			[0, 1, 2, 3],
		);
		for (const record of records) assertOnNode(record);
	});

	test('holds the input buffer of numa_study with PyTorch on its node', {skip: noTorch}, () => {
		assert.equal(machine.read('torch.code'), '0\n', machine.read('torch.out'));
		const records = readJson<readonly ResultRecord[]>('torch.json');
		assert.deepEqual(
			records.map(({numa_node, device}) => [numa_node, device]),
			[[2, 'cpu']],
		);
		for (const record of records) assertOnNode(record);
	});

	test('runs the phases of a campaign on the GPUs that they are pinned to, each on its own node, and the last behind both', () => {
		assert.equal(machine.read('phased.code'), '0\n', machine.read('phased.out'));
		const records = readJson<readonly ResultRecord[]>('phased.json');
		assert.deepEqual(
			records.map(({run_id, gpu_id, binding}) => [run_id, gpu_id, binding?.kind, binding?.node]),
			[
				['left.gpu0_numa0', 0, 'strict', 0],
				['right.gpu2_numa2', 2, 'strict', 2],
				['both.gpu0_numa0', 0, 'strict', 0],
				['both.gpu2_numa2', 2, 'strict', 2],
			],
		);
		const told = readJournal(readFileSync(machine.pathOf('phased.jsonl'))).events.flatMap((event) =>
			event.type === 'phase-judged' ? [event.phase] : event.type === 'launching' ? [event.id] : [],
		);
		assert.deepEqual(told.slice(0, 4).toSorted(), ['left', 'left.gpu0_numa0', 'right', 'right.gpu2_numa2']);
		assert.deepEqual(told.slice(4).toSorted(), ['both', 'both.gpu0_numa0', 'both.gpu2_numa2']);
		assert.match(machine.read('phased.logs'), /progress-gpu0\.log\nprogress-gpu2\.log/);
	});

	test('is read by PCI address: sysfs decides where a GPU is, and what the tool says of it stands beside', async () => {
		const {topology, bindings} = (await readWords(machine.pathOf('topology.json'))).machine;

		assert.deepEqual(
			topology.nodes.map(({id, cpus, distances}) => [id, cpus, distances]),
			[
				[0, [0], [10, 12, 21, 21]],
				[1, [1], [12, 10, 21, 21]],
				[2, [2], [21, 21, 10, 12]],
				[3, [3], [21, 21, 12, 10]],
			],
		);
		assert.deepEqual(
			topology.gpus.map(({numaNode, numaAffinity}) => [numaNode, numaAffinity]),
			[
				[0, 3],
				[1, 3],
				[2, 1],
				[3, 1],
			],
		);
		assert.deepEqual(Object.values(bindings), Array(4).fill({kind: 'strict'}));
	});

	test('gives each word for nodes its meaning, and tells of the disagreement', async () => {
		const {nodesOf, planOf} = await readWords(machine.pathOf('topology.json'));

		for (const word of ['auto', 'local']) assert.deepEqual(nodesOf(word), ['0:0', '1:1', '2:2', '3:3']);
		assert.deepEqual(nodesOf('remote'), ['0:2,3', '1:2,3', '2:0,1', '3:0,1']);
		assert.deepEqual(nodesOf('all'), ['0:0,1,2,3', '1:0,1,2,3', '2:0,1,2,3', '3:0,1,2,3']);
		const {problems, notices} = planOf('all');
		assert.deepEqual(problems, []);
		assert.ok(notices.includes('GPU 2: sysfs says NUMA node 2, nvidia-smi topo -m says 1; sysfs is taken.'));
	});

	test('inside a cpuset of nodes 1 and 3 is still four nodes, of which two may be bound, and the reason is the cpuset', async () => {
		const {topology, bindings} = (await readWords(machine.pathOf('pod-topology.json'))).machine;

		assert.deepEqual([topology.nodes.length, topology.allowedCpus, topology.allowedMemoryNodes], [4, [1, 3], [1, 3]]);
		assert.deepEqual([bindings[1], bindings[3]], Array(2).fill({kind: 'strict'}));
		for (const node of [0, 2]) assert.match(JSON.stringify(bindings[node]), new RegExp(`cpuset .*NUMA node ${node}`));
	});

	test('inside that cpuset resolves words to what may be used, and says what a GPU’s own node lacks', async () => {
		const {nodesOf, planOf} = await readWords(machine.pathOf('pod-topology.json'));

		assert.deepEqual(nodesOf('remote'), ['0:3', '1:3', '2:1', '3:1']);
		assert.deepEqual(nodesOf('all'), ['0:1,3', '1:1,3', '2:1,3', '3:1,3']);
		assert.ok(
			planOf('all').notices.includes('numa_nodes=all leaves node 2 out: its memory is not allowed here (cpuset).'),
		);
		assert.deepEqual(
			planOf('local').problems.map(({message}) => /^Node (\d) cannot be bound strictly: The cpuset/.exec(message)?.[1]),
			['0', '2'],
		);
	});

	test('inside that cpuset is asked for nodes 2 and 9 in vain: exit code 3, both reasons, and nothing started', () => {
		assert.equal(machine.read('refused.code'), '3\n');
		assert.equal(machine.read('refused.out'), '');
		assert.match(machine.read('refused.err'), /Node 2 cannot be bound strictly: The cpuset[\s\S]*try: /);
		assert.match(machine.read('refused.err'), /[Nn]ode 9 .*nodes 0, 1, 2, 3/);
		assert.equal(machine.read('refused.left'), '');
	});

	test('inside that cpuset holds a program’s pages on each node of all', () => {
		assert.equal(machine.read('pod-pages.code'), '0\n', machine.read('pod-pages.out'));
		const records = readJson<readonly ResultRecord[]>('pod-pages.json');
		assert.deepEqual(
			records.map(({numa_node}) => numa_node),
			[1, 3],
		);
		for (const record of records) assertOnNode(record);
	});
});
