import type {DatabaseSync} from 'node:sqlite';

/** Tables that are here, with their columns. nsys leaves out a table that would be empty. */
export type NsysSchema = {
	readonly hasTable: (table: string) => boolean;
	readonly hasColumn: (table: string, column: string) => boolean;
	/** The first of these columns that is here, quoted; else SQL for no value. */
	readonly column: (table: string, ...names: readonly string[]) => string;
};

export function readSchema(db: DatabaseSync): NsysSchema {
	const rows = db
		.prepare(
			"SELECT t.name AS tableName, c.name AS columnName FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type IN ('table', 'view')",
		)
		.all() as {readonly tableName: string; readonly columnName: string}[];
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
	};
}

export const RANGES = 'NVTX_EVENTS';
export const CALLS = 'CUPTI_ACTIVITY_KIND_RUNTIME';
export const KERNELS = 'CUPTI_ACTIVITY_KIND_KERNEL';
export const COPIES = 'CUPTI_ACTIVITY_KIND_MEMCPY';
export const MEMSETS = 'CUPTI_ACTIVITY_KIND_MEMSET';
export const GRAPHS = 'CUPTI_ACTIVITY_KIND_GRAPH_TRACE';

/** One of these is in every export that has anything to tell about a GPU. */
export const isNsysExport = ({hasTable}: NsysSchema): boolean =>
	[RANGES, CALLS, KERNELS, COPIES, MEMSETS, GRAPHS].some(hasTable) || hasTable('META_DATA_EXPORT');
