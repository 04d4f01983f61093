import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {readHostFile, readSimulatedHost} from '../../source/effects/host-file.ts';
import {topology} from '../rig/story.ts';

const FIXTURE = 'fixtures/hosts/four-gpus-four-nodes.json';

const NODE = {id: 0, cpus: '0-3,8', distances: [10]};
const GPU = {index: 0, uuid: 'GPU-1', name: 'A GPU', pciAddress: '0000:10:00.0', numaNode: 0};
const TOPOLOGY = {hostname: 'a', kernel: '6', cpuModel: 'c', nodes: [NODE], gpus: [GPU]};

function write(t: TestContext, content: unknown): string {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-host-'));
	t.after(() => rmSync(folder, {recursive: true}));
	const path = join(folder, 'host.json');
	writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
	return path;
}

/** The message and the first advice that the user gets, with the path left out. */
async function refuse(path: string, read: (path: string) => Promise<unknown> = readHostFile) {
	const error = await read(path).then(
		() => assert.fail('the file was taken'),
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof UserError, String(error));
	assert.equal(error.exitCode, 2);
	assert.ok(error.message.includes(path), error.message);
	return {message: error.message.replaceAll(path, 'FILE'), advice: error.tryThis[0].replaceAll(path, 'FILE')};
}

suite('the host file that comes with warpdeck', () => {
	test('has four GPUs on four nodes of two sockets, all of them plainly invented', async () => {
		const {machine, simulation} = await readSimulatedHost(FIXTURE);
		const {nodes, gpus, origin} = machine.topology;

		assert.equal(origin, 'simulated');
		assert.deepEqual(
			gpus.map(({index, numaNode}) => [index, numaNode]),
			[0, 1, 2, 3].map((index) => [index, index]),
		);
		assert.ok(gpus.every(({uuid, name}) => uuid.startsWith('GPU-5130000') && name.startsWith('SIMULATED')));
		assert.deepEqual(
			nodes.map(({socket, distances}) => [socket, distances[0]]),
			[
				[0, 10],
				[0, 12],
				[1, 21],
				[1, 21],
			],
		);
		assert.deepEqual(Object.values(machine.bindings), Array(4).fill({kind: 'strict'}));
		assert.equal(simulation.failOneIn, 40);
	});

	test('describes the machine alone when it is planned for', async () => {
		const {machine} = await readHostFile(FIXTURE);

		assert.equal(machine.topology.origin, 'file');
	});
});

suite('a host file', () => {
	test('may leave out what can be completed', async (t) => {
		const {machine, simulation} = await readHostFile(write(t, {topology: TOPOLOGY}));

		assert.deepEqual(machine.topology.nodes[0]?.cpus, [0, 1, 2, 3, 8]);
		assert.deepEqual(machine.topology.allowedCpus, [0, 1, 2, 3, 8]);
		assert.deepEqual(machine.topology.allowedMemoryNodes, [0]);
		assert.deepEqual(machine.bindings, {'0': {kind: 'strict'}});
		assert.equal(simulation, null);
	});

	test('may be a machine that was saved, and is none that was measured here any more', async (t) => {
		const machine = {topology: topology(), bindings: {'0': {kind: 'none', reason: 'not permitted'}}};

		const read = await readHostFile(write(t, machine));

		assert.deepEqual(read.machine, {...machine, topology: topology({origin: 'file'})});
	});

	test('may hold what nvidia-smi topo -m says, and a node without distances', async (t) => {
		const gpus = [{...GPU, numaAffinity: null}];
		const file = {topology: {...TOPOLOGY, nodes: [{...NODE, distances: []}], gpus, gpuLinks: [['X']]}};

		const {topology: read} = (await readHostFile(write(t, file))).machine;

		assert.deepEqual([read.gpuLinks, read.gpus[0]?.numaAffinity, read.nodes[0]?.distances], [[['X']], null, []]);
	});

	test('that does not exist is named, with the way to look for it', async () => {
		assert.deepEqual(await refuse('no/such/host.json'), {
			message: "The host file 'FILE' does not exist.",
			advice: "ls -l 'FILE'   # the path counts from this folder",
		});
	});

	test('that is no JSON is told where it breaks', async (t) => {
		const {message, advice} = await refuse(write(t, '{"topology": }'));

		assert.equal(message, "The host file 'FILE' is not JSON: a value is missing (line 1, column 14).");
		assert.equal(advice, "put it right in 'FILE'");
	});

	test('may have comments and a comma too many', async (t) => {
		const text = JSON.stringify({topology: TOPOLOGY}).replace(/}$/, ', // as measured\n}');

		assert.equal((await readHostFile(write(t, text))).machine.topology.origin, 'file');
	});

	test('with a wrong value is told the key and what to put right', async (t) => {
		const gpus = [{...GPU, index: 'zero'}];

		const {message, advice} = await refuse(write(t, {topology: {...TOPOLOGY, gpus}}));

		assert.match(message, /describes no machine: topology\.gpus\.0\.index: .*expected number/);
		assert.equal(advice, "put topology.gpus.0.index right in 'FILE'");
	});

	test('with a mistyped key is told the nearest one, because nothing may be silently ignored', async (t) => {
		const gpus = [{...GPU, numanode: 1}];

		assert.deepEqual(await refuse(write(t, {topology: {...TOPOLOGY, gpus}})), {
			message: "The host file 'FILE' has the key topology.gpus.0.numanode, which nothing reads.",
			advice: 'write numaNode instead   # the nearest known key',
		});
	});

	for (const [what, change, expected] of [
		['a GPU on a node that is not there', {gpus: [{...GPU, numaNode: 5}]}, /gpus\.0\.numaNode: there is no node 5/],
		[
			'too many distances',
			{nodes: [{...NODE, distances: [10, 20]}]},
			/nodes\.0\.distances: it takes one distance a node/,
		],
		['links of another number of GPUs', {gpuLinks: [['X', 'SYS']]}, /gpuLinks: it takes 1 rows of 1, one for each GPU/],
		['a node twice', {nodes: Array(2).fill({...NODE, distances: [10, 20]})}, /nodes: two nodes have the same id/],
		['a GPU twice', {gpus: [GPU, GPU]}, /gpus: two GPUs have the same index/],
		['a list of CPUs in another form', {nodes: [{...NODE, cpus: '0..3'}]}, /nodes\.0\.cpus: it takes CPUs as "0-3,8"/],
	] as const) {
		test(`with ${what} is refused`, async (t) => {
			const {message} = await refuse(write(t, {topology: {...TOPOLOGY, ...change}}));

			assert.match(message, expected);
		});
	}

	test('without rates can be planned for and not played', async (t) => {
		const {message, advice} = await refuse(write(t, {topology: TOPOLOGY}), readSimulatedHost);

		assert.equal(message, "The host file 'FILE' has no key simulation, so nobody knows how fast to play it.");
		assert.match(advice, /^fixtures\/hosts\/four-gpus-four-nodes\.json/);
	});
});
