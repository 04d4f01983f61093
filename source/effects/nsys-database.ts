import {DatabaseSync, type SQLOutputValue} from 'node:sqlite';
import type {Capture, GlobalId, OperationClass} from '../report/profile/capture.ts';
import {readGpus} from './nsys-gpus.ts';
import {readByPages} from './nsys-pages.ts';
import {createRowReader, type RowReader} from './nsys-rows.ts';
import {CALLS, COPIES, isNsysExport, type NsysSchema, RANGES, readSchema, TABLES} from './nsys-schema.ts';
import {openPages, UnusualPage} from './sqlite-pages.ts';

/** A file that cannot be analysed, in one sentence. */
export class CaptureProblem extends Error {
	override readonly name = 'CaptureProblem';
}

/** How rows are read: from the pages of the file, by SQLite, or by SQLite with every number as a bigint. */
type Manner = 'pages' | 'rows' | 'exact rows';

/** The quickest manner first; one that meets what it cannot read gives way to the next, which begins anew. */
const MANNERS: readonly Manner[] = ['pages', 'rows', 'exact rows'];

/** Opens an export for reading, gives its rows to `use`, perhaps more than once, and closes it. */
export function withCapture<T>(path: string, use: (capture: Capture) => T): T {
	for (const manner of MANNERS) {
		try {
			return openCapture(path, manner, use);
		} catch (error) {
			const isUnread = error instanceof UnusualPage || (error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE';
			if (!isUnread || manner === 'exact rows') throw explain(error);
		}
	}
	throw new CaptureProblem('it cannot be read');
}

function openCapture<T>(path: string, manner: Manner, use: (capture: Capture) => T): T {
	const db = new DatabaseSync(path, {readOnly: true});
	try {
		const schema = readSchema(db);
		if (!isNsysExport(schema)) throw new CaptureProblem('it is a database, but none that nsys exports');
		const rows = createRowReader(db, manner === 'exact rows');
		if (manner !== 'pages') return use(createCapture(db, schema, rows));
		const pages = openPages(path);
		try {
			return use({...createCapture(db, schema, rows), ...readByPages(schema, pages, findGraphLaunches(db, schema))});
		} finally {
			pages.close();
		}
	} finally {
		db.close();
	}
}

const SQLITE_REASONS: {readonly [code: number]: string} = {
	5: 'another program is writing it',
	10: 'the disk reported an error',
	11: 'it is damaged or was cut off',
	14: 'it cannot be opened',
	26: 'it is no SQLite database',
};

function explain(error: unknown): Error {
	const {errcode} = error as {readonly errcode?: number};
	if (errcode === undefined) return error as Error;
	return new CaptureProblem(SQLITE_REASONS[errcode & 0xff] ?? `SQLite says: ${(error as Error).message}`, {
		cause: error,
	});
}

function createCapture(db: DatabaseSync, schema: NsysSchema, rows: RowReader): Capture {
	const about = readAbout(db, schema);
	return {
		schemaVersion: about.get('EXPORT_SCHEMA_VERSION') ?? null,
		productVersion: about.get('EXPORT_PRODUCT_VERSION') ?? null,
		...readGpus(db, schema),
		diagnostics: readDiagnostics(db, schema),
		expectedOperations: rows.estimate(Object.values(TABLES).filter(schema.hasTable)),
		eachRange: (take) => {
			if (!schema.hasTable(RANGES)) return;
			rows.each(RANGES, selectRanges(schema), ([start, end, thread, name]) =>
				take(Number(start), end === null ? null : Number(end), thread as GlobalId | null, name as string | null),
			);
		},
		eachCall: (take) => {
			if (!schema.hasTable(CALLS)) return;
			const launches = findGraphLaunches(db, schema);
			rows.each(CALLS, selectCalls(schema, launches), ([start, thread, correlation, isGraph]) =>
				take(Number(start), thread as GlobalId | null, toNumber(correlation), Number(isGraph) === 1),
			);
		},
		eachOperation: (operationClass, take) => {
			const table = TABLES[operationClass];
			if (!schema.hasTable(table)) return;
			rows.each(table, selectOperations(schema, operationClass), (row) =>
				take(
					Number(row[0]),
					Number(row[1]),
					Number(row[2]),
					Number(row[3]),
					toNumber(row[4]),
					row[5] as GlobalId | null,
					Number(row[6]),
					Number(row[7] ?? 0),
					toNumber(row[8]),
				),
			);
		},
		readNames: (ids) => readNames(db, schema, ids),
	};
}

const toNumber = (value: SQLOutputValue | undefined): number | null =>
	value === null || value === undefined ? null : Number(value);

/** Push/pop and start/end ranges; other events are marks, categories and domains. */
function selectRanges({column, hasTable}: NsysSchema): string {
	const text = column(RANGES, 'text');
	const id = column(RANGES, 'textId');
	const name = hasTable('StringIds') ? `coalesce(${text}, (SELECT value FROM StringIds WHERE id = ${id}))` : text;
	return `SELECT start, "end", ${column(RANGES, 'globalTid')}, ${name} FROM ${RANGES} WHERE eventType IN (59, 60)`;
}

function selectCalls({column}: NsysSchema, graphLaunches: readonly bigint[]): string {
	const isGraph = graphLaunches.length === 0 ? '0' : `nameId IN (${graphLaunches.join()})`;
	return `SELECT start, ${column(CALLS, 'globalTid')}, correlationId, ${isGraph} FROM ${CALLS}`;
}

function selectOperations({column, hasColumn}: NsysSchema, operationClass: OperationClass): string {
	const table = TABLES[operationClass];
	const stream = hasColumn(table, 'streamId') ? 'streamId' : '0';
	const common = `start, "end", deviceId, ${stream}, ${column(table, 'correlationId')}, ${column(table, 'globalPid')}`;
	if (operationClass !== 'copy') {
		const detail = operationClass === 'kernel' ? column(table, 'shortName', 'demangledName') : '0';
		return `SELECT ${common}, ${detail} FROM ${table}`;
	}
	const kind = column(COPIES, 'copyKind', 'memcpyKind');
	const host = `CASE ${kind} WHEN 1 THEN ${column(COPIES, 'srcKind')} WHEN 2 THEN ${column(COPIES, 'dstKind')} END`;
	return `SELECT ${common}, ${kind}, ${column(COPIES, 'bytes')}, ${host} FROM ${COPIES}`;
}

function findGraphLaunches(db: DatabaseSync, {hasTable, hasColumn}: NsysSchema): readonly bigint[] {
	if (!hasTable('StringIds') || !hasColumn(CALLS, 'nameId')) return [];
	const statement = db.prepare("SELECT id FROM StringIds WHERE value GLOB 'cu*GraphLaunch*'");
	statement.setReadBigInts(true);
	return statement.all().map(({id}) => id as bigint);
}

function readAbout(db: DatabaseSync, {hasTable}: NsysSchema): ReadonlyMap<string, string> {
	if (!hasTable('META_DATA_EXPORT')) return new Map();
	const rows = db.prepare('SELECT name, value FROM META_DATA_EXPORT').all() as {name: string; value: string}[];
	return new Map(rows.map(({name, value}) => [name, value]));
}

const MOST_DIAGNOSTICS = 10;

function readDiagnostics(db: DatabaseSync, {hasTable}: NsysSchema): readonly string[] {
	if (!hasTable('DIAGNOSTIC_EVENT')) return [];
	const rows = db
		.prepare('SELECT DISTINCT text FROM DIAGNOSTIC_EVENT WHERE severity IN (2, 3) LIMIT ?')
		.all(MOST_DIAGNOSTICS) as {text: string}[];
	return rows.map(({text}) => text);
}

function readNames(db: DatabaseSync, {hasTable}: NsysSchema, ids: readonly number[]): ReadonlyMap<number, string> {
	if (!hasTable('StringIds')) return new Map();
	const statement = db.prepare('SELECT value FROM StringIds WHERE id = ?');
	const named = ids.map((id) => [id, statement.get(id)?.value] as const);
	return new Map(named.flatMap(([id, value]) => (typeof value === 'string' ? [[id, value] as const] : [])));
}
