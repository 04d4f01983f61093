import {formatControl} from './controls.ts';
import {formatExpectation} from './expectation.ts';
import {countNoun, formatInterval, formatPercent, formatRate} from './figures.ts';
import type {Judgement, ModelPenaltyRow, Penalties, PenaltyRow} from './summary.ts';
import {measureColumns} from './text.ts';
import {formatTable, type TextColumn} from './text-table.ts';

type Measured = Extract<Penalties, {kind: 'measured'}>;

const MOST_ROWS = 60;
/** From here on the expectation of old has a column. */
const WIDE = 140;
const INDENT = '  ';

/** Said once for all rows that have an interval. */
export const explainVerdicts = ({comparisons}: Measured): string =>
	`95 % intervals by Student's t; verdicts adjusted for ${countNoun(comparisons, 'comparison')} (Holm)`;

/** Said once for all rows that have one. */
export const EXPLAIN_EXPECTATION =
	'old expectation: what the replaced system expected of such models, from single runs under a profiler; no pass mark';

export const nameModelPenalties = ({models}: Measured): string =>
	`by model, mean of its GPUs in each block; verdicts adjusted for ${countNoun(models.length, 'row')}`;

const PENALTY: readonly TextColumn<PenaltyRow>[] = [
	{title: 'GPU', side: 'right', read: ({gpuId}) => String(gpuId)},
	{title: 'model', side: 'left', read: ({model}) => model},
	{title: 'nodes', side: 'right', read: ({localNode, remoteNode}) => `${localNode}:${remoteNode}`},
	{title: 'distance', side: 'right', read: ({distance}) => String(distance ?? '-'), optional: true},
	{title: 'local', side: 'right', read: (row) => formatRate(row.localSamplesPerS)},
	{title: 'remote', side: 'right', read: (row) => formatRate(row.remoteSamplesPerS)},
	{title: 'penalty', side: 'right', read: (row) => formatPercent(row.penaltyPercent)},
];

/** What stands beside a penalty, where a row has it. */
const BESIDE: readonly (TextColumn<PenaltyRow> & {readonly has: (row: PenaltyRow) => boolean})[] = [
	{
		title: 'A/A (interval)',
		side: 'right',
		read: ({control}) => (control ? formatControl(control) : '-'),
		has: ({control}) => control !== null,
		optional: true,
	},
	{
		title: 'bound by',
		side: 'left',
		read: ({cause}) => cause ?? '-',
		has: ({cause}) => cause !== null,
		optional: true,
	},
	{
		title: 'old expectation',
		side: 'right',
		read: ({expectation}) => (expectation ? formatExpectation(expectation) : '-'),
		has: ({expectation}) => expectation !== null,
		optional: true,
	},
];

const MODEL: readonly TextColumn<ModelPenaltyRow>[] = [
	{title: 'model', side: 'left', read: ({model}) => model},
	{title: 'GPUs', side: 'right', read: ({gpuIds}) => gpuIds.join(',')},
	{title: 'distance', side: 'right', read: ({distance}) => String(distance ?? '-'), optional: true},
	{title: 'penalty', side: 'right', read: (row) => formatPercent(row.penaltyPercent)},
];

const N: TextColumn<{readonly n: number}> = {title: 'n', side: 'right', read: ({n}) => String(n)};
const INTERVAL: TextColumn<Judgement> = {
	title: '95 % interval',
	side: 'right',
	read: ({interval}) => (interval ? formatInterval(interval) : '-'),
};
const VERDICT: TextColumn<Judgement> = {title: 'verdict', side: 'left', read: ({verdict}) => verdict};

export function listPenalties(penalties: Penalties, width: number): readonly string[] {
	if (penalties.kind === 'none') return [`NUMA penalty: none. ${penalties.reason}`];
	const {formula, rows} = penalties;
	return [
		'NUMA penalty, nodes local:remote, samples/s',
		`  = ${formula}`,
		...(hasIntervals(rows) ? [`  ${explainVerdicts(penalties)}`] : []),
		...(width >= WIDE && rows.some(({expectation}) => expectation) ? [`  ${EXPLAIN_EXPECTATION}`] : []),
		...tabulate([...PENALTY, ...BESIDE.filter(({has}) => rows.some(has))], rows, width),
	];
}

export const listModelPenalties = (penalties: Penalties, width: number): readonly string[] =>
	penalties.kind === 'none' || penalties.models.length === 0
		? []
		: [`NUMA penalty ${nameModelPenalties(penalties)}`, ...tabulate(MODEL, penalties.models, width)];

export const hasIntervals = (rows: readonly Judgement[]): boolean => rows.some(({interval}) => interval !== null);

type Row = Judgement & {readonly n: number};

/** A verdict that all share is said once; others are a column where there is room, else a line below each row. */
function tabulate<T extends Row>(table: readonly TextColumn<T>[], all: readonly T[], width: number): readonly string[] {
	const rows = all.slice(0, MOST_ROWS);
	const columns = [...table, ...(hasIntervals(rows) ? [INTERVAL] : []), N];
	const format = (chosen: readonly TextColumn<T>[], room: number) =>
		formatTable(chosen, rows, room).map((line) => INDENT + line);
	const shared = new Set(rows.map(({verdict}) => verdict));
	const wide = format([...columns, VERDICT], Number.POSITIVE_INFINITY);
	const narrow = format(columns, width - INDENT.length);
	const rest = describeRest(all.length - rows.length);
	if (shared.size < 2) return [...narrow, ...[...shared].map((verdict) => INDENT + verdict), ...rest];
	if (wide.every((line) => measureColumns(line) <= width)) return [...wide, ...rest];
	return [...narrow.flatMap((line, index) => [line, ...describeVerdict(rows[index - 1])]), ...rest];
}

const describeVerdict = (row: Judgement | undefined): readonly string[] => (row ? [`       ${row.verdict}`] : []);

const describeRest = (count: number): readonly string[] =>
	count <= 0 ? [] : [`  and ${countNoun(count, 'other row')}: experiment_summary.json has them all`];
