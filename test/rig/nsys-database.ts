import {DatabaseSync} from 'node:sqlite';

type Value = string | number | bigint | null;
type Row = {readonly [column: string]: Value};

export type NsysTables = {readonly [table: string]: readonly Row[]};

/** Writes a database with these rows; a table has the columns that its rows name, all of them integers but texts. */
export function writeDatabase(path: string, tables: NsysTables): void {
	const db = new DatabaseSync(path);
	for (const [table, rows] of Object.entries(tables)) {
		const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
		const types = columns.map((column) => `"${column}" ${TEXTS.has(column) ? 'TEXT' : 'INTEGER'}`);
		db.exec(`CREATE TABLE ${table} (${types.join()})`);
		const insert = db.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join()})`);
		for (const row of rows) insert.run(...columns.map((column) => row[column] ?? null));
	}
	db.close();
}

const TEXTS = new Set(['text', 'value', 'name']);

export const RANGES = 'NVTX_EVENTS';
export const CALLS = 'CUPTI_ACTIVITY_KIND_RUNTIME';
export const KERNELS = 'CUPTI_ACTIVITY_KIND_KERNEL';
export const COPIES = 'CUPTI_ACTIVITY_KIND_MEMCPY';

const PROCESS = 1n << 48n;

/** The ids of a process and of its first thread; with a machine of 32 or more they do not fit into a number. */
export const makeIds = (machine: bigint, pid: bigint) => {
	const globalPid = PROCESS * machine + (pid << 24n);
	return {globalPid, globalTid: globalPid + pid};
};

/**
 * Two batches of one process: a copy of 1000 bytes in 10 ns, a kernel of 50 ns, a copy back of 100 bytes in 5 ns, launched
 * within 30 ns and done 100 ns later, after each of their ranges has ended.
 */
export function makeTwoBatches({globalPid, globalTid} = makeIds(1n, 7n)): NsysTables {
	const at = [0, 1000];
	const range = (name: string, start: number, end: number) => ({start, end, eventType: 59, text: name, globalTid});
	const call = (start: number, correlationId: number) => ({start, end: start + 4, globalTid, correlationId, nameId: 1});
	const place = {deviceId: 0, streamId: 7, globalPid};
	return {
		StringIds: [
			{id: 1, value: 'cudaLaunchKernel_v7000'},
			{id: 2, value: 'gemm'},
		],
		[RANGES]: at.flatMap((t, batch) => [
			range(`test_h2d_batch_${batch}`, t, t + 10),
			range(`test_compute_batch_${batch}`, t + 10, t + 20),
			range(`test_d2h_batch_${batch}`, t + 20, t + 30),
		]),
		[CALLS]: at.flatMap((t, batch) => [
			call(t + 2, 10 * batch + 1),
			call(t + 12, 10 * batch + 2),
			call(t + 22, 10 * batch + 3),
		]),
		[KERNELS]: at.map((t, batch) => ({
			start: t + 120,
			end: t + 170,
			...place,
			correlationId: 10 * batch + 2,
			shortName: 2,
		})),
		[COPIES]: at.flatMap((t, batch) => [
			copy(t + 105, t + 115, 1, 1000, {...place, correlationId: 10 * batch + 1}),
			copy(t + 175, t + 180, 2, 100, {...place, correlationId: 10 * batch + 3}),
		]),
	};
}

const copy = (start: number, end: number, copyKind: number, bytes: number, place: Row): Row => ({
	start,
	end,
	copyKind,
	bytes,
	srcKind: copyKind === 1 ? 1 : 2,
	dstKind: copyKind === 1 ? 2 : 1,
	...place,
});

/** The same tables without a column of one of them, or with another name for it. */
export const renameColumn = (tables: NsysTables, table: string, column: string, name: string | null): NsysTables => ({
	...tables,
	[table]: (tables[table] ?? []).map(({[column]: value, ...others}) =>
		name === null ? others : {...others, [name]: value ?? null},
	),
});
