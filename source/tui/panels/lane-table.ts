import type {GpuSample} from '../../journal/event.ts';
import type {LaneView} from '../../journal/select.ts';
import {type Cell, layColumns, spareWidth, type ToneColumn} from '../parts/columns.ts';
import {formatRunning} from '../parts/duration.ts';
import type {Line} from '../parts/line.ts';
import {STEP_WORDS, sparkSteps} from '../parts/spark.ts';
import {formatMemory, formatMs, formatNumber, formatPercent} from '../parts/units.ts';
import type {Glyphs} from '../theme.ts';
import {
	alertTone,
	countDone,
	type LaneMarks,
	labelPart,
	stageTime,
	stageTone,
	stageWord,
	usualTime,
} from './lane-words.ts';
import {heatTone} from './telemetry.ts';

type LaneTableLayout = {
	readonly width: number;
	readonly glyphs: Glyphs;
	readonly marksOf: (lane: LaneView) => LaneMarks;
};

const MIN_SPARK = 8;
const MAX_SPARK = 100;
const LEFT = {align: 'left'} as const;

/** A heading and one line a lane: what changes with each experiment left, what changes each second right. */
export function layLaneTable(lanes: readonly LaneView[], {width, glyphs, marksOf}: LaneTableLayout): readonly Line[] {
	const column = (
		title: string,
		keep: number,
		read: (lane: LaneView) => Cell | string,
		more: Partial<ToneColumn> = {},
	): ToneColumn => ({title, keep, align: 'right', cells: lanes.map((lane) => toCell(read(lane))), ...more});
	const left = [
		column('  lane', 10, (lane) => labelPart(lane, glyphs, marksOf(lane).selected), LEFT),
		column('run', 9, ({running}) => (running ? {text: shorten(running.id), tone: 'strong'} : ''), {
			...LEFT,
			shrinks: {min: 12, keep: 5},
		}),
		column('campaign', 4, ({running, phases}) => (running ? phases?.running : phases?.next) ?? '', LEFT),
		column('L/R', 3, ({running}) => letterOf(running?.placement ?? null), LEFT),
		column('phase', 9, (lane) => ({text: stageWord(lane), tone: stageTone(lane)}), {...LEFT, least: 7}),
		column('done', 8, (lane) => `${countDone(lane)}/${lane.total}`, {
			least: Math.max(...lanes.map(({total}) => 2 * `${total}`.length + 1)),
		}),
		...(lanes.some(({invalid}) => invalid > 0)
			? [column('i', 8, ({invalid}) => ({text: `${invalid}`, tone: invalid > 0 ? 'invalid' : 'dim'}))]
			: []),
		column('f', 8, ({failed}) => ({text: `${failed}`, tone: failed > 0 ? 'failed' : 'dim'})),
		column('q', 7, ({queue}) => ({text: `${queue.count}`, tone: queue.held && queue.count > 0 ? 'degraded' : 'plain'})),
		column('p50 ms', 6, ({latest}) => (latest ? formatMs(latest.p50) : '')),
	];
	const right = [
		column('usual', 2, ({running}) => ({text: usualTime(running), tone: 'dim'}), {least: 6}),
		column('time', 7, ({running}) => (running ? stageTime(running) : ''), {least: 5}),
		column('prog', 5, ({running}) => formatProgress(running?.progress ?? null), {least: 5}),
		...telemetryColumns(column, glyphs),
		column('alert', 9, (lane) => alertCell(lane, marksOf(lane)), LEFT),
	];
	const room = Math.min(MAX_SPARK, spareWidth([...left, ...right], width) - 1);
	const latency = column(
		`latency ${STEP_WORDS}`,
		1,
		({latest}) => (latest ? sparkSteps(latest.latencyMs, room, glyphs) : ''),
		{
			...LEFT,
			least: room,
		},
	);
	const columns = room >= MIN_SPARK ? [...left, latency, ...right] : [...left, ...right];
	return layColumns(columns, lanes.length, width, glyphs);
}

type MakeColumn = (
	title: string,
	keep: number,
	read: (lane: LaneView) => Cell | string,
	more?: Partial<ToneColumn>,
) => ToneColumn;

const telemetryColumns = (column: MakeColumn, glyphs: Glyphs): readonly ToneColumn[] => [
	column('mem GiB', 1, ({telemetry}) =>
		telemetry.kind === 'none'
			? ''
			: formatMemory(telemetry.sample.memoryUsedMiB, telemetry.sample.memoryTotalMiB).replace(' GiB', ''),
	),
	column(
		glyphs.celsius,
		7,
		readGpu(({celsius}) => ({text: formatNumber(celsius), tone: heatTone(celsius)})),
	),
	column(
		'MHz',
		1,
		readGpu(({smClockMHz}) => formatNumber(smClockMHz)),
		{least: 4},
	),
	column(
		'W',
		6,
		readGpu(({powerWatts}) => formatNumber(powerWatts)),
		{least: 3},
	),
	column(
		'util',
		8,
		readGpu(({utilizationPercent}) => formatPercent(utilizationPercent)),
		{least: 5},
	),
	column('cpu', 8, ({telemetry}) => (telemetry.kind === 'host' ? formatPercent(telemetry.sample.cpuPercent) : '')),
];

const readGpu =
	(read: (sample: GpuSample) => Cell | string) =>
	({telemetry}: LaneView): Cell | string =>
		telemetry.kind === 'gpu' ? read(telemetry.sample) : '';

const toCell = (cell: Cell | string): Cell => (typeof cell === 'string' ? {text: cell} : cell);

/** The lane says already which GPU it is. */
const shorten = (id: string): string => id.replace(/^gpu\d+_/, '');

const letterOf = (placement: 'local' | 'remote' | null): string =>
	placement === null ? '' : placement === 'local' ? 'L' : 'R';

const formatProgress = (progress: {readonly done: number; readonly total: number} | null): string =>
	progress && progress.total > 0 ? formatPercent(Math.floor((progress.done / progress.total) * 100)) : '';

function alertCell({telemetry}: LaneView, {alert}: LaneMarks): Cell {
	if (alert && alert.word !== 'stale') return {text: `! ${alert.word}`, tone: alertTone(alert)};
	const isStale = telemetry.kind !== 'none' && telemetry.isStale;
	return isStale ? {text: `stale ${formatRunning(telemetry.ageMs)}`, tone: 'degraded'} : {text: ''};
}
