import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Finding} from '../../source/report/finding.ts';
import {describeKernel, judgeKernel, type KernelFacts} from '../../source/report/judge-kernel.ts';

/** A host as it should be. */
const FACTS: KernelFacts = {
	perfParanoid: 2,
	numaBalancing: 0,
	hugePages: 'always [madvise] never',
	zoneReclaim: 0,
	nvidiaParams: 'ResmanDebugLevel: 4294967295\nRmProfilingAdminOnly: 0\n',
	isAdministrator: false,
	memlock: 'unlimited',
	memoryLimitMiB: null,
	memoryTotalMiB: 65_536,
	sharedMemory: {totalMiB: 8192, freeMiB: 8000},
};

const judge = (name: string, changes: Partial<KernelFacts>): Finding => {
	const found = judgeKernel({...FACTS, ...changes}).find((finding) => finding.name === name);
	return found ?? assert.fail(`nothing is said of ${name}`);
};

suite('the kernel of a host as it should be', () => {
	test('has nothing to mend', () => {
		assert.deepEqual(
			judgeKernel(FACTS).map(({name, verdict, mend}) => [name, verdict, mend]),
			[
				['memory limit', 'ok', null],
				['shared memory', 'ok', null],
				['locked memory', 'ok', null],
				['NUMA balancing', 'ok', null],
				['huge pages', 'note', null],
				['zone reclaim', 'ok', null],
				['perf events', 'ok', null],
				['GPU counters', 'ok', null],
			],
		);
	});
});

suite('GPU performance counters', () => {
	const adminOnly = {nvidiaParams: 'RmProfilingAdminOnly: 1\n'};

	test('for administrators only are broken for everybody else, with the module option that opens them', () => {
		const {verdict, says, mend} = judge('GPU counters', adminOnly);

		assert.equal(verdict, 'broken');
		assert.match(says, /ERR_NVGPUCTRPERM/);
		assert.match(mend ?? '', /NVreg_RestrictProfilingToAdminUsers=0.*--cap-add=SYS_ADMIN/);
	});

	test('for administrators only are open to a process with CAP_SYS_ADMIN', () => {
		assert.equal(judge('GPU counters', {...adminOnly, isAdministrator: true}).verdict, 'ok');
	});

	for (const [what, nvidiaParams] of [
		['no driver', null],
		['a driver that does not say', 'ResmanDebugLevel: 1\n'],
	] as const) {
		test(`are no fault with ${what}`, () => assert.equal(judge('GPU counters', {nvidiaParams}).verdict, 'note'));
	}
});

suite('a limit', () => {
	for (const [name, changes, verdict, says] of [
		['memory limit', {memoryLimitMiB: 12_000}, 'note', /12000 MiB of the host’s 65536 MiB/],
		['memory limit', {memoryLimitMiB: 65_536}, 'ok', /none/],
		['shared memory', {sharedMemory: {totalMiB: 64, freeMiB: 63}}, 'note', /64 MiB, 63 free/],
		['shared memory', {sharedMemory: null}, 'missing', /no \/dev\/shm/],
		['locked memory', {memlock: 8}, 'note', /^8 MiB/],
		['locked memory', {memlock: null}, 'note', /cannot be read/],
		['NUMA balancing', {numaBalancing: 1}, 'note', /moves pages/],
		['NUMA balancing', {numaBalancing: null}, 'ok', /none/],
		['perf events', {perfParanoid: 4}, 'note', /nsys cannot sample the CPU/],
		['perf events', {perfParanoid: -1}, 'ok', /-1/],
		['perf events', {perfParanoid: null}, 'note', /none/],
		['huge pages', {hugePages: '[always] madvise never'}, 'note', /always/],
		['huge pages', {hugePages: null}, 'note', /unknown/],
	] as const) {
		test(`${name} ${JSON.stringify(changes)} is ${verdict}`, () => {
			const finding = judge(name, changes);

			assert.equal(finding.verdict, verdict);
			assert.match(finding.says, says);
		});
	}

	test('that can be raised comes with the command that raises it', () => {
		const changes = {memoryLimitMiB: 1, memlock: 1, numaBalancing: 1, perfParanoid: 4, sharedMemory: null};

		const unmended = judgeKernel({...FACTS, ...changes}).filter(({verdict, mend}) => verdict !== 'ok' && mend === null);

		assert.deepEqual(
			unmended.map(({name}) => name),
			['huge pages'],
		);
	});
});

suite('what a run keeps of its kernel', () => {
	test('is what decides where pages lie and whether they stay there', () => {
		assert.deepEqual(describeKernel({...FACTS, numaBalancing: 1, zoneReclaim: 3}), {
			numa_balancing: 1,
			transparent_hugepage: 'madvise',
			zone_reclaim_mode: 3,
		});
	});

	test('is unknown where the kernel does not say, and never 0 for it', () => {
		assert.deepEqual(describeKernel({...FACTS, numaBalancing: null, hugePages: null, zoneReclaim: null}), {
			numa_balancing: null,
			transparent_hugepage: null,
			zone_reclaim_mode: null,
		});
	});

	test('clears a full node before it uses another one, which the doctor says with the way out', () => {
		const {verdict, mend} = judge('zone reclaim', {zoneReclaim: 1});

		assert.deepEqual([verdict, mend], ['note', 'sudo sysctl vm.zone_reclaim_mode=0']);
		assert.equal(judge('zone reclaim', {zoneReclaim: null}).verdict, 'ok');
	});
});
