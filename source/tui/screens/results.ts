import {parseResultFilter} from '../../journal/filter-results.ts';
import {type ResultRow, selectActivity, selectResults} from '../../journal/select-results.ts';
import {type ResultOrder, sortResults} from '../../journal/sort-results.ts';
import type {RunState} from '../../journal/state.ts';
import {controlExperiment} from '../control.ts';
import {measureResultColumns, RESULT_COLUMNS, titleColumn} from '../panels/result-columns.ts';
import {layResultsTop, type ResultsTop} from '../panels/results-top.ts';
import {showLines} from '../parts/blocks.ts';
import {type Column, fitColumns, type Row} from '../parts/table.tsx';
import {createTextField, type TextField} from '../parts/text-field.ts';
import {rememberLast} from '../remember.ts';
import {defineScreen, type Layout, type Scene} from '../screen.ts';
import {follow, move} from '../scroll.ts';

type Own = {
	/** The experiment that the cursor is on; null: the one at `cursor`. */
	readonly id: string | null;
	readonly cursor: number;
	/** Row at the top of the window. */
	readonly first: number;
	readonly order: ResultOrder;
	readonly filter: string;
	readonly failedOnly: boolean;
	/** The filter while it is typed. */
	readonly field: TextField | null;
};

type Model = {
	readonly rows: readonly ResultRow[];
	readonly cursor: number;
	readonly first: number;
	/** Rows of the window. */
	readonly page: number;
	readonly top: ResultsTop;
	readonly columns: readonly Column[];
	readonly cells: readonly Row[];
	/** What `s` goes round: the columns that have room. */
	readonly orders: readonly ResultOrder['key'][];
};

const PLANNED: ResultOrder = {key: 'position', reverse: false};
const TOP_ROWS = 2;
const TITLE_ROWS = 1;

/** Every experiment of the run as a row: sorted, filtered, and one of them opened. */
export const results = defineScreen<Own, Model>({
	initial: {id: null, cursor: 0, first: 0, order: PLANNED, filter: '', failedOnly: false, field: null},
	select: selectModel,
	lay: ({top, rows, columns, cells, cursor, first}, own, layout) => [
		...showLines(layResultsTop({...top, ...own, shown: rows.length, cursor}, layout)),
		...(cells.length === 0
			? []
			: [{block: {kind: 'table', columns, rows: cells, selected: cursor - first} as const, from: 0, to: cells.length}]),
	],
	act: (own, action, model) => {
		const {rows, cursor} = model;
		const controlled = controlExperiment(action, rows[cursor]);
		if (controlled) return {own, effect: controlled};
		switch (action) {
			case 'open': {
				const id = rows[cursor]?.id;
				return id === undefined ? {own} : {own, effect: {kind: 'look-into', id}};
			}
			case 'sort':
				return {own: toTop({...own, order: nextOrder(own.order, model.orders)})};
			case 'reverse':
				return {own: toTop({...own, order: {...own.order, reverse: !own.order.reverse}})};
			case 'filter':
				return {own: {...own, field: createTextField(own.filter)}};
			case 'failed-only':
				return {own: {...own, failedOnly: !own.failedOnly}};
			case 'back':
				if (own.filter === '' && !own.failedOnly) return {own};
				return {own: {...own, filter: '', failedOnly: false}, effect: null};
			default:
				return {own: goTo(own, model, move(cursor, action, {last: rows.length - 1, page: model.page}))};
		}
	},
	input: {
		open: ({field}) => field,
		write: (own, field, end) => {
			const filter = end === 'cancelled' ? '' : field.text;
			return {own: {...own, filter, field: end === 'typing' ? field : null}};
		},
	},
});

const toTop = (own: Own): Own => ({...own, id: null, cursor: 0, first: 0});

const goTo = (own: Own, {rows, first, page}: Model, cursor: number): Own => ({
	...own,
	id: rows[cursor]?.id ?? null,
	cursor,
	first: follow(first, cursor, page),
});

const NUMBERS: ReadonlySet<ResultOrder['key']> = new Set(
	RESULT_COLUMNS.filter(({align}) => align === 'right').map(({key}) => key),
);

/** Round through the columns and back to the planned order; numbers begin with the highest. */
function nextOrder({key}: ResultOrder, keys: Model['orders']): ResultOrder {
	const next = keys[keys.indexOf(key) + 1] ?? 'position';
	return {key: next, reverse: NUMBERS.has(next)};
}

function selectModel({state, now}: Scene, own: Own, layout: Layout): Model {
	const all = listRows(state.experiments, state.opened);
	const {problems} = parseOnce(own.filter);
	const rows = chooseRows(all, own.filter, own.failedOnly, own.order);
	const page = Math.max(1, layout.rows - TOP_ROWS - TITLE_ROWS);
	const cursor = findCursor(rows, own);
	const first = Math.max(0, Math.min(follow(own.first, cursor, page), rows.length - page));
	const used = measureColumns(all);
	const columns = used.map((column) => titleColumn(column, own.order, layout.theme.glyphs));
	const activityOf = (row: ResultRow) => selectActivity(state, row, now);
	return {
		rows,
		cursor,
		first,
		page,
		top: {
			suite: state.opened?.suite ?? '',
			all: all.length,
			failed: countFailed(rows),
			problems,
			note: rows[cursor]?.reason ?? '',
		},
		columns,
		cells: rows.slice(first, first + page).map((row) => {
			const shown = {activity: activityOf(row), utcOffsetMinutes: layout.utcOffsetMinutes};
			return used.map(({column}) => column.show(row, shown));
		}),
		orders: fitColumns(columns, [], layout.columns).flatMap(({index}) => used[index]?.column.key ?? []),
	};
}

/** The rows stay the same until an experiment changes. */
const listRows = rememberLast((experiments: RunState['experiments'], opened: RunState['opened']) =>
	selectResults({experiments, opened}),
);

const parseOnce = rememberLast(parseResultFilter);

const chooseRows = rememberLast(
	(all: readonly ResultRow[], filter: string, failedOnly: boolean, order: ResultOrder) => {
		const {matches} = parseResultFilter(filter);
		const isPlain = filter.trim() === '' && !failedOnly;
		const kept = isPlain ? all : all.filter((row) => (!failedOnly || row.status === 'failed') && matches(row));
		return sortResults(kept, order);
	},
);

const countFailed = rememberLast((rows: readonly ResultRow[]) => rows.filter(({status}) => status === 'failed').length);

const measureColumns = rememberLast(measureResultColumns);

/** The cursor stays on its experiment while others come and go around it. */
function findCursor(rows: readonly ResultRow[], {id, cursor}: Own): number {
	const last = Math.max(0, rows.length - 1);
	if (id === null || rows[cursor]?.id === id) return Math.min(cursor, last);
	const found = rows.findIndex((row) => row.id === id);
	return found < 0 ? Math.min(cursor, last) : found;
}
