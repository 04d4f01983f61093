import type {DatabaseSync, SQLOutputValue} from 'node:sqlite';

export type RowReader = {
	/** About as many rows as the tables have together. */
	readonly estimate: (tables: readonly string[]) => number;
	readonly each: (table: string, select: string, take: (row: readonly SQLOutputValue[]) => void) => void;
};

/** Rows that are fetched at once: iterating one by one takes half as long again, and all of them take all memory. */
const PIECE = 1024;
/** A table with fewer rows than a thousandth of its row ids is better read one row after the other. */
const SPARSE = 1000;

export function createRowReader(db: DatabaseSync, isExact: boolean): RowReader {
	const prepare = (sql: string) => {
		const statement = db.prepare(sql);
		statement.setReturnArrays(true);
		statement.setReadBigInts(isExact);
		return statement;
	};
	return {
		estimate: (tables) => tables.reduce((sum, table) => sum + (findLastRow(db, table) ?? 0), 0),
		each: (table, select, take) => {
			const last = findLastRow(db, table);
			if (last === null) {
				for (const row of prepare(select).iterate()) take(row as unknown as readonly SQLOutputValue[]);
				return;
			}
			const statement = prepare(`${select} ${select.includes(' WHERE ') ? 'AND' : 'WHERE'} rowid BETWEEN ? AND ?`);
			for (let from = 0; from <= last; from += PIECE) {
				for (const row of statement.all(from, from + PIECE - 1)) take(row as unknown as readonly SQLOutputValue[]);
			}
		},
	};
}

/** null where rows have no ids that count up from 1. */
function findLastRow(db: DatabaseSync, table: string): number | null {
	try {
		const [first, last] = db
			.prepare(`SELECT (SELECT min(rowid) FROM ${table}) AS first, (SELECT max(rowid) FROM ${table}) AS last`)
			.all()
			.flatMap((row) => [row.first, row.last]);
		if (last === null) return 0;
		const size = db.prepare('SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size').get();
		return Number(first) < 0 || Number(last) > SPARSE * Math.max(1, Number(size?.size)) ? null : Number(last);
	} catch {
		return null;
	}
}
