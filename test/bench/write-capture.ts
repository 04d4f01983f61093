import {DatabaseSync} from 'node:sqlite';

const KERNELS_EACH = 60;
const PERIOD_NS = 800_000;
const THREAD = 281_483_113_660_901;
const PROCESS = THREAD - (THREAD % 0x1000000);
/** A batch of 60 kernels takes so much of a database: its rows have all the columns that an export has. */
const BYTES_EACH = 7606;
const CALLS_EACH = KERNELS_EACH + 2;
const FIRST_NS = 1e9;

/**
 * Writes a database as an export of `bytes` would be: three streams, a copy to the device under the kernels of the batch
 * before, 60 kernels and a copy back in each batch. `schemaFrom` is a recorded capture, whose tables it takes over.
 */
export function writeCapture(path: string, bytes: number, schemaFrom: string): void {
	const db = new DatabaseSync(path);
	db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY');
	copySchema(db, schemaFrom);
	count(db, 'batch', Math.ceil(bytes / BYTES_EACH));
	count(db, 'part', KERNELS_EACH);
	db.exec("INSERT INTO StringIds VALUES (1, 'gemm'), (2, 'cudaLaunchKernel_v7000'), (3, 'cudaMemcpyAsync_v3020')");
	for (const sql of [writeRanges, writeCalls, writeKernels, writeCopies]) db.exec(sql);
	db.close();
}

const TABLES = [
	'StringIds',
	'NVTX_EVENTS',
	'CUPTI_ACTIVITY_KIND_KERNEL',
	'CUPTI_ACTIVITY_KIND_MEMCPY',
	'CUPTI_ACTIVITY_KIND_RUNTIME',
];

function copySchema(db: DatabaseSync, schemaFrom: string): void {
	const recorded = new DatabaseSync(schemaFrom, {readOnly: true});
	const find = recorded.prepare('SELECT sql FROM sqlite_master WHERE name = ?');
	for (const table of TABLES) db.exec(String(find.get(table)?.sql));
	recorded.close();
}

const count = (db: DatabaseSync, table: string, most: number): void =>
	db.exec(
		`CREATE TEMP TABLE ${table}(i INTEGER PRIMARY KEY);
		 WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${most - 1}) INSERT INTO ${table} SELECT i FROM n`,
	);

const at = (offset: string): string => `${FIRST_NS} + b.i * ${PERIOD_NS} + ${offset}`;
const corr = (offset: string): string => `b.i * ${CALLS_EACH} + ${offset}`;

const writeRanges = `INSERT INTO NVTX_EVENTS(start, "end", eventType, text, globalTid, domainId)
	SELECT ${at('s')}, ${at('e')}, 59, 'test_' || name || '_batch_' || b.i, ${THREAD}, 0
	FROM batch b, (SELECT 0 s, 20000 e, 'h2d' name UNION ALL SELECT 25000, 700000, 'compute' UNION ALL SELECT 710000, 740000, 'd2h')`;

const writeCalls = `INSERT INTO CUPTI_ACTIVITY_KIND_RUNTIME(start, "end", eventClass, globalTid, correlationId, nameId, returnValue)
	SELECT ${at('s')}, ${at('s + 5000')}, 0, ${THREAD}, ${corr('c')}, name, 0 FROM batch b, (SELECT 1000 s, 0 c, 3 name
	UNION ALL SELECT 26000 + i * 11000, 1 + i, 2 FROM part UNION ALL SELECT 711000, ${KERNELS_EACH + 1}, 3)`;

const writeKernels = `INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL(start, "end", deviceId, contextId, greenContextId, streamId, correlationId,
	globalPid, demangledName, shortName, mangledName, launchType, registersPerThread, gridX, gridY, gridZ, blockX, blockY, blockZ,
	staticSharedMemory, dynamicSharedMemory, localMemoryPerThread, localMemoryTotal, gridId, sharedMemoryExecuted)
	SELECT ${at('150000 + k.i * 12000')}, ${at('158000 + k.i * 12000')}, 0, 1, 0, 17, ${corr('1 + k.i')}, ${PROCESS}, 1, 1, 1, 1, 128, 256, 4,
	1, 128, 1, 1, 1024, 4096, 0, 138412032, b.i * ${KERNELS_EACH} + k.i, 65536 FROM batch b, part k`;

const writeCopies = `INSERT INTO CUPTI_ACTIVITY_KIND_MEMCPY(start, "end", deviceId, contextId, greenContextId, streamId, correlationId,
	globalPid, bytes, copyKind, srcKind, dstKind, copyCount) SELECT ${at('s')}, ${at('s + d')}, 0, 1, 0, stream, ${corr('c')}, ${PROCESS}, size,
	kind, source, target, 1 FROM batch b, (SELECT 20000 s, 111000 d, 13 stream, 0 c, 6021120 size, 1 kind, 1 source, 2 target
	UNION ALL SELECT 870000, 15000, 21, ${KERNELS_EACH + 1}, 512000, 2, 2, 1)`;
