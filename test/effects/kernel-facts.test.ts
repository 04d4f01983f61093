import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {readKernelFacts} from '../../source/effects/kernel-facts.ts';
import {readMemoryLimitMiB} from '../../source/effects/memory-limit.ts';
import {listNvidiaDevices} from '../../source/effects/sysfs.ts';
import {makeFolder} from './fake-tools.ts';

/** Folders that stand for /sys and /proc, with these files. */
function plant(t: TestContext, files: {readonly [path: string]: string}) {
	const root = makeFolder(t);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), `${text}\n`);
	}
	return {sysRoot: join(root, 'sys'), procRoot: join(root, 'proc'), sharedMemory: root};
}

suite('what the kernel says', () => {
	test('is read from its files', async (t) => {
		const roots = plant(t, {
			'proc/sys/kernel/perf_event_paranoid': '-1',
			'proc/sys/kernel/numa_balancing': '1',
			'proc/sys/vm/zone_reclaim_mode': '3',
			'proc/driver/nvidia/params': 'RmProfilingAdminOnly: 1',
			'proc/self/status': 'Name:\tnode\nCapEff:\t0000000000200000',
			'proc/self/limits': 'Max cpu time  unlimited  unlimited  seconds\nMax locked memory  8388608  unlimited  bytes',
			'proc/self/cgroup': '0::/',
			'proc/meminfo': 'MemTotal: 2097152 kB',
			'sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never',
			'sys/fs/cgroup/memory.max': '1073741824',
		});

		const {sharedMemory, ...facts} = await readKernelFacts(roots);

		assert.deepEqual(facts, {
			perfParanoid: -1,
			numaBalancing: 1,
			hugePages: '[always] madvise never',
			zoneReclaim: 3,
			nvidiaParams: 'RmProfilingAdminOnly: 1',
			isAdministrator: true,
			memlock: 8,
			memoryLimitMiB: 1024,
			memoryTotalMiB: 2048,
		});
		assert.ok((sharedMemory?.totalMiB ?? 0) > 0);
	});

	test('is unknown where there is no file, and nothing is invented', async (t) => {
		const facts = await readKernelFacts({...plant(t, {}), sharedMemory: '/no/such/folder'});

		const {isAdministrator, ...others} = facts;
		assert.equal(isAdministrator, false);
		assert.deepEqual(new Set(Object.values(others)), new Set([null]));
	});

	test('of an unlimited lock and of lesser capabilities is said so', async (t) => {
		const roots = plant(t, {
			'proc/self/status': 'CapEff:\t00000000a80425fb',
			'proc/self/limits': 'Max locked memory         unlimited            unlimited            bytes',
		});

		const {memlock, isAdministrator} = await readKernelFacts(roots);

		assert.deepEqual([memlock, isAdministrator], ['unlimited', false]);
	});
});

suite('the memory limit of the control groups', () => {
	const limit = async (t: TestContext, files: {readonly [path: string]: string}) => {
		const {sysRoot, procRoot} = plant(t, files);
		return readMemoryLimitMiB(sysRoot, procRoot);
	};

	test('is the lowest of all folders on the way to the root', async (t) => {
		const files = {
			'proc/self/cgroup': '0::/pod/container',
			'sys/fs/cgroup/pod/container/memory.max': 'max',
			'sys/fs/cgroup/pod/memory.max': '536870912',
			'sys/fs/cgroup/memory.max': '1073741824',
		};

		assert.equal(await limit(t, files), 512);
	});

	test('of version 1 stands in a folder of its own, and its largest number means none', async (t) => {
		const cgroup = {'proc/self/cgroup': '5:devices:/x\n4:cpu,memory:/job'};
		const file = 'sys/fs/cgroup/memory/job/memory.limit_in_bytes';

		assert.equal(await limit(t, {...cgroup, [file]: '268435456'}), 256);
		assert.equal(await limit(t, {...cgroup, [file]: '9223372036854771712'}), null);
	});

	test('is none where nobody sets one', async (t) => {
		assert.equal(await limit(t, {'proc/self/cgroup': '0::/', 'sys/fs/cgroup/memory.max': 'max'}), null);
		assert.equal(await limit(t, {}), null);
	});
});

test('NVIDIA GPUs on the PCI bus are its display and 3D controllers, without its audio and switches', async (t) => {
	const device = (address: string, vendor: string, kind: string) => ({
		[`sys/bus/pci/devices/${address}/vendor`]: vendor,
		[`sys/bus/pci/devices/${address}/class`]: kind,
	});
	const {sysRoot} = plant(t, {
		...device('0000:41:00.0', '0x10de', '0x030200'),
		...device('0000:21:00.0', '0x10de', '0x030000'),
		...device('0000:21:00.1', '0x10de', '0x040300'),
		...device('0000:05:00.0', '0x10de', '0x068000'),
		...device('0000:00:02.0', '0x1234', '0x038000'),
	});

	assert.deepEqual(await listNvidiaDevices(sysRoot), ['0000:21:00.0', '0000:41:00.0']);
});
