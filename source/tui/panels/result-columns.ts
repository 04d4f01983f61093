import type {Activity, ResultRow, ResultStatus} from '../../journal/select-results.ts';
import type {ResultKey, ResultOrder} from '../../journal/sort-results.ts';
import {formatClock, formatDuration} from '../parts/duration.ts';
import {clean, displayWidth} from '../parts/fit.ts';
import type {Cell, Column} from '../parts/table.tsx';
import {formatMs, formatNumber} from '../parts/units.ts';
import type {Glyphs, Tone} from '../theme.ts';

type ResultColumn = {
	readonly key: ResultKey;
	readonly title: string;
	readonly align?: 'right';
	readonly keep: number;
	readonly min?: number;
	/** Columns of its widest value in all rows; 0 when none has one. */
	readonly measure: (rows: readonly ResultRow[]) => number;
	readonly show: (row: ResultRow, shown: Shown) => Cell;
};

type Shown = {readonly activity: Activity | null; readonly utcOffsetMinutes: number};

/** What an experiment that is over has no value for; one that is not over yet leaves the place empty. */
const NONE = '-';

const TONES: {readonly [status in ResultStatus]: Tone} = {
	waiting: 'dim',
	postponed: 'degraded',
	skipped: 'degraded',
	launching: 'accent',
	running: 'accent',
	ended: 'accent',
	ok: 'ok',
	degraded: 'degraded',
	invalid: 'invalid',
	failed: 'failed',
};

type Looks = Pick<ResultColumn, 'key' | 'title' | 'keep'>;

const text = (looks: Looks & {readonly min?: number}, read: (row: ResultRow) => string): ResultColumn => ({
	...looks,
	measure: (rows) => rows.reduce((width, row) => Math.max(width, displayWidth(clean(read(row)))), 0),
	show: (row) => read(row),
});

type Numeric = 'samplesPerS' | 'p50Ms' | 'p90Ms' | 'p99Ms' | 'durationS';

const number = (looks: Looks & {readonly key: Numeric}, format: (value: number) => string): ResultColumn => ({
	...looks,
	align: 'right',
	measure: (rows) => {
		const highest = rows.reduce((high, {[looks.key]: value}) => Math.max(high, value ?? -1), -1);
		return highest < 0 ? 0 : Math.max(format(highest).length, format(9.99).length);
	},
	show: ({[looks.key]: value, durationS}) => (value === null ? (durationS === null ? '' : NONE) : format(value)),
});

const count = (looks: Looks & {readonly key: 'block' | 'attempt'}): ResultColumn => ({
	...looks,
	align: 'right',
	measure: (rows) => {
		const highest = rows.reduce((high, {[looks.key]: value}) => Math.max(high, value), 0);
		// That everything is the first says nothing.
		return highest < 2 ? 0 : `${highest}`.length;
	},
	show: ({[looks.key]: value}) => (value === 0 ? '' : `${value}`),
});

/** From left to right: what stands still first, because a line is drawn anew from its first change on. */
export const RESULT_COLUMNS: readonly ResultColumn[] = [
	{
		key: 'status',
		title: 'state',
		keep: 20,
		measure: () => 'launching'.length,
		show: ({status}) => ({text: status, tone: TONES[status]}),
	},
	text({key: 'id', title: 'experiment', keep: 19, min: 36}, ({id}) => id),
	text({key: 'lane', title: 'lane', keep: 9}, ({lane}) => lane),
	text({key: 'numaNode', title: 'node', keep: 10}, describeNode),
	text({key: 'model', title: 'model', keep: 7}, ({model}) => model ?? ''),
	text({key: 'phase', title: 'phase', keep: 10}, ({phase}) => phase ?? ''),
	count({key: 'block', title: 'block', keep: 13}),
	count({key: 'attempt', title: 'try', keep: 6}),
	number({key: 'samplesPerS', title: 'samples/s', keep: 17}, (value) => formatNumber(value, 1)),
	number({key: 'p50Ms', title: 'p50 ms', keep: 16}, formatMs),
	number({key: 'p90Ms', title: 'p90 ms', keep: 12}, formatMs),
	number({key: 'p99Ms', title: 'p99 ms', keep: 8}, formatMs),
	number({key: 'durationS', title: 'time s', keep: 14}, (value) => formatNumber(value, 1)),
	{
		key: 'endedAt',
		title: 'ended',
		align: 'right',
		keep: 11,
		measure: (rows) => (rows.some(({endedAt}) => endedAt !== null) ? '00:00:00'.length : 0),
		show: ({endedAt}, {utcOffsetMinutes}) => (endedAt === null ? '' : formatClock(endedAt, utcOffsetMinutes)),
	},
	{
		key: 'reason',
		title: 'note',
		keep: 15,
		min: 22,
		measure: (rows) =>
			rows.reduce(
				(width, row) => Math.max(width, row.reason === '' ? leastNote(row) : displayWidth(clean(row.reason))),
				0,
			),
		show: ({reason, status}, {activity}) =>
			activity ? {text: describeActivity(activity), tone: 'accent'} : {text: reason, tone: toneOfReason(status)},
	},
];

/** The node, and whether it is the GPU's own: L or R. */
function describeNode({numaNode, isLocal}: ResultRow): string {
	if (numaNode === null) return '';
	return isLocal === null ? `${numaNode}` : `${numaNode} ${isLocal ? 'L' : 'R'}`;
}

const toneOfReason = (status: ResultStatus): Tone => (status === 'failed' || status === 'invalid' ? 'plain' : 'dim');

/** Room for what a running one does, so that the columns stand still while it does one thing after the other. */
const leastNote = ({status}: ResultRow): number => (status === 'running' || status === 'launching' ? 22 : 0);

function describeActivity({phase, progress, elapsedMs}: Activity): string {
	const share = progress ? ` ${progress.done}/${progress.total}` : '';
	return `${formatDuration(elapsedMs)}  ${phase ?? 'starting'}${share}`;
}

type MeasuredColumn = {readonly column: ResultColumn; readonly widest: number};

/** The columns in which some row has something to say. */
export const measureResultColumns = (rows: readonly ResultRow[]): readonly MeasuredColumn[] =>
	RESULT_COLUMNS.map((column) => ({column, widest: column.measure(rows)})).filter(({widest}) => widest > 0);

/** The sorted one is marked. */
export function titleColumn({column, widest}: MeasuredColumn, order: ResultOrder, glyphs: Glyphs): Column {
	const {key, title, keep, align, min} = column;
	const mark = key === order.key ? markOf(order, glyphs) : '';
	return {title, mark, keep, widest, ...(align && {align}), ...(min !== undefined && {min})};
}

export const titleOf = (key: ResultKey): string => RESULT_COLUMNS.find((column) => column.key === key)?.title ?? 'plan';

export const markOf = ({reverse}: ResultOrder, {ascending, descending}: Glyphs): string =>
	reverse ? descending : ascending;
