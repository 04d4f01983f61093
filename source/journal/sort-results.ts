import type {ResultRow, ResultStatus} from './select-results.ts';

export type ResultKey = Exclude<keyof ResultRow, 'isLocal' | 'searched'>;

export type ResultOrder = {readonly key: ResultKey; readonly reverse: boolean};

/** What needs a person comes first, then what moves, then what is fine. */
const RANKS: {readonly [status in ResultStatus]: number} = {
	failed: 0,
	degraded: 1,
	postponed: 2,
	skipped: 3,
	running: 4,
	launching: 5,
	ended: 6,
	ok: 7,
	waiting: 8,
};

/** Rows in that order; equal ones as planned, and what has no value at the end whichever way it goes. */
export function sortResults(rows: readonly ResultRow[], {key, reverse}: ResultOrder): readonly ResultRow[] {
	if (key === 'position') return reverse ? rows.toReversed() : rows;
	const read = READERS[key] ?? ((row) => row[key]);
	const known = rows.map((row) => ({row, value: read(row)})).filter(({value}) => value !== null && value !== '');
	const sign = reverse ? -1 : 1;
	known.sort((a, b) => sign * compare(a.value, b.value) || a.row.position - b.row.position);
	const unknown = known.length === rows.length ? [] : rows.filter((row) => [null, ''].includes(read(row) as null));
	return [...known.map(({row}) => row), ...unknown];
}

type Value = string | number | null;

const READERS: {readonly [key in ResultKey]?: (row: ResultRow) => Value} = {
	status: ({status}) => RANKS[status],
};

const compare = (a: Value, b: Value): number => (a === b ? 0 : (a ?? 0) < (b ?? 0) ? -1 : 1);
