import type {Capture, OperationClass} from '../report/profile/capture.ts';
import {CALLS, type NsysSchema, TABLES} from './nsys-schema.ts';
import {type PageReader, UnusualPage} from './sqlite-pages.ts';

/** The tables that have a row for each call and each operation; the others are small, or hold texts. */
export function readByPages(
	schema: NsysSchema,
	pages: PageReader,
	graphLaunches: readonly bigint[],
): Pick<Capture, 'eachCall' | 'eachOperation'> {
	const launches = new Set(graphLaunches.map(Number));
	return {
		eachCall: (take) => {
			const read = openTable(schema, pages, CALLS, [['start'], ['globalTid'], ['correlationId'], ['nameId']]);
			// Not destructured: this runs once for each of millions of rows.
			read((row) => take(row[0] ?? 0, toNull(row[1]), toNull(row[2]), launches.size > 0 && launches.has(row[3] ?? 0)));
		},
		eachOperation: (operationClass, take) => {
			const read = openTable(schema, pages, TABLES[operationClass], [...COMMON, ...DETAILS[operationClass]]);
			const isCopy = operationClass === 'copy';
			read((row) => {
				const kind = row[6] ?? 0;
				const host = isCopy && (kind === 1 || kind === 2) ? row[kind === 1 ? 8 : 9] : undefined;
				take(
					row[0] ?? 0,
					row[1] ?? 0,
					toZero(row[2]),
					toZero(row[3]),
					toNull(row[4]),
					toNull(row[5]),
					toZero(kind),
					isCopy ? toZero(row[7]) : 0,
					toNull(host),
				);
			});
		},
	};
}

type Names = readonly string[];

const COMMON: readonly Names[] = [['start'], ['end'], ['deviceId'], ['streamId'], ['correlationId'], ['globalPid']];

const DETAILS: {readonly [name in OperationClass]: readonly Names[]} = {
	kernel: [['shortName', 'demangledName']],
	copy: [['copyKind', 'memcpyKind'], ['bytes'], ['srcKind'], ['dstKind']],
	memset: [],
	graph: [],
};

const toNull = (value: number | undefined): number | null =>
	value === undefined || Number.isNaN(value) ? null : value;

const toZero = (value: number | undefined): number => toNull(value) ?? 0;

/** Columns by their first name that is here; one without any has no value. */
function openTable(
	{hasTable, position, rootPage}: NsysSchema,
	pages: PageReader,
	table: string,
	columns: readonly Names[],
): (take: (row: Float64Array) => void) => void {
	if (!hasTable(table)) return () => {};
	const root = rootPage(table);
	if (root === null) throw new UnusualPage(`${table} is no plain table`);
	return (take) =>
		pages.each(
			root,
			columns.map((names) => position(table, ...names)),
			take,
		);
}
