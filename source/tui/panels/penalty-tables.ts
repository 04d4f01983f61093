import {formatControl} from '../../report/controls.ts';
import {formatExpectation} from '../../report/expectation.ts';
import {formatInterval, formatPercent} from '../../report/figures.ts';
import {hasIntervals} from '../../report/penalty-text.ts';
import type {Judgement, ModelPenaltyRow, PenaltyRow} from '../../report/summary.ts';
import type {Block} from '../parts/blocks.ts';
import type {Cell, Column} from '../parts/table.tsx';
import {formatNumber} from '../parts/units.ts';
import type {Tone} from '../theme.ts';

type PenaltyColumn<T> = Column & {readonly read: (row: T) => Cell};

const PENALTY: readonly PenaltyColumn<PenaltyRow>[] = [
	{title: 'GPU', align: 'right', keep: 9, read: ({gpuId}) => `${gpuId}`},
	{title: 'model', keep: 9, min: 12, read: ({model}) => model},
	{title: 'nodes', align: 'right', keep: 6, read: ({localNode, remoteNode}) => `${localNode}:${remoteNode}`},
	{title: 'distance', align: 'right', keep: 1, read: ({distance}) => formatNumber(distance)},
	{title: 'local/s', align: 'right', keep: 4, read: (row) => formatNumber(row.localSamplesPerS, 1)},
	{title: 'remote/s', align: 'right', keep: 4, read: (row) => formatNumber(row.remoteSamplesPerS, 1)},
];

/** What stands beside a penalty, where a row has it. */
const BESIDE: readonly (PenaltyColumn<PenaltyRow> & {readonly has: (row: PenaltyRow) => boolean})[] = [
	{
		title: 'A/A (interval)',
		align: 'right',
		keep: 5,
		read: ({control}) => (control ? formatControl(control) : ''),
		has: ({control}) => control !== null,
	},
	{title: 'bound by', keep: 2, read: ({cause}) => cause ?? '', has: ({cause}) => cause !== null},
	{
		title: 'old expectation',
		align: 'right',
		keep: 1,
		read: ({expectation}) => (expectation ? formatExpectation(expectation) : ''),
		has: ({expectation}) => expectation !== null,
	},
];

const MODEL: readonly PenaltyColumn<ModelPenaltyRow>[] = [
	{title: 'model', keep: 9, min: 12, read: ({model}) => model},
	{title: 'GPUs', align: 'right', keep: 6, read: ({gpuIds}) => gpuIds.join(',')},
	{title: 'distance', align: 'right', keep: 1, read: ({distance}) => formatNumber(distance)},
];

type Row = Judgement & {readonly n: number; readonly penaltyPercent: number};

const FOUND: readonly PenaltyColumn<Row>[] = [
	{title: 'n', align: 'right', keep: 6, read: ({n}) => `${n}`},
	{title: 'penalty', align: 'right', keep: 8, read: ({penaltyPercent}) => formatPercent(penaltyPercent)},
	{title: '95 % interval', align: 'right', keep: 7, read: ({interval}) => (interval ? formatInterval(interval) : '')},
	{title: 'verdict', keep: 9, read: ({verdict, finding}) => ({text: verdict, tone: TONES[finding]})},
];

const TONES: {readonly [finding in Judgement['finding']]: Tone} = {
	penalty: 'strong',
	none: 'ok',
	inconclusive: 'plain',
	'single-run': 'plain',
	invalid: 'failed',
};

export const tabulatePenalties = (rows: readonly PenaltyRow[], width: number): Block =>
	tabulate(
		[...PENALTY, ...FOUND.slice(0, -1), ...BESIDE.filter(({has}) => rows.some(has)), ...FOUND.slice(-1)],
		rows,
		width,
	);

export const tabulateModelPenalties = (rows: readonly ModelPenaltyRow[], width: number): Block =>
	tabulate([...MODEL, ...FOUND], rows, width);

const NARROW = 100;
/** Columns that a single run has nothing to say in. */
const OF_BLOCKS: ReadonlySet<string> = new Set(['n', '95 % interval']);

/** On a narrow screen the sentence of an inconclusive verdict is cut, which would else cost the interval its place. */
function tabulate<T extends Row>(all: readonly PenaltyColumn<T>[], rows: readonly T[], width: number): Block {
	const columns = all
		.filter(({title}) => hasIntervals(rows) || !OF_BLOCKS.has(title))
		.map((column) => (column.title === 'verdict' && width < NARROW ? {...column, min: 32} : column));
	return {kind: 'table', columns, rows: rows.map((row) => columns.map(({read}) => read(row)))};
}
