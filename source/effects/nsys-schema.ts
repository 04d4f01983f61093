import type {DatabaseSync} from 'node:sqlite';
import type {OperationClass} from '../report/profile/capture.ts';

/** Tables that are here, with their columns. nsys leaves out a table that would be empty. */
export type NsysSchema = {
	readonly hasTable: (table: string) => boolean;
	readonly hasColumn: (table: string, column: string) => boolean;
	/** The first of these columns that is here, quoted; else SQL for no value. */
	readonly column: (table: string, ...names: readonly string[]) => string;
	/** Its position in the table; -1 when none of these columns is here. */
	readonly position: (table: string, ...names: readonly string[]) => number;
	/** Where the rows of the table begin in the file; null where they do not lie there as they are. */
	readonly rootPage: (table: string) => number | null;
};

type ColumnRow = {
	readonly tableName: string;
	readonly columnName: string;
	readonly position: number;
	readonly rootPage: number;
	readonly isPlain: number;
};

export function readSchema(db: DatabaseSync): NsysSchema {
	const rows = db
		.prepare(
			`SELECT t.name AS tableName, c.name AS columnName, c.cid AS position, t.rootpage AS rootPage, t.type = 'table'
			 AND t.sql NOT LIKE '%WITHOUT ROWID%' AND t.sql NOT LIKE '%PRIMARY KEY%' AS isPlain
			 FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type IN ('table', 'view')`,
		)
		.all() as ColumnRow[];
	const columns = Map.groupBy(rows, ({tableName}) => tableName);
	const hasColumn = (table: string, column: string) =>
		columns.get(table)?.some(({columnName}) => columnName === column) ?? false;
	return {
		hasTable: (table) => columns.has(table),
		hasColumn,
		column: (table, ...names) => {
			const found = names.find((name) => hasColumn(table, name));
			return found === undefined ? 'NULL' : `"${found}"`;
		},
		position: (table, ...names) => {
			const own = columns.get(table) ?? [];
			return (
				names.map((name) => own.find(({columnName}) => columnName === name)?.position ?? -1).find((at) => at >= 0) ?? -1
			);
		},
		rootPage: (table) => {
			const [first] = columns.get(table) ?? [];
			return first?.isPlain === 1 ? first.rootPage : null;
		},
	};
}

export const RANGES = 'NVTX_EVENTS';
export const CALLS = 'CUPTI_ACTIVITY_KIND_RUNTIME';
const KERNELS = 'CUPTI_ACTIVITY_KIND_KERNEL';
export const COPIES = 'CUPTI_ACTIVITY_KIND_MEMCPY';
const MEMSETS = 'CUPTI_ACTIVITY_KIND_MEMSET';
const GRAPHS = 'CUPTI_ACTIVITY_KIND_GRAPH_TRACE';

export const TABLES: {readonly [name in OperationClass]: string} = {
	kernel: KERNELS,
	copy: COPIES,
	memset: MEMSETS,
	graph: GRAPHS,
};

/** One of these is in every export that has anything to tell about a GPU. */
export const isNsysExport = ({hasTable}: NsysSchema): boolean =>
	[RANGES, CALLS, KERNELS, COPIES, MEMSETS, GRAPHS].some(hasTable) || hasTable('META_DATA_EXPORT');
