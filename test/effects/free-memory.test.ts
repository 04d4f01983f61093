import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createMemoryReader} from '../../source/effects/free-memory.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const read = (context: TestContext, files: {readonly [path: string]: string}) => {
	const root = makeTemporaryFolder(context);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), text);
	}
	return createMemoryReader({sysRoot: join(root, 'sys'), procRoot: join(root, 'proc')});
};

const mib = (name: string, value: number): string => `Node 1 ${name}:  ${value * 1024} kB\n`;
const NODE = 'sys/devices/system/node/node1/meminfo';
const MEMINFO = `MemTotal: ${64_000 * 1024} kB\nMemFree: ${1000 * 1024} kB\nMemAvailable: ${50_000 * 1024} kB\n`;

suite('free memory', () => {
	test('of a node is what nobody uses and the file cache, but for what must be written first', async (context) => {
		const text = [
			['MemTotal', 32_000],
			['MemFree', 2000],
			['FilePages', 20_000],
			['Shmem', 9000],
			['Active(file)', 4000],
			['Inactive(file)', 7000],
			['Dirty', 900],
			['Writeback', 100],
		] as const;
		const memory = await read(context, {[NODE]: text.map(([name, value]) => mib(name, value)).join('')}).readNode(1);

		assert.deepEqual(memory, {totalMiB: 32_000, freeMiB: 12_000});
	});

	test('of a node that does not say is unknown, not none', async (context) => {
		assert.deepEqual(await read(context, {}).readNode(1), {totalMiB: null, freeMiB: null});
	});

	test('of the host is what its kernel says is available', async (context) => {
		const memory = await read(context, {'proc/meminfo': MEMINFO}).readHost();

		assert.deepEqual(memory, {totalMiB: 64_000, freeMiB: 50_000});
	});

	test('of a container is what its limit leaves, its file cache included', async (context) => {
		const memory = await read(context, {
			'proc/meminfo': MEMINFO,
			'sys/fs/cgroup/memory.max': `${8000 * 2 ** 20}\n`,
			'sys/fs/cgroup/memory.current': `${5000 * 2 ** 20}\n`,
			'sys/fs/cgroup/memory.stat': `anon 1\ninactive_file ${500 * 2 ** 20}\n`,
		}).readHost();

		assert.deepEqual(memory, {totalMiB: 8000, freeMiB: 3500});
	});

	test('of a container without a limit is the host’s', async (context) => {
		const memory = await read(context, {
			'proc/meminfo': MEMINFO,
			'sys/fs/cgroup/memory.max': 'max\n',
			'sys/fs/cgroup/memory.current': '5\n',
		}).readHost();

		assert.deepEqual(memory, {totalMiB: 64_000, freeMiB: 50_000});
	});
});
