import assert from 'node:assert/strict';
import {copyFileSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {suite, type TestContext, test} from 'node:test';
import {CaptureProblem, withCapture} from '../../source/effects/nsys-database.ts';
import {analyse} from '../../source/report/profile/analyse.ts';
import type {Profile} from '../../source/report/profile/profile.ts';
import {checkout} from '../rig/built-program.ts';
import {
	CALLS,
	COPIES,
	KERNELS,
	makeIds,
	makeTwoBatches,
	type NsysTables,
	RANGES,
	renameColumn,
	writeDatabase,
} from '../rig/nsys-database.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const recorded = (name: string): string => join(checkout, 'fixtures/nsys', `${name}.sqlite`);

const read = (path: string, includeWarmUp = false): Profile =>
	withCapture(path, (capture) => analyse(capture, {includeWarmUp}));

function readTables(context: TestContext, tables: NsysTables): Profile {
	const path = join(makeTemporaryFolder(context), 'capture.sqlite');
	writeDatabase(path, tables);
	return read(path);
}

/** What differs between two forms of one capture: nothing that was measured. */
const measuredBy = ({copies, kernels, devices, batches, stages}: Profile) => ({
	copies,
	kernels,
	devices,
	batches,
	stages,
});

suite('the schemas of many versions of nsys', () => {
	const two = makeTwoBatches();

	test('give the stages of both batches, to their last operation on the GPU', (context) => {
		const {batches, copies, kernels, scope} = readTables(context, two);

		assert.deepEqual(
			batches?.listed.map(({number, h2dNs, computeNs, d2hNs, latencyNs}) => [
				number,
				h2dNs,
				computeNs,
				d2hNs,
				latencyNs,
			]),
			[
				[0, 10, 50, 5, 75],
				[1, 10, 50, 5, 75],
			],
		);
		assert.deepEqual(
			copies.map(({kind, hostMemory, count, bytes, bytesPerS}) => [kind, hostMemory, count, bytes, bytesPerS]),
			[
				['h2d', 'pinned', 2, 2000, 1e11],
				['d2h', 'pinned', 2, 200, 2e10],
			],
		);
		assert.deepEqual([kernels.all?.totalNs, kernels.top[0]?.name], [100, 'gemm']);
		assert.deepEqual([scope.startNs, scope.endNs], [105, 1180]);
	});

	const names = [
		'test_h2d_batch_0',
		'test_compute_batch_0',
		'test_d2h_batch_0',
		'test_h2d_batch_1',
		'test_compute_batch_1',
	];
	const registered: NsysTables = {
		...two,
		StringIds: [
			...(two.StringIds ?? []),
			...[...names, 'test_d2h_batch_1'].map((value, index) => ({id: 50 + index, value})),
		],
		[RANGES]: (two[RANGES] ?? []).map(({text: _, ...range}, index) => ({...range, textId: 50 + index})),
	};
	for (const [what, tables] of [
		['memcpyKind instead of copyKind', renameColumn(two, COPIES, 'copyKind', 'memcpyKind')],
		['registered names, by textId', registered],
		['only demangledName', renameColumn(two, KERNELS, 'shortName', 'demangledName')],
		[
			'operations that do not say their process',
			renameColumn(renameColumn(two, KERNELS, 'globalPid', null), COPIES, 'globalPid', null),
		],
		['ids above 2^53', makeTwoBatches(makeIds(200n, 7n))],
	] as const) {
		test(`give the same with ${what}`, (context) => {
			assert.deepEqual(measuredBy(readTables(context, tables)), measuredBy(readTables(context, two)));
		});
	}

	test('leave out the table of kernels when a model has none', (context) => {
		const {[KERNELS]: _, ...withoutKernels} = two;

		const {kernels, batches} = readTables(context, withoutKernels);

		assert.equal(kernels.all, null);
		assert.deepEqual([batches?.compute, batches?.latency?.p50Ns], [null, 75]);
	});

	test('leave out every table of CUDA when nothing used a GPU', (context) => {
		const {[RANGES]: ranges = []} = two;

		const profile = readTables(context, {[RANGES]: ranges});

		assert.deepEqual([profile.copies, profile.devices, profile.batches], [[], [], null]);
		assert.match(profile.warnings.join(), /No operation on a GPU was launched inside of the ranges/);
	});

	test('have ranges that never ended, which are told of and do not count', (context) => {
		const open = {start: 5, end: null, eventType: 59, text: 'test_open', globalTid: makeIds(1n, 7n).globalTid};

		const profile = readTables(context, {...two, [RANGES]: [...(two[RANGES] ?? []), open]});

		assert.deepEqual(measuredBy(profile), measuredBy(readTables(context, two)));
		assert.match(profile.warnings.join(), /1 NVTX range never ended/);
	});

	test('have rows that are far apart, or without ids', (context) => {
		const path = join(makeTemporaryFolder(context), 'capture.sqlite');
		writeDatabase(path, two);
		const db = new DatabaseSync(path);
		db.exec(`UPDATE ${KERNELS} SET rowid = rowid + 4000000000000000000`);
		db.exec(`ALTER TABLE ${COPIES} RENAME TO moved; CREATE VIEW ${COPIES} AS SELECT * FROM moved`);
		db.close();

		assert.deepEqual(measuredBy(read(path)), measuredBy(readTables(context, two)));
	});

	test('keep apart two processes that use the same correlation ids', (context) => {
		const [one, other] = [two, makeTwoBatches(makeIds(1n, 9n))];
		const both = Object.fromEntries(
			Object.keys(one).map((table) => [
				table,
				table === 'StringIds' ? (one[table] ?? []) : [...(one[table] ?? []), ...(other[table] ?? [])],
			]),
		);

		const {batches, copies} = readTables(context, both);

		assert.deepEqual([batches?.count, batches?.latency?.maxNs, copies[0]?.count], [4, 75, 4]);
	});

	test('keep apart two processes that both call their GPU 0', (context) => {
		const [one, other] = [two, makeTwoBatches(makeIds(1n, 9n))];
		const both = Object.fromEntries(
			Object.keys(one).map((table) => [
				table,
				table === 'StringIds' ? (one[table] ?? []) : [...(one[table] ?? []), ...(other[table] ?? [])],
			]),
		);
		const hardware = {
			TARGET_INFO_CUDA_DEVICE: [
				{pid: 7, cudaId: 0, gpuId: 2},
				{pid: 9, cudaId: 0, gpuId: 5},
			],
			TARGET_INFO_GPU: [2, 3, 5].map((id) => ({id, name: `GPU ${id}`, busLocation: id})),
		};

		const {devices, gpus} = readTables(context, {...both, ...hardware});

		assert.deepEqual(
			devices.map(({device, busyNs}) => [device, busyNs]),
			[
				[2, 130],
				[5, 130],
			],
		);
		assert.deepEqual(
			gpus.map(({name}) => name),
			['GPU 2', 'GPU 5'],
		);
	});

	test('say what the profiler itself warns of', (context) => {
		const text = 'Not all CUDA events might have been collected.';

		const {warnings} = readTables(context, {
			...two,
			DIAGNOSTIC_EVENT: [
				{severity: 2, text},
				{severity: 1, text: 'fine'},
			],
		});

		assert.deepEqual(warnings, [`The profiler says: ${text}`]);
	});

	test('may have no index and no call for an operation, which then belongs to no range', (context) => {
		const calls = (two[CALLS] ?? []).filter(({correlationId}) => correlationId !== 2);

		const {batches, warnings, scope} = readTables(context, {...two, [CALLS]: calls});

		assert.deepEqual(
			batches?.listed.map(({computeNs}) => computeNs),
			[null, 50],
		);
		assert.deepEqual([scope.operations, scope.otherOperations], [5, 1]);
		assert.match(warnings.join(), /1 operation cannot be traced to a call/);
	});
});

suite('a file that is no capture', () => {
	const refuse = (context: TestContext, damage: (path: string) => void, problem: RegExp) => {
		const path = join(makeTemporaryFolder(context), 'capture.sqlite');
		copyFileSync(recorded('pipeline_range'), path);
		damage(path);
		assert.throws(
			() => read(path),
			(error) => error instanceof CaptureProblem && problem.test(error.message),
		);
	};

	test('is named when it was cut off', (context) =>
		refuse(context, (path) => truncateSync(path, 150_000), /damaged or was cut off/));
	test('is named when it is text', (context) =>
		refuse(context, (path) => writeFileSync(path, 'x'.repeat(5000)), /no SQLite database/));
	test('is named when it is empty', (context) =>
		refuse(context, (path) => truncateSync(path, 0), /none that nsys exports/));
	test('is named when pages in its middle are overwritten', (context) =>
		refuse(
			context,
			(path) => {
				const bytes = readFileSync(path);
				bytes.fill(0xab, 4096, bytes.length - 4096);
				writeFileSync(path, bytes);
			},
			/damaged or was cut off/,
		));
	test('is named when it is the database of another program', (context) =>
		refuse(
			context,
			(path) => {
				truncateSync(path, 0);
				writeDatabase(path, {songs: [{name: 'one'}]});
			},
			/none that nsys exports/,
		));
});
