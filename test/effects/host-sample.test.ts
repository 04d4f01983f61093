import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createHostSampler, measureCpuPercent, parseCpuTimes} from '../../source/effects/host-sample.ts';

function makeProc(t: TestContext, files: {readonly [name: string]: string}): string {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-proc-'));
	t.after(() => rmSync(folder, {recursive: true}));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	return folder;
}

const MEMINFO =
	'MemTotal: 1048576 kB\nMemFree: 1024 kB\nMemAvailable: 524288 kB\nSwapTotal: 2048 kB\nSwapFree: 1024 kB\n';

suite('the CPU share', () => {
	test('counts waiting for a disk as idle, and guest time once', () => {
		const before = parseCpuTimes('cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3 4\n');
		const now = parseCpuTimes('cpu  160 10 120 750 150 5 5 0 90 0\ncpu0 1 2 3 4\n');

		assert.deepEqual(before, {busy: 200, total: 1000});
		assert.equal(measureCpuPercent(before, now), 50);
	});

	test('is unknown without an earlier reading, and when no time has passed', () => {
		const times = {busy: 1, total: 2};

		assert.equal(measureCpuPercent(null, times), null);
		assert.equal(measureCpuPercent(times, times), null);
	});

	test('stays within 0 and 100 when the kernel counts backwards', () => {
		assert.equal(measureCpuPercent({busy: 50, total: 100}, {busy: 40, total: 110}), 0);
		assert.equal(measureCpuPercent({busy: 50, total: 100}, {busy: 90, total: 110}), 100);
	});

	test('is unknown where /proc/stat is something else', () => {
		assert.equal(parseCpuTimes('intr 1 2 3\n'), null);
	});
});

suite('a host sample', () => {
	test('calls memory used that no program could get, and swap what is swapped out', async (t) => {
		const procRoot = makeProc(t, {stat: 'cpu  1 1 1 1 1 1 1 1\n', meminfo: MEMINFO});

		const {memoryTotalMiB, memoryUsedMiB, swapUsedMiB} = await createHostSampler({diskPath: procRoot, procRoot})();

		assert.deepEqual([memoryTotalMiB, memoryUsedMiB, swapUsedMiB], [1024, 512, 1]);
	});

	test('measures the CPUs between two calls', async (t) => {
		const procRoot = makeProc(t, {stat: 'cpu  0 0 0 0 0 0 0 0\n', meminfo: MEMINFO});
		const sample = createHostSampler({diskPath: procRoot, procRoot});

		const first = await sample();
		writeFileSync(join(procRoot, 'stat'), 'cpu  25 0 0 75 0 0 0 0\n');
		const second = await sample();

		assert.deepEqual([first.cpuPercent, second.cpuPercent], [null, 25]);
	});

	test('has unknown values for what this machine does not show', async (t) => {
		const procRoot = makeProc(t, {});

		assert.deepEqual(await createHostSampler({diskPath: join(procRoot, 'gone'), procRoot})(), {
			cpuPercent: null,
			memoryUsedMiB: null,
			memoryTotalMiB: null,
			swapUsedMiB: null,
			diskFreeMiB: null,
		});
	});

	test('of this machine has memory in use and room on the disk', async () => {
		const {memoryUsedMiB, memoryTotalMiB, diskFreeMiB} = await createHostSampler({diskPath: tmpdir()})();

		assert.ok(memoryUsedMiB !== null && memoryTotalMiB !== null && memoryUsedMiB > 0 && memoryUsedMiB < memoryTotalMiB);
		assert.ok(diskFreeMiB !== null && diskFreeMiB > 0);
	});
});
