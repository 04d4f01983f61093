import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {checkout, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';

type PrintedMachine = {
	readonly topology: {
		readonly origin: string;
		readonly nodes: readonly {readonly id: number; readonly cpus: string}[];
		readonly gpus: readonly {readonly uuid: string; readonly numaNode: number | null; readonly numaAffinity: number}[];
		readonly gpuLinks: readonly (readonly string[])[];
	};
};

type PrintedPlan = {
	readonly problems: readonly unknown[];
	readonly notices: readonly string[];
	readonly experiments: readonly {
		readonly run_id: string;
		readonly numa_node: number | null;
		readonly env: {readonly [name: string]: string};
	}[];
};

/** Two GPUs, of whose PCI devices this machine knows nothing; the tool says that they are on nodes 0 and 1. */
const TWO_GPUS = JSON.stringify({
	gpus: 2,
	pci: ['0000ABCD:01:00.0', '0000ABCD:02:00.0'],
	topo: 'two-nodes-with-nics.txt',
});

suite('the topology of a machine with two GPUs that are on no known node', () => {
	let place: Workplace;
	let machine: PrintedMachine;
	let file = '';

	const show = async (...args: readonly string[]) => {
		const env = {
			FAKE_NVIDIA_SMI: TWO_GPUS,
			PATH: [join(checkout, 'fixtures/bin'), process.env.PATH].join(delimiter),
		};
		const {code, stdout, stderr} = await runProgram(place, args, {env});
		assert.equal(code, 0, stderr);
		return stdout;
	};

	before(async () => {
		place = makeWorkplace();
		const json = await show('topology', '--json');
		machine = JSON.parse(json) as PrintedMachine;
		file = join(place.folder, 'machine.json');
		writeFileSync(file, json);
	});
	after(() => place.remove());

	test('as JSON has what was read, the hint beside the unknown node, and CPUs as people write them', () => {
		const {origin, nodes, gpus, gpuLinks} = machine.topology;

		assert.equal(origin, 'measured');
		assert.deepEqual(
			gpus.map(({numaNode, numaAffinity}) => [numaNode, numaAffinity]),
			[
				[null, 0],
				[null, 1],
			],
		);
		assert.deepEqual(gpuLinks[0], ['X', 'SYS']);
		assert.match(nodes[0]?.cpus ?? '', /^\d/);
	});

	test('as that file is planned for just as the machine itself', async () => {
		const words = ['plan', 'quick_test', '--json', 'experiment.hardware.gpu_ids=auto', 'hardware.numa_nodes=local'];

		const here = JSON.parse(await show(...words)) as PrintedPlan;
		const there = JSON.parse(await show(...words, '--topology', file)) as PrintedPlan;

		const compare = ({problems, notices, experiments}: PrintedPlan) => ({
			problems,
			notices,
			cells: experiments.map(({run_id, numa_node, env}) => ({run_id, numa_node, env})),
		});
		assert.deepEqual(compare(there), compare(here));
		assert.equal(here.experiments.length, 6);
		assert.match(here.notices.join(), /leaves GPU 0, 1 unbound: .*topo -m hints at node 0, 1, which is not taken/);
	});

	test('is drawn within 80 columns, with the GPUs apart from the nodes', async () => {
		const drawn = await show('topology');

		assert.match(drawn, /^on no known node: [\s\S]*└─ GPU 1: NVIDIA H200, /m);
		for (const line of drawn.split('\n')) assert.ok(line.length <= 80, line);
	});

	test('is drawn in ASCII where that is asked for', async () => {
		assert.match(await show('topology', '--ascii'), /^[\n -~]+$/);
	});
});
