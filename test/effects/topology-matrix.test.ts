import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {parseTopologyMatrix} from '../../source/effects/topology-matrix.ts';

const read = (name: string) => readFileSync(new URL(`../../fixtures/topology/${name}`, import.meta.url), 'utf8');
const expected: {readonly [name: string]: readonly number[]} = JSON.parse(read('expected-gpu-numa-nodes.json'));

const linksOf = (name: string, gpu: number) => [
	...(parseTopologyMatrix(read(name)).find(({index}) => index === gpu)?.links ?? []),
];

suite('what nvidia-smi topo -m printed', () => {
	for (const [name, nodes] of Object.entries(expected)) {
		test(`on the machine of ${name} names a node for each of ${nodes.length} GPUs, and each to itself X`, () => {
			const rows = parseTopologyMatrix(read(name));

			assert.deepEqual(
				rows.map(({index, numaAffinity}) => [index, numaAffinity]),
				nodes.map((node, index) => [index, node]),
			);
			for (const {index, links} of rows) {
				assert.equal(links.size, nodes.length);
				assert.equal(links.get(index), 'X');
			}
		});
	}

	test('keeps the links between GPUs, and leaves those to network cards out', () => {
		assert.deepEqual(linksOf('two-nodes-with-nics.txt', 1), [
			[0, 'SYS'],
			[1, 'X'],
		]);
		assert.deepEqual(linksOf('v100x8-2nodes.txt', 3), [
			[0, 'NV1'],
			[1, 'NV2'],
			[2, 'NV2'],
			[3, 'X'],
			[4, 'NV1'],
			[5, 'SYS'],
			[6, 'SYS'],
			[7, 'SYS'],
		]);
	});

	test('is read where a terminal made blanks of its tabs', () => {
		assert.deepEqual(linksOf('five-gpus-mixed-blanks.txt', 4), [
			[0, 'SYS'],
			[1, 'NODE'],
			[2, 'NODE'],
			[3, 'PHB'],
			[4, 'X'],
		]);
	});

	for (const [what, text] of [
		['by a driver that has no such column', '\tGPU0\tCPU Affinity\nGPU0\t X \t0-15\n'],
		['of a GPU with several nodes', '\tGPU0\tCPU Affinity\tNUMA Affinity\nGPU0\t X \t0-31\t0-1\n'],
		['of a GPU without any', '\tGPU0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\nGPU0\t X \t\t\t\tN/A\n'],
		[
			'of a row of blanks that lacks a cell',
			'        GPU0    CPU Affinity    NUMA Affinity   GPU NUMA ID\nGPU0     X      1    N/A\n',
		],
	] as const) {
		test(`${what} names no node`, () => {
			assert.deepEqual(
				parseTopologyMatrix(text).map(({numaAffinity}) => numaAffinity),
				[null],
			);
		});
	}

	test('instead of a matrix is no GPU at all', () => {
		assert.deepEqual(parseTopologyMatrix('Failed to initialize NVML: Driver/library version mismatch\n'), []);
		assert.deepEqual(parseTopologyMatrix(''), []);
	});
});
